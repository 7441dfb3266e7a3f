import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { ShareWaker } from '../../core/ports/queue.ts';

/**
 * Invokes the share function asynchronously, by name or ARN: Lambda takes the event and answers before the function
 * runs. The event is empty, for a wake-up says nothing. Throws what the SDK throws when Lambda does not take it.
 */
export function createShareWaker(client: LambdaClient, functionName: string): ShareWaker {
  return {
    async wake() {
      await client.send(new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload: '{}' }));
    },
  };
}
