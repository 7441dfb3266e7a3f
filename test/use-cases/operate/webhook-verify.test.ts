import { beforeEach, describe, expect, it } from 'vitest';
import type { ObserveRequest } from '../../../lambdas/core/model/observe-request.ts';
import type { Asked } from '../../../lambdas/shared/contract/operator.ts';
import { createOperator } from '../../../lambdas/use-cases/operate/operate.ts';
import { createWebhookReceiver, MAX_BODY_BYTES } from '../../../lambdas/use-cases/receive-webhook.ts';
import { aPolicy } from '../../core/policy/builders.ts';
import { type Signed, secretOf, signBytes, signed } from '../../core/webhook/signing.ts';
import { createInMemorySecrets, type StoredSecret } from '../../in-memory/secrets.ts';
import { JOB_EVENT } from '../../webhook/events.ts';
import { ask, NOW, operatorDeps } from './ask.ts';

const key = Buffer.alloc(32, 1);
const previousKey = Buffer.alloc(32, 2);
const labKey = Buffer.alloc(32, 3);
const forgersKey = Buffer.alloc(32, 4);
const SECONDS = NOW / 1000;

const source = { apiKeySecret: null, webhookSecret: null };
const policy = aPolicy([], {
  projects: [
    { alias: 'research', id: 'proj_RESEARCH', source },
    { alias: 'lab', id: 'proj_LAB', source },
  ],
});

let stored: Map<string, StoredSecret>;
beforeEach(() => {
  stored = new Map<string, StoredSecret>([
    ['arn:research', [secretOf(key), secretOf(previousKey)]],
    ['arn:lab', secretOf(labKey)],
  ]);
});

const webhookSecrets = new Map([
  ['research', 'arn:research'],
  ['lab', 'arn:lab'],
]);

const deps = () =>
  operatorDeps({
    policy,
    secrets: createInMemorySecrets(stored),
    secretIds: { adminKey: 'arn:admin', projectKeys: new Map(), webhookSecrets },
  });

function requestFor({ id, timestamp, signature, body }: Signed, at: string | null = null): Asked<'webhook-verify'> {
  const base64 = Buffer.from(body).toString('base64');
  return { command: 'webhook-verify', source: 'research', id, timestamp, signature, body: base64, at };
}

const verify = (delivery: Signed, at: string | null = null) => ask(deps(), requestFor(delivery, at));

/** What the webhook function itself answers. */
async function statusOf(delivery: Signed): Promise<number> {
  const queued: ObserveRequest[] = [];
  const receive = createWebhookReceiver({
    sources: webhookSecrets,
    secrets: createInMemorySecrets(stored),
    queue: { send: async (request) => void queued.push(request) },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    now: () => NOW,
  });
  return (await receive({ ...delivery, source: 'research' })).status;
}

const genuine = signed(key, JOB_EVENT, SECONDS);
const bare = genuine.signature.slice('v1,'.length);
const dotted = 'wh.1';

/** A delivery, and the checks that it fails. */
const DELIVERIES: readonly [string, Signed, readonly string[]][] = [
  ['a genuine one', genuine, []],
  ['one of the previous secret', signed(previousKey, JOB_EVENT, SECONDS), []],
  ['one that nobody has a use for', signed(key, '{"id":"evt_1","type":"other","data":{}}', SECONDS), []],
  ['one with an id with a dot', signed(key, JOB_EVENT, SECONDS, dotted), ['id']],
  ['one without an id', { ...genuine, id: '' }, ['id', 'signature']],
  ['one without a timestamp', { ...genuine, timestamp: '' }, ['timestamp-format', 'timestamp-tolerance', 'signature']],
  ['one without a signature', { ...genuine, signature: '' }, ['signature-format', 'signature']],
  ['one without the label of its signature', { ...genuine, signature: bare }, ['signature-format', 'signature']],
  ['a late one', signed(key, JOB_EVENT, SECONDS - 301), ['timestamp-tolerance']],
  ['one of a forger', signed(forgersKey, JOB_EVENT, SECONDS), ['signature']],
  ['one that is no event', signed(key, 'no event', SECONDS), ['event']],
  ['one that is too large', signed(key, ' '.repeat(MAX_BODY_BYTES + 1), SECONDS), ['event']],
  [
    'one that fails everything',
    { id: '', timestamp: 'x', signature: 'x', body: Buffer.from('x') },
    ['id', 'timestamp-format', 'signature-format', 'timestamp-tolerance', 'signature', 'event'],
  ],
];

