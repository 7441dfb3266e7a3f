import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { verify } from '../../../lambdas/core/webhook/verify.ts';
import type { KeysDeps } from '../../../lambdas/use-cases/keys/deps.ts';
import type { FakeOpenAIOptions } from '../../fake-openai/fake-openai.ts';
import { startKeysScene, WEBHOOK_SECRET, WEBHOOK_URL } from './keys-scene.ts';

export const URL_OF_RESEARCH = `${WEBHOOK_URL}/research`;
const SUCCEEDED = 'fine_tuning.job.succeeded';

/** A keys function, and behind its webhook URL whoever verifies with what its secret holds, as the webhook function does. */
export async function startSourcesScene(options: FakeOpenAIOptions = {}) {
  const scene = await startKeysScene(options);
  const { fake, store, ledger, deps } = scene;
  const values = async () => {
    const stages = ['AWSCURRENT', 'AWSPREVIOUS'].map((stage) => store.read(WEBHOOK_SECRET, { stage }));
    return (await Promise.all(stages)).filter((value) => value !== null);
  };
  const server = createServer(async (request, response) => {
    const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = request.headers;
    const signed = { id: String(id), timestamp: String(timestamp), signature: String(signature) };
    const verdict = verify({ ...signed, body: await buffer(request) }, await values(), deps.now() / 1_000);
    if (verdict.ok) {
      const underPrevious = verdict.under > 0 ? { lastUnderPreviousAt: deps.now() } : {};
      await ledger.touchSource('research', { lastWebhookAt: deps.now(), ...underPrevious });
    }
    response.writeHead(verdict.ok ? 200 : 401).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  fake.reach.set('https://api.example.com', { target });

  const ask = scene.ask.bind(scene);
  return {
    ...scene,
    connect: (others: Partial<KeysDeps> = {}) => ask({ command: 'connect-source', source: 'research' }, others),
    test: (since: string | null = null) => ask({ command: 'test-source', source: 'research', since }),
    disconnect: () => ask({ command: 'disconnect-source', source: 'research' }),
    endpoints: () => fake.webhookEndpoints('proj_RESEARCH'),
    secret: () => store.current(WEBHOOK_SECRET) ?? '',
    /** Statuses of what OpenAI delivers to our URL when a job has ended. */
    async delivered() {
      const told = await fake.deliverToEndpoints({ type: SUCCEEDED, jobId: 'ftjob-1' }, 'proj_RESEARCH');
      return told.map(({ status }) => status);
    },
    /** Calls that change something at OpenAI, by name. */
    changes: () =>
      fake.calls.all
        .map(({ endpoint }) => endpoint ?? '')
        .filter((endpoint) => /^webhook_endpoints\.(?!list|get)/.test(endpoint)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await scene[Symbol.asyncDispose]();
    },
  };
}

export type SourcesScene = Awaited<ReturnType<typeof startSourcesScene>>;
