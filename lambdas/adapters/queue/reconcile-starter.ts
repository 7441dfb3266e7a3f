import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { ReconcileStarter } from '../../core/ports/queue.ts';

/**
 * Invokes the reconcile function asynchronously, by name or ARN. Throws what the SDK throws when Lambda does not take the
 * event.
 */
export function createReconcileStarter(client: LambdaClient, functionName: string): ReconcileStarter {
  return {
    async start(order) {
      const Payload = JSON.stringify(order);
      await client.send(new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload }));
    },
  };
}
