import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createQueueDepth } from '../../../lambdas/adapters/queue/observe-queue.ts';
import { awsError, clientConfig, type Reply, startAwsServer } from '../secrets/aws-server.ts';

/** Asks a queue that answers so how much is in it. */
async function askDepth(reply: Reply) {
  const server = await startAwsServer(({ operation }) => {
    if (operation !== 'AmazonSQS.GetQueueAttributes') throw new Error(`unprepared: ${operation}`);
    return reply;
  });
  const client = new SQSClient(clientConfig(server.url));
  try {
    const queueUrl = `${server.url}/000000000000/observe`;
    const result = await createQueueDepth(client, queueUrl)().catch((error: unknown) => error);
    return { result, calls: server.calls, queueUrl };
  } finally {
    client.destroy();
    await server.close();
  }
}

describe('the depth of a queue', () => {
  it('is what waits, at once or after a delay, and what somebody has taken', async () => {
    const { result, calls, queueUrl } = await askDepth({
      status: 200,
      body: {
        Attributes: {
          ApproximateNumberOfMessages: '5',
          ApproximateNumberOfMessagesDelayed: '2',
          ApproximateNumberOfMessagesNotVisible: '3',
        },
      },
    });
    expect(result).toEqual({ waiting: 7, inFlight: 3 });
    expect(calls.map(({ body }) => body.QueueUrl)).toEqual([queueUrl]);
  });

  it('is an error where the queue may not be asked', async () => {
    const { result } = await askDepth(awsError('AccessDeniedException', 'no'));
    expect(result).toBeInstanceOf(Error);
    expect(result).toHaveProperty('name', 'AccessDeniedException');
  });
});
