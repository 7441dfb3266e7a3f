import { LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { createReconcileStarter, createShareWaker } from '../../../lambdas/adapters/queue/invoke.ts';
import { clientConfig, type Reply, startAwsServer } from '../secrets/aws-server.ts';

const ORDER = { verifyAll: true, askedAt: 1_795_000_000_000 };

const FUNCTIONS = {
  share: (client: LambdaClient) => createShareWaker('share', client).wake(),
  reconcile: (client: LambdaClient) => createReconcileStarter('reconcile', client).start(ORDER),
};

/** Invokes a function whose service answers so. */
async function invoke(name: keyof typeof FUNCTIONS, reply: Reply) {
  const server = await startAwsServer(({ operation }) => {
    if (operation !== `POST /2015-03-31/functions/${name}/invocations`) throw new Error(`unprepared: ${operation}`);
    return reply;
  });
  const client = new LambdaClient(clientConfig(server.url));
  try {
    const result = await FUNCTIONS[name](client).catch((error: unknown) => error);
    return { result, calls: server.calls };
  } finally {
    client.destroy();
    await server.close();
  }
}

describe.each([
  ['share', 'an empty event', {}],
  ['reconcile', 'what is asked of it', ORDER],
] as const)('the %s function', (name, what, event) => {
  it(`is invoked asynchronously with ${what}`, async () => {
    const { result, calls } = await invoke(name, { status: 202, body: '' });
    expect(result).toBeUndefined();
    expect(calls).toHaveLength(1);
    expect(calls[0]?.headers['x-amz-invocation-type']).toBe('Event');
    expect(calls[0]?.body).toEqual(event);
  });

  it.each<[string, Reply]>([
    ['is throttled', { status: 429, body: { Type: 'User', message: 'Rate Exceeded.' } }],
    ['is not there', { status: 404, body: { Type: 'User', Message: 'Function not found' } }],
    ['cannot be reached', 'reset'],
  ])('that %s is an error', async (_, reply) => {
    const { result } = await invoke(name, reply);
    expect(result).toBeInstanceOf(Error);
  });
});
