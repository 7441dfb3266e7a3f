import { describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES } from '../../lambdas/use-cases/receive-webhook.ts';
import { type Signed, signed } from '../core/webhook/signing.ts';
import { toldIn } from '../metrics/told.ts';
import { forgersKey, key, makeEndpoint } from './endpoint.ts';
import { httpEvent, JOB_EVENT } from './events.ts';

const SECONDS = 1_795_000_000;
const genuine = signed(key, JOB_EVENT, SECONDS);
const typed = (type: string, data: object = { id: 'x' }) => JSON.stringify({ id: 'evt_2', type, data });

describe('a genuine job event', () => {
  it('is queued and answered with exactly 200', async () => {
    const { send, queued, state, lines } = makeEndpoint();
    expect(await send(httpEvent('research', genuine))).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"message":"accepted"}',
    });
    expect(queued).toEqual([{ source: 'research', jobId: 'ftjob-1', webhookAt: state.ms }]);
    expect(lines).toEqual([
      {
        level: 'info',
        message: 'Webhook accepted',
        fields: {
          source: 'research',
          webhookId: genuine.id,
          eventType: 'fine_tuning.job.succeeded',
          jobId: 'ftjob-1',
          measured: { values: { Webhooks: 1 }, dimensions: { Result: 'accepted' } },
        },
      },
    ]);
  });

  it.each(['failed', 'cancelled'])('of a %s job is queued, too', async (end) => {
    const { deliver, queued } = makeEndpoint();
    expect(await deliver(typed(`fine_tuning.job.${end}`, { id: 'ftjob-2' }))).toMatchObject({ statusCode: 200 });
    expect(queued).toMatchObject([{ jobId: 'ftjob-2' }]);
  });

  it('is queued as often as it comes: observing again changes nothing', async () => {
    const { send, queued } = makeEndpoint();
    const answers = [];
    for (let time = 0; time < 5; time++) answers.push((await send(httpEvent('research', genuine))).statusCode);
    expect(answers).toEqual([200, 200, 200, 200, 200]);
    expect(queued).toHaveLength(5);
  });

  it('is accepted in base64, and with header names in any case', async () => {
    const { send, queued } = makeEndpoint();
    const event = httpEvent('research', genuine, { base64: true });
    const shouting = Object.fromEntries(
      Object.entries(event.headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    expect(await send(event)).toMatchObject({ statusCode: 200 });
    expect(await send({ ...event, headers: shouting })).toMatchObject({ statusCode: 200 });
    expect(queued).toHaveLength(2);
  });

  it('waits at OpenAI while the queue is away', async () => {
    const { deliver, state, queued, lines } = makeEndpoint();
    state.queueDown = true;
    expect(await deliver()).toMatchObject({ statusCode: 503 });
    expect(lines).toMatchObject([{ level: 'error', fields: { source: 'research', jobId: 'ftjob-1' } }]);
    state.queueDown = false;
    expect(await deliver()).toMatchObject({ statusCode: 200 });
    expect(toldIn(lines)).toEqual(['Webhooks{Result=unavailable} 1', 'Webhooks{Result=accepted} 1']);
    expect(queued).toHaveLength(1);
  });
});

describe('a genuine event without use', () => {
  it.each(['response.completed', 'batch.failed', 'fine_tuning.job.paused', 'a type of next year'])(
    '%s is answered 200 and queues nothing, be the queue there or not',
    async (type) => {
      const { deliver, state, queued, lines } = makeEndpoint();
      state.queueDown = true;
      expect(await deliver(typed(type))).toMatchObject({ statusCode: 200 });
      expect(queued).toEqual([]);
      expect(toldIn(lines)).toEqual(['Webhooks{Result=ignored} 1']);
    },
  );
});

/** By the check that failed, or by the status. */
const COUNTED: Readonly<Record<string | number, string>> = {
  404: 'refused-source',
  413: 'refused-size',
  400: 'refused-headers',
  'timestamp-tolerance': 'refused-timestamp',
  signature: 'refused-signature',
  event: 'refused-event',
};

