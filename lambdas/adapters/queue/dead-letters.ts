import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeadLetters } from '../../core/ports/queue.ts';

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
