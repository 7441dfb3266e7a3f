import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { ReconcileStarter, ShareWaker } from '../../core/ports/queue.ts';
import { AWS_LIMITS } from '../../shared/runtime/aws-limits.ts';

/**
 * Invokes the share function asynchronously, by name or ARN. The event is empty, for a wake-up says nothing. Throws what the
 * SDK throws when Lambda does not take it.
 */
export function createShareWaker(functionName: string, client = new LambdaClient(AWS_LIMITS)): ShareWaker {
  return { wake: () => invoke(client, functionName, {}) };
}

/** Invokes the reconcile function asynchronously, by name or ARN. Throws what the SDK throws when Lambda does not take it. */
export function createReconcileStarter(functionName: string, client = new LambdaClient(AWS_LIMITS)): ReconcileStarter {
  return { start: (order) => invoke(client, functionName, order) };
}

/** Lambda takes the event and answers before the function runs. */
async function invoke(client: LambdaClient, functionName: string, event: object): Promise<void> {
  const Payload = JSON.stringify(event);
  await client.send(new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload }));
}
