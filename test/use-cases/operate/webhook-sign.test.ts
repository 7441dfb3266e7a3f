import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { verify } from '../../../lambdas/core/webhook/verify.ts';
import type { Asked, SignedEvent } from '../../../lambdas/shared/contract/operator.ts';
import type { OperateDeps } from '../../../lambdas/use-cases/operate/deps.ts';
import { createOperator } from '../../../lambdas/use-cases/operate/operate.ts';
import { aPolicy } from '../../core/policy/builders.ts';
import { secretOf } from '../../core/webhook/signing.ts';
import { createInMemorySecrets, type StoredSecret } from '../../in-memory/secrets.ts';
import { ask, NOW, operatorDeps } from './ask.ts';

const SECRET = 'arn:webhook-research';
const key = Buffer.alloc(32, 1);
const olderKey = Buffer.alloc(32, 2);

function depsWith(value: StoredSecret | undefined, parts: Partial<OperateDeps> = {}): OperateDeps {
  return operatorDeps({
    secrets: createInMemorySecrets(new Map(value === undefined ? [] : [[SECRET, value]])),
    secretIds: { adminKey: 'arn:admin', projectKeys: new Map(), webhookSecrets: new Map([['research', SECRET]]) },
    ...parts,
  });
}

const REQUEST: Asked<'webhook-sign'> = {
  command: 'webhook-sign',
  source: 'research',
  type: 'checkpoint_sharing.test',
  jobId: null,
  ageSeconds: 0,
  badSignature: false,
};

const sign = (parts: Partial<Asked<'webhook-sign'>> = {}, deps = depsWith(secretOf(key))) =>
  ask(deps, { ...REQUEST, ...parts });

/** As the webhook function judges it at the operator's time. */
const judge = ({ headers, body }: SignedEvent, secret = secretOf(key)) =>
  verify(
    {
      id: headers['webhook-id'] ?? '',
      timestamp: headers['webhook-timestamp'] ?? '',
      signature: headers['webhook-signature'] ?? '',
      body: Buffer.from(body),
    },
    [secret],
    NOW / 1000,
  );

async function refusal(request: object, deps = depsWith(secretOf(key))) {
  const answer = await createOperator(deps)({ ...REQUEST, ...request }, 'request-1');
  if (answer.ok) throw new Error('this was to be refused');
  return answer.error;
}

describe('webhook-sign', () => {
  it('signs an event for the URL of its source, as OpenAI would', async () => {
    const signed = await sign();
    expect(signed).toEqual({
      url: 'https://api.example.com/webhooks/research',
      headers: {
        'content-type': 'application/json',
        'webhook-id': expect.stringMatching(/^wh_[0-9a-f]{32}$/),
        'webhook-timestamp': String(NOW / 1000),
        'webhook-signature': expect.stringMatching(/^v1,/),
      },
      body: expect.any(String),
    });
    expect(JSON.parse(signed.body)).toEqual({
      id: expect.stringMatching(/^evt_ckpt_[0-9a-f]{32}$/),
      object: 'event',
      type: 'checkpoint_sharing.test',
      created_at: NOW / 1000,
      data: { id: expect.stringMatching(/^ftjob-/) },
    });
    expect(judge(signed)).toEqual({ ok: true, under: 0 });
  });

  it('is believed by an independent verifier', async () => {
    const { headers, body } = await sign({}, depsWith(secretOf(key), { now: Date.now }));
    expect(new Webhook(secretOf(key)).verify(body, { ...headers })).toEqual(JSON.parse(body));
  });

  it('tells of the job that was named', async () => {
    const { body } = await sign({ type: 'fine_tuning.job.succeeded', jobId: 'ftjob-AbC' });
    expect(JSON.parse(body)).toMatchObject({ type: 'fine_tuning.job.succeeded', data: { id: 'ftjob-AbC' } });
  });

  it('signs with the first key of the current secret, not with the previous one', async () => {
    const current = `whsec_broken ${secretOf(key)}\n${secretOf(olderKey)}`;
    const signed = await sign({}, depsWith([current, secretOf(olderKey)]));
    expect(judge(signed)).toEqual({ ok: true, under: 0 });
    expect(judge(signed, secretOf(olderKey))).toMatchObject({ check: 'signature' });
  });

  it('makes one that comes late', async () => {
    const signed = await sign({ ageSeconds: 600 });
    expect(signed.headers['webhook-timestamp']).toBe(String(NOW / 1000 - 600));
    expect(judge(signed)).toMatchObject({ ok: false, check: 'timestamp-tolerance' });
  });

  it('makes one that was changed after it was signed', async () => {
    expect(judge(await sign({ badSignature: true }))).toMatchObject({ ok: false, check: 'signature' });
  });

  it('names two requests differently, and one always the same', async () => {
    const idOf = async (requestId: string) => {
      const answer = await createOperator(depsWith(secretOf(key)))(REQUEST, requestId);
      return answer.ok ? (answer.result as SignedEvent).headers['webhook-id'] : answer;
    };
    expect(await idOf('request-2')).toBe(await idOf('request-2'));
    expect(await idOf('request-2')).not.toBe(await idOf('request-3'));
  });
});

describe('webhook-sign refuses', () => {
  it.each<[string, object, string]>([
    ['a type that is not its own', { type: 'response.completed' }, 'fine_tuning.job.succeeded'],
    ['a mistyped source', { source: 'reserch' }, 'Did you mean "research"?'],
    ['a project that is no source', { source: 'prod-eu' }, 'Name one of: research.'],
    ['what is no job', { jobId: 'job-1' }, 'ftjob-'],
    ['an event of the future', { ageSeconds: -1 }, 'the field "ageSeconds"'],
    ['half a second', { ageSeconds: 0.5 }, 'the field "ageSeconds"'],
    ['a body of somebody else', { body: 'x' }, 'the field "body"'],
  ])('%s', async (_, request, message) => {
    const { name, message: said, next } = await refusal(request);
    expect(name).toBe('BadRequestError');
    expect(`${said} ${next}`).toContain(message);
  });

  it('where the policy has no source, or the function was told of no secret', async () => {
    const [target] = aPolicy().projects.slice(1);
    const policy = aPolicy([], { projects: target === undefined ? [] : [target] });
    expect((await refusal({}, depsWith(undefined, { policy }))).message).toBe('The policy has no source.');
    const untold = operatorDeps({ secrets: createInMemorySecrets(new Map()) });
    expect(await refusal({}, untold)).toMatchObject({
      message: expect.stringContaining('told of no webhook secret for research'),
      next: 'Deploy the stack again.',
    });
  });

  it.each<[string, StoredSecret | undefined, RegExp]>([
    ['is not there', undefined, /The webhook secret of research cannot be used: .* is not there\./],
    ['is empty', '', /is empty\./],
    ['holds a mistyped one', 'whsec_!!!', /was not copied whole/],
    ['holds an API key', 'sk-admin-CANARY', /holds an API key where a webhook secret/],
    ['holds JSON', '{"secret":"CANARY"}', /is a JSON object/],
    ['holds one that anybody can guess', 'whsec_changeme', /of 6 bytes/],
  ])('where the secret %s, and says how to mend it', async (_, value, message) => {
    const error = await refusal({}, depsWith(value));
    expect(error).toEqual({
      name: 'SecretUnusableError',
      message: expect.stringMatching(message),
      next: expect.stringContaining(`put-secret-value --secret-id ${SECRET}`),
    });
    expect(JSON.stringify(error)).not.toContain('CANARY');
  });
});