describe('what is refused', () => {
  const oversized = Buffer.alloc(MAX_BODY_BYTES + 1, 0x20);
  const notUtf8 = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
  const signedNow = (body: string | Uint8Array) => signed(key, body, SECONDS);
  const without = { 'webhook-id': undefined } as unknown as Record<string, string>;

  it.each<[string, number, string, ReturnType<typeof httpEvent>]>([
    ['an unknown source', 404, 'request', httpEvent('nobody', genuine)],
    ['a source by the name of a prototype', 404, 'request', httpEvent('__proto__', genuine)],
    ['a body that is too large', 413, 'request', httpEvent('research', signedNow(oversized))],
    ['a large body in base64', 413, 'request', httpEvent('research', signedNow(oversized), { base64: true })],
    ['no id', 400, 'id', httpEvent('research', genuine, { headers: without })],
    ['an id with a dot', 400, 'id', httpEvent('research', { ...genuine, id: 'wh.1' })],
    ['a timestamp with letters', 400, 'timestamp-format', httpEvent('research', { ...genuine, timestamp: '1x' })],
    ['no signature', 400, 'signature-format', httpEvent('research', { ...genuine, signature: '' })],
    ['an id that came twice', 400, 'id', httpEvent('research', genuine, { headers: { 'Webhook-Id': genuine.id } })],
    ['a stale delivery', 401, 'timestamp-tolerance', httpEvent('research', signed(key, JOB_EVENT, SECONDS - 301))],
    ['one from the future', 401, 'timestamp-tolerance', httpEvent('research', signed(key, JOB_EVENT, SECONDS + 301))],
    ['a forgery', 401, 'signature', httpEvent('research', signed(forgersKey, JOB_EVENT, SECONDS))],
    ['another body', 401, 'signature', httpEvent('research', { ...genuine, body: Buffer.from('{}') })],
    ['an empty body', 400, 'event', httpEvent('research', signedNow(''))],
    ['no JSON', 400, 'event', httpEvent('research', signedNow('hello'))],
    ['the wrong shape', 400, 'event', httpEvent('research', signedNow('{"id":"evt_1"}'))],
    ['a job event without job', 400, 'event', httpEvent('research', signedNow(typed('fine_tuning.job.failed')))],
    ['bytes that are not UTF-8', 400, 'event', httpEvent('research', signedNow(notUtf8), { base64: true })],
  ])('%s is answered %i, with the check that failed: %s', async (_, status, check, event) => {
    const { send, queued, lines } = makeEndpoint();
    const answer = await send(event);
    expect(answer.statusCode).toBe(status);
    expect(JSON.parse(String(answer.body))).toEqual({ message: expect.any(String) });
    expect(queued).toEqual([]);
    expect(lines).toMatchObject([{ level: 'warn', message: 'Webhook refused', fields: { status, check } }]);
    expect(toldIn(lines)).toEqual([
      `Webhooks{Result=${COUNTED[status === 401 || check === 'event' ? check : status]}} 1`,
    ]);
  });

  it('costs no secret to be read while it can be told without one', async () => {
    const { send, reads } = makeEndpoint();
    const stale: Signed = signed(key, JOB_EVENT, SECONDS - 301);
    await send(httpEvent('nobody', genuine));
    await send(httpEvent('research', { ...genuine, signature: 'v1,x' }));
    await send(httpEvent('research', stale));
    await send(httpEvent('research', signedNow(oversized)));
    expect(reads).toEqual([]);
  });

  it('is nothing that has just the largest size', async () => {
    const { deliver } = makeEndpoint();
    expect(await deliver(typed('response.completed').padEnd(MAX_BODY_BYTES))).toMatchObject({ statusCode: 200 });
  });

  it('is logged with the id cut short and cleaned', async () => {
    const { send, lines } = makeEndpoint();
    await send(httpEvent('research', { ...genuine, id: `a\n{"level":"ERROR"}\u001b[31m${'x'.repeat(300)}` }));
    expect(lines[0]?.fields.webhookId).toBe(`a?{"level":"ERROR"}?[31m${'x'.repeat(64)}`.slice(0, 64));
  });
});
