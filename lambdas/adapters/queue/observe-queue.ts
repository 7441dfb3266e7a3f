import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { MessageQueue, ObserveQueue } from '../../core/ports/queue.ts';

/** Sends each request as one message, its JSON as the body. Throws what the SDK throws when the queue is away. */
export function createObserveQueue(client: SQSClient, queueUrl: string): ObserveQueue & MessageQueue {
  async function sendBody(body: string): Promise<void> {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
  }
  return {
    // Fields that are left out of the request are left out here, too.
    send: ({ source, jobId, webhookAt, signedBy, askedAt }) =>
      sendBody(JSON.stringify({ source, jobId, webhookAt, signedBy, askedAt })),
    sendBody,
  };
}
