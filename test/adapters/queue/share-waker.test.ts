import { LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { createShareWaker } from '../../../lambdas/adapters/queue/share-waker.ts';
import { clientConfig, type Reply, startAwsServer } from '../secrets/aws-server.ts';

/** Wakes a share function whose service answers so. */
async function wake(reply: Reply) {
  const server = await startAwsServer(({ operation }) => {
    if (operation !== 'POST /2015-03-31/functions/share/invocations') throw new Error(`unprepared: ${operation}`);
    return reply;
  });
  const client = new LambdaClient(clientConfig(server.url));
  try {
    const result = await createShareWaker(client, 'share')
      .wake()
      .catch((error: unknown) => error);
    return { result, calls: server.calls };
  } finally {
    client.destroy();
    await server.close();
  }
}

describe('the share function', () => {
  it('is invoked asynchronously with an empty event', async () => {
    const { result, calls } = await wake({ status: 202, body: '' });
    expect(result).toBeUndefined();
    expect(calls).toHaveLength(1);
    expect(calls[0]?.headers['x-amz-invocation-type']).toBe('Event');
    expect(calls[0]?.body).toEqual({});
  });

  it.each<[string, Reply]>([
    ['is throttled', { status: 429, body: { Type: 'User', message: 'Rate Exceeded.' } }],
    ['is not there', { status: 404, body: { Type: 'User', Message: 'Function not found' } }],
    ['cannot be reached', 'reset'],
  ])('that %s is an error', async (_, reply) => {
    const { result } = await wake(reply);
    expect(result).toBeInstanceOf(Error);
  });
});
