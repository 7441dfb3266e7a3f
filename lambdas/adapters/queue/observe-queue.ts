import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { ObserveQueue } from '../../core/ports.ts';

/** Sends each request as one message, its JSON as the body. Throws what the SDK throws when the queue is away. */
export function createObserveQueue(client: SQSClient, queueUrl: string): ObserveQueue {
  return {
    async send({ source, jobId, webhookAt }) {
      await client.send(
        new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify({ source, jobId, webhookAt }) }),
      );
    },
  };
}
