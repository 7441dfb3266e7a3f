import { beforeEach, describe, expect, it } from 'vitest';
import { createDispatcher } from '../../../lambdas/adapters/openai/exchange.ts';
import { createFederationRuleApi, createIdentityProviderApi } from '../../../lambdas/adapters/openai/identity.ts';
import { createKeysApi } from '../../../lambdas/adapters/openai/keys.ts';
import { createJobApis } from '../../../lambdas/adapters/openai/source-apis.ts';
import { createSourceToken } from '../../../lambdas/adapters/openai/source-tokens.ts';
import { createTokenExchange } from '../../../lambdas/adapters/openai/token-exchange.ts';
import { IdentityRefusedError, UnavailableError } from '../../../lambdas/core/errors.ts';
import type { AccessToken } from '../../../lambdas/core/identity-ports.ts';
import { startFakeOpenAI } from '../../fake-openai/fake-openai.ts';
import { AUDIENCE } from '../../fake-openai/identity-tokens.ts';
import { ISSUER, roleOf, webIdentityOf } from '../../shared/web-identity.ts';
import { failureOf, testClient } from './client.ts';

const START = Date.UTC(2026, 10, 20, 12);
const AS = { identityProviderId: 'idp_1', serviceAccountId: 'user-1' };
const REST_MS = 50_000;

let now: number;
let exchanged: string[];
let next: () => Promise<AccessToken>;
beforeEach(() => {
  now = START;
  exchanged = [];
  next = async () => ({ value: `token-${exchanged.length}`, expiresAt: now + 300_000 });
});

function tokenOf(identityOf: () => Promise<typeof AS | undefined> = async () => AS) {
  const exchange = {
    async exchange(subjectToken: string) {
      exchanged.push(subjectToken);
      return next();
    },
  };
  const web = webIdentityOf('observe', () => now);
  return createSourceToken('research', { web, exchange, identityOf, clock: () => now, restMs: REST_MS });
}

describe('the token of a source', () => {
  it('is the same for all calls, also for those that ask at once, and is renewed before it ends', async () => {
    const token = tokenOf();
    expect(await Promise.all([token(), token(), token()])).toEqual(['token-1', 'token-1', 'token-1']);
    now += 239_000;
    expect(await token()).toBe('token-1');
    now += 2_000;
    expect(await Promise.all([token(), token()])).toEqual(['token-2', 'token-2']);
    expect(exchanged).toHaveLength(2);
  });

  it('is used for two thirds of its life where that is short', async () => {
    next = async () => ({ value: `token-${exchanged.length}`, expiresAt: now + 30_000 });
    const token = tokenOf();
    await token();
    now += 19_000;
    expect(await token()).toBe('token-1');
    now += 2_000;
    expect(await token()).toBe('token-2');
  });

  it('is another one where OpenAI has refused it, made once for all who were refused', async () => {
    const token = tokenOf();
    const refused = await token();
    const anew = { fresh: true, refused };
    expect(await Promise.all([token(anew), token(anew)])).toEqual(['token-2', 'token-2']);
    expect(await token(anew)).toBe('token-2');
    expect(exchanged).toHaveLength(2);
  });

  it('serves to its end while nobody can say why there is no other', async () => {
    const token = tokenOf();
    await token();
    next = async () => {
      throw new UnavailableError('away');
    };
    now += 270_000;
    expect(await token()).toBe('token-1');
    now += 31_000;
    expect(await failureOf(token())).toBeInstanceOf(UnavailableError);
    next = async () => ({ value: 'later', expiresAt: now + 300_000 });
    expect(await token()).toBe('later');
  });

  it('is not asked for again for a while where OpenAI refuses the identity, and says which link is broken', async () => {
    const token = tokenOf();
    next = async () => {
      throw new IdentityRefusedError('OpenAI does not take this identity: no rule', { status: 401 });
    };
    const refusal = await failureOf(token());
    expect(refusal).toMatchObject({ link: 'exchange', status: 401 });
    expect(refusal.message).toMatch(
      /no rule \(for research, with the identity provider idp_1, as .* user-1\)\. "ckpt doctor"/,
    );
    now += REST_MS - 1;
    expect(await failureOf(token())).toBe(refusal);
    expect(exchanged).toHaveLength(1);
    now += 1;
    next = async () => ({ value: 'mended', expiresAt: now + 300_000 });
    expect(await token()).toBe('mended');
  });

  it('is not to be had before the source is connected: nothing is minted', async () => {
    const refusal = await failureOf(tokenOf(async () => undefined)());
    expect(refusal).toMatchObject({
      link: 'connection',
      message: expect.stringContaining('ckpt sources connect research'),
    });
    expect(exchanged).toEqual([]);
  });
});

