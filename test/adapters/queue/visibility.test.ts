import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createPostpone } from '../../../lambdas/adapters/queue/observe-queue.ts';
import { awsError, clientConfig, type Reply, startAwsServer } from '../secrets/aws-server.ts';

/** Postpones one message at a queue that answers so. */
async function postpone(seconds: number, reply: Reply = { status: 200, body: {} }) {
  const server = await startAwsServer(({ operation }) => {
    if (operation !== 'AmazonSQS.ChangeMessageVisibility') throw new Error(`unprepared: ${operation}`);
    return reply;
  });
  const client = new SQSClient(clientConfig(server.url));
  try {
    const queueUrl = `${server.url}/000000000000/observe`;
    const result = await createPostpone(queueUrl, client)('receipt-1', seconds).catch((error: unknown) => error);
    return { result, bodies: server.calls.map(({ body }) => body), queueUrl };
  } finally {
    client.destroy();
    await server.close();
  }
}

describe('a received message', () => {
  it.each([
    [30, 30],
    [0, 0],
    [1.4, 1],
  ])('comes back after %s s: %i whole ones', async (seconds, whole) => {
    const { result, bodies, queueUrl } = await postpone(seconds);
    expect(result).toBeUndefined();
    expect(bodies).toEqual([{ QueueUrl: queueUrl, ReceiptHandle: 'receipt-1', VisibilityTimeout: whole }]);
  });

  it.each<[string, Reply]>([
    ['was received too long ago', awsError('ReceiptHandleIsInvalid', 'The receipt handle has expired.')],
    ['is in a queue that is away', 'reset'],
  ])('that %s is an error', async (_, reply) => {
    expect((await postpone(30, reply)).result).toBeInstanceOf(Error);
  });
});
