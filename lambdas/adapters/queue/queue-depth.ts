import { GetQueueAttributesCommand, type QueueAttributeName, type SQSClient } from '@aws-sdk/client-sqs';
import type { QueueDepth } from '../../shared/contract/operator.ts';

const WAITING = 'ApproximateNumberOfMessages';
const DELAYED = 'ApproximateNumberOfMessagesDelayed';
const IN_FLIGHT = 'ApproximateNumberOfMessagesNotVisible';

/** How much is in a queue, as SQS counts it. Throws what the SDK throws. */
export function createQueueDepth(client: SQSClient, queueUrl: string): () => Promise<QueueDepth> {
  return async () => {
    const AttributeNames = [WAITING, DELAYED, IN_FLIGHT] as const satisfies readonly QueueAttributeName[];
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...AttributeNames] }),
    );
    const count = (name: QueueAttributeName) => Number(Attributes[name] ?? 0);
    return { waiting: count(WAITING) + count(DELAYED), inFlight: count(IN_FLIGHT) };
  };
}
