import { LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { createReconcileStarter } from '../../../lambdas/adapters/queue/reconcile-starter.ts';
import { clientConfig, type Reply, startAwsServer } from '../secrets/aws-server.ts';

const ORDER = { verifyAll: true, askedAt: 1_795_000_000_000 };

/** Starts a reconcile function whose service answers so. */
async function start(reply: Reply) {
  const server = await startAwsServer(({ operation }) => {
    if (operation !== 'POST /2015-03-31/functions/reconcile/invocations') throw new Error(`unprepared: ${operation}`);
    return reply;
  });
  const client = new LambdaClient(clientConfig(server.url));
  try {
    const result = await createReconcileStarter(client, 'reconcile')
      .start(ORDER)
      .catch((error: unknown) => error);
    return { result, calls: server.calls };
  } finally {
    client.destroy();
    await server.close();
  }
}

describe('the reconcile function', () => {
  it('is invoked asynchronously with what is asked of it', async () => {
    const { result, calls } = await start({ status: 202, body: '' });
    expect(result).toBeUndefined();
    expect(calls).toHaveLength(1);
    expect(calls[0]?.headers['x-amz-invocation-type']).toBe('Event');
    expect(calls[0]?.body).toEqual(ORDER);
  });

  it('that is not there is an error', async () => {
    const { result } = await start({ status: 404, body: { Type: 'User', Message: 'Function not found' } });
    expect(result).toBeInstanceOf(Error);
  });
});