/** A source that the fake lets the role of observe read, by one rule. */
async function connected() {
  const fake = await startFakeOpenAI({ now: () => now, quirks: { identityVerification: 'none' } });
  fake.addProject({ id: 'proj_R' });
  const admin = testClient('', { baseUrl: fake.url, key: async () => fake.adminKey });
  const keys = createKeysApi(admin.http);
  const { id: serviceAccountId } = await keys.createServiceAccount('proj_R', 'sharing');
  await keys.setRole('proj_R', serviceAccountId, 'member');
  const { create } = createIdentityProviderApi(admin.http);
  const { id: identityProviderId } = await create({ name: 'aws', issuer: ISSUER, audience: AUDIENCE });
  const rules = createFederationRuleApi(admin.http);
  const order = { projectId: 'proj_R', serviceAccountId, name: 'observe', matchers: { sub: roleOf('observe') } };
  const { id: ruleId } = await rules.create(identityProviderId, { ...order, scopes: ['api.fine_tuning.jobs.read'] });
  const exchange = createTokenExchange({ tokenUrl: fake.tokenUrl, dispatcher: createDispatcher(), clock: () => now });
  const web = webIdentityOf('observe', () => now);
  const identityOf = async () => ({ identityProviderId, serviceAccountId });
  const token = createSourceToken('research', { web, exchange, identityOf, clock: () => now, restMs: REST_MS });
  const secrets = { current: async () => expect.unreachable('no secret is read') };
  const tokens = new Map([['research', token]]);
  const jobs = createJobApis({ baseUrl: fake.url, keys: new Map(), secrets, tokens, clock: () => now })('research');
  if (jobs === undefined) throw new Error('no source');
  return {
    fake,
    jobs,
    exchanges: () => fake.calls.count({ endpoint: 'token.exchange' }),
    deleteRule: () => rules.delete(identityProviderId, ruleId),
    /** OpenAI takes none of the tokens any more that it has given. */
    revokeTokens() {
      for (const { value } of fake.tokens()) fake.revokeKey(value);
    },
    async [Symbol.asyncDispose]() {
      await admin[Symbol.asyncDispose]();
      await fake.close();
    },
  };
}

describe('calls for a source without a stored key', () => {
  it('read no secret, and one exchange is enough for many', async () => {
    await using scene = await connected();
    await Promise.all([1, 2, 3].map(() => scene.jobs.listJobs(null)));
    await scene.jobs.listJobs(null);
    expect(scene.exchanges()).toBe(1);
  });

  it('go through with another token where OpenAI refuses one, which is asked for once', async () => {
    await using scene = await connected();
    await scene.jobs.listJobs(null);
    scene.revokeTokens();
    await Promise.all([1, 2, 3].map(() => scene.jobs.listJobs(null)));
    expect(scene.exchanges()).toBe(2);
  });

  it('say that OpenAI does not take the identity, where a rule is gone, and are made again when it rests no more', async () => {
    await using scene = await connected();
    await scene.jobs.listJobs(null);
    await scene.deleteRule();
    scene.revokeTokens();
    expect(await failureOf(scene.jobs.listJobs(null))).toMatchObject({
      name: 'IdentityRefusedError',
      link: 'exchange',
    });
    expect(await failureOf(scene.jobs.listJobs(null))).toBeInstanceOf(IdentityRefusedError);
    expect(scene.exchanges()).toBe(2);
    now += REST_MS;
    expect(await failureOf(scene.jobs.listJobs(null))).toBeInstanceOf(IdentityRefusedError);
    expect(scene.exchanges()).toBe(3);
  });
});
