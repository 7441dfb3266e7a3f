import { afterEach, describe, expect, it } from 'vitest';
import type { Reply } from '../adapters/secrets/aws-server.ts';
import { noValue } from '../adapters/secrets/secret-store.ts';
import { secretOf, signed } from '../core/webhook/signing.ts';
import { forgersKey, key, nextKey } from './endpoint.ts';
import { httpEvent, JOB_EVENT } from './events.ts';
import { type Surroundings, startFunction } from './function.ts';

const HANDLER = new URL('../../lambdas/webhook/handler.ts', import.meta.url).href;

const value = (text: string): Reply => ({ status: 200, body: { SecretString: text } });
const rotated = (stage: unknown) => value(secretOf(stage === 'AWSCURRENT' ? nextKey : key));
const now = () => Math.floor(Date.now() / 1000);

let running: Awaited<ReturnType<typeof startFunction>> | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

describe('the function as it is deployed', () => {
  it('queues a genuine event, and its log line carries every id', async () => {
    const started = await start({ secret: rotated, queue: 'up' });
    expect(await started.deliver(httpEvent('research', signed(key, JOB_EVENT, now())))).toMatchObject({
      statusCode: 200,
    });
    const sent = started.calls.filter(({ operation }) => operation === 'AmazonSQS.SendMessage');
    expect(sent.map(({ body }) => JSON.parse(String(body.MessageBody)))).toEqual([
      { source: 'research', jobId: 'ftjob-1', webhookAt: expect.any(Number), signedBy: 'previous-secret' },
    ]);
    const lines = (await stop())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'INFO',
        service: 'checkpoint-sharing-webhook',
        function_request_id: 'lambda-request-1',
        source: 'research',
        jobId: 'ftjob-1',
        webhookId: 'wh_68f0a1',
      }),
    ]);
  });

  it('never writes or answers a secret, a signature or a body, whatever goes wrong', async () => {
    const surroundings: Surroundings = { secret: rotated, queue: 'up' };
    const started = await start(surroundings);
    const marked = (type: string) =>
      JSON.stringify({ id: 'evt_1', type, data: { id: 'ftjob-1' }, note: 'body-canary' });
    const job = signed(key, marked('fine_tuning.job.succeeded'), now());
    const forged = signed(forgersKey, job.body, now());
    const answers = [
      await started.deliver(httpEvent('research', job)),
      await started.deliver(httpEvent('research', job, { base64: true })),
      await started.deliver(httpEvent('research', forged)),
      await started.deliver(httpEvent('research', { ...job, timestamp: '1' })),
      await started.deliver(httpEvent('research', { ...job, signature: job.signature.slice(3) })),
      await started.deliver(httpEvent('research', signed(key, 'body-canary', now()))),
      await started.deliver(httpEvent('research', signed(key, marked('other'), now()))),
      await started.deliver(httpEvent('nobody', job)),
    ];
    surroundings.queue = { status: 500, body: { __type: 'InternalError', message: 'away' } };
    answers.push(await started.deliver(httpEvent('research', job)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 401, 401, 400, 400, 200, 404, 503]);

    const written = JSON.stringify(answers) + (await stop());
    expect(written).toContain('Webhook refused');
    expectNone(written, [
      'body-canary',
      ...[key, nextKey].flatMap((bytes) => [Buffer.from(bytes).toString('base64'), Buffer.from(bytes).toString('hex')]),
      ...[job, forged].map(({ signature }) => signature.slice(3)),
    ]);
  });

  it.each<[string, (stage: unknown) => Reply]>([
    ['is empty', (stage) => noValue(String(stage))],
    ['is malformed', () => value('whsec_secret-canary')],
    ['comes in a broken answer', () => ({ status: 200, body: '{"SecretString":"secret-canary"x}' })],
    ['is quoted in a refusal', () => ({ status: 400, body: '"secret-canary" is not JSON for an error' })],
  ])('answers 503 and says nothing of its value while the secret %s', async (_, secret) => {
    const started = await start({ secret, queue: 'up' });
    const answer = await started.deliver(httpEvent('research', signed(key, JOB_EVENT, now())));
    expect(answer.statusCode).toBe(503);
    const output = await stop();
    expect(output).toContain('"level":"ERROR"');
    expect(output).toContain('Secret webhook ');
    expectNone(JSON.stringify(answer) + output, ['secret-canary']);
  });
});

async function start(surroundings: Surroundings) {
  running = await startFunction(HANDLER, surroundings);
  return running;
}

async function stop(): Promise<string> {
  const output = (await running?.stop()) ?? '';
  running = undefined;
  return output;
}

function expectNone(written: string, canaries: readonly string[]): void {
  expect(canaries.filter((canary) => written.includes(canary))).toEqual([]);
}