describe('webhook-verify', () => {
  it.each(DELIVERIES)(
    'of %s names every check that fails, and agrees with the webhook function',
    async (_, delivery, failing) => {
      const { accepted, checks } = await verify(delivery);
      expect(checks.map(({ check }) => check)).toEqual([
        'id',
        'timestamp-format',
        'signature-format',
        'timestamp-tolerance',
        'signature',
        'event',
      ]);
      const failed = checks.filter(({ passed }) => !passed);
      expect(failed.map(({ check }) => check)).toEqual(failing);
      expect(failed.every(({ message }) => message !== null && /\.$/.test(message))).toBe(true);
      expect(accepted).toBe((await statusOf(delivery)) === 200);
    },
  );

  it('says what an accepted one asks for', async () => {
    expect(await verify(genuine)).toMatchObject({
      accepted: true,
      event: { type: 'fine_tuning.job.succeeded', jobId: 'ftjob-1' },
      checks: expect.arrayContaining([
        { check: 'signature', passed: true, message: 'It is of the current secret.' },
        { check: 'event', passed: true, message: 'It asks to look at ftjob-1.' },
      ]),
    });
  });

  it('judges as of another time', async () => {
    const old = signed(key, JOB_EVENT, SECONDS - 86_400);
    expect((await verify(old)).accepted).toBe(false);
    expect((await verify(old, new Date(NOW - 86_400_000).toISOString())).accepted).toBe(true);
  });

  it('still believes the previous secret while the current one holds none', async () => {
    stored.set('arn:research', ['whsec_!!!', secretOf(previousKey)]);
    const delivery = signed(previousKey, JOB_EVENT, SECONDS);
    expect([(await verify(delivery)).accepted, await statusOf(delivery)]).toEqual([true, 200]);
  });
});

describe('a signature that does not match', () => {
  const causeOf = async (delivery: Signed) => {
    const { checks } = await verify(delivery);
    return checks.find(({ check }) => check === 'signature')?.message;
  };

  it.each<[string, Signed]>([
    ['its body has one more line end', { ...genuine, body: Buffer.from(`${JOB_EVENT}\n`) }],
    ['its label is missing', { ...genuine, signature: bare }],
    ['another source signed it', signed(labKey, JOB_EVENT, SECONDS)],
    ['a forger signed it', signed(forgersKey, JOB_EVENT, SECONDS)],
  ])('is told where %s, without guessing at more', async (_, delivery) => {
    expect(await causeOf(delivery)).toMatch(/does not match: another secret signed it .*or body, id or timestamp/);
  });

  it('is explained by a secret with nothing, or something malformed, in it', async () => {
    stored.set('arn:research', 'whsec_!!! sk-proj-x');
    expect(await causeOf(genuine)).toMatch(/holds no webhook secret .*2 of the entries in it are no whsec_/);
    stored.set('arn:research', `${secretOf(previousKey)} whsec_!!!`);
    expect(await causeOf(genuine)).toMatch(/another secret .*1 of the entries in it is no whsec_/);
  });

  it('is never explained by the right one, or by a key', async () => {
    const changed = Buffer.from(JOB_EVENT.replace('ftjob-1', 'ftjob-2'));
    const right = signBytes(key, genuine.id, genuine.timestamp, changed);
    const said = JSON.stringify(await verify({ ...genuine, body: changed }));
    expect(said).not.toContain(right.slice('v1,'.length));
    for (const each of [key, previousKey, labKey]) expect(said).not.toContain(each.toString('base64'));
  });
});

describe('webhook-verify refuses', () => {
  it.each<[string, object, string]>([
    ['what is no base64', { body: 'not base64!' }, 'the field \\"body\\", which is no base64'],
    ['a time that is none', { at: 'yesterday' }, 'the field \\"at\\"'],
    ['a source that there is not', { source: 'labs' }, 'Did you mean \\"lab\\"?'],
  ])('%s', async (_, parts, message) => {
    const answer = await createOperator(deps())({ ...requestFor(genuine), ...parts }, 'request-1');
    expect(JSON.stringify(answer)).toContain(message);
  });

  it('to judge by a secret that is empty, as the webhook function does', async () => {
    stored.set('arn:research', '');
    expect(await statusOf(genuine)).toBe(503);
    const answer = await createOperator(deps())(requestFor(genuine), 'request-1');
    expect(answer).toMatchObject({
      ok: false,
      error: {
        name: 'SecretUnusableError',
        next: expect.stringContaining('put-secret-value --secret-id arn:research'),
      },
    });
  });
});
