import { createHash } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createDeadLetters } from '../../../lambdas/adapters/queue/observe-queue.ts';
import type { DeadLetters } from '../../../lambdas/core/ports/queue.ts';
import { awsError, clientConfig, type Reply, startAwsServer } from '../secrets/aws-server.ts';

/** Asks something of a queue that answers so. */
async function ask<T>(operation: string, reply: Reply, question: (deadLetters: DeadLetters) => Promise<T>) {
  const server = await startAwsServer((call) => {
    if (call.operation !== `AmazonSQS.${operation}`) throw new Error(`unprepared: ${call.operation}`);
    return reply;
  });
  const client = new SQSClient(clientConfig(server.url));
  try {
    const queueUrl = `${server.url}/000000000000/dead`;
    const result = await question(createDeadLetters(client, queueUrl)).catch((error: unknown) => error);
    return { result, bodies: server.calls.map(({ body }) => body), queueUrl };
  } finally {
    client.destroy();
    await server.close();
  }
}

const receive = (reply: Reply) => ask('ReceiveMessage', reply, (deadLetters) => deadLetters.receive());
const remove = (reply: Reply) => ask('DeleteMessage', reply, (deadLetters) => deadLetters.delete('receipt-1'));

function message(n: number, Body: string, signed = Body) {
  const MD5OfBody = createHash('md5').update(signed).digest('hex');
  return { MessageId: `message-${n}`, ReceiptHandle: `receipt-${n}`, Body, MD5OfBody };
}

describe('receiving dead letters', () => {
  it('takes up to ten in a long poll, and hides them for a minute', async () => {
    const Messages = [message(1, '{"jobId":"ftjob-1"}'), message(2, 'no JSON')];
    const { result, bodies, queueUrl } = await receive({ status: 200, body: { Messages } });
    expect(result).toEqual([
      { messageId: 'message-1', body: '{"jobId":"ftjob-1"}', receiptHandle: 'receipt-1' },
      { messageId: 'message-2', body: 'no JSON', receiptHandle: 'receipt-2' },
    ]);
    expect(bodies).toEqual([
      { QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, VisibilityTimeout: 60 },
    ]);
  });

  it('finds none where SQS shows none', async () => {
    expect((await receive({ status: 200, body: {} })).result).toEqual([]);
  });

  it.each<[string, Reply]>([
    ['may not be read', awsError('AccessDeniedException', 'not authorized')],
    ['is gone', awsError('QueueDoesNotExist', 'The specified queue does not exist.')],
    ['resets', 'reset'],
    ['hands out other bytes than were sent', { status: 200, body: { Messages: [message(1, 'a', 'b')] } }],
  ])('from a queue that %s is an error, not none', async (_, reply) => {
    expect((await receive(reply)).result).toBeInstanceOf(Error);
  });
});

describe('deleting a dead letter', () => {
  it('names it by its receipt', async () => {
    const { result, bodies, queueUrl } = await remove({ status: 200, body: {} });
    expect(result).toBeUndefined();
    expect(bodies).toEqual([{ QueueUrl: queueUrl, ReceiptHandle: 'receipt-1' }]);
  });

  it.each<[string, Reply]>([
    ['was received too long ago', awsError('ReceiptHandleIsInvalid', 'The receipt handle has expired.')],
    ['is in a queue that is away', 'reset'],
  ])('that %s is an error', async (_, reply) => {
    expect((await remove(reply)).result).toBeInstanceOf(Error);
  });
});
