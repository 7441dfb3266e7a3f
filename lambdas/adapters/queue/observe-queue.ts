import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { DeadLetters, MessageQueue, ObserveQueue } from '../../core/ports/queue.ts';
import type { QueueDepth } from '../../shared/contract/operator.ts';
import { AWS_LIMITS } from '../../shared/runtime/aws-limits.ts';

/** Sends each request as one message, its JSON as the body. Throws what the SDK throws when the queue is away. */
export function createObserveQueue(queueUrl: string, client = new SQSClient(AWS_LIMITS)): ObserveQueue & MessageQueue {
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

/** Lets a received message come back after so many seconds, instead of after the queue's visibility time. */
export function createPostpone(queueUrl: string, client = new SQSClient(AWS_LIMITS)) {
  return async (receiptHandle: string, seconds: number): Promise<void> => {
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: Math.round(seconds),
      }),
    );
  };
}

/** The most that SQS hands out at once. */
const MAX_MESSAGES = 10;
/** A long poll asks all of SQS's servers; a short one asks some, and may find nothing in a queue that is not empty. */
const WAIT_SECONDS = 1;
/** Ample for sending ten messages, and short enough to find those of a run that died in the next one. */
const HIDDEN_SECONDS = 60;

/** The observe queue's dead letters. Throws what the SDK throws. */
export function createDeadLetters(client: SQSClient, queueUrl: string): DeadLetters {
  return {
    async receive() {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: MAX_MESSAGES,
          WaitTimeSeconds: WAIT_SECONDS,
          VisibilityTimeout: HIDDEN_SECONDS,
        }),
      );
      return Messages.flatMap(({ MessageId: messageId, Body: body = '', ReceiptHandle: receiptHandle }) =>
        messageId === undefined || receiptHandle === undefined ? [] : [{ messageId, body, receiptHandle }],
      );
    },
    async delete(receiptHandle) {
      await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle }));
    },
  };
}

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
