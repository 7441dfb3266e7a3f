import { describe, expect, it } from 'vitest';
import { createDispatcher } from '../../../lambdas/adapters/openai/exchange.ts';
import { createFederationRuleApi, createIdentityProviderApi } from '../../../lambdas/adapters/openai/identity.ts';
import { createJobApi } from '../../../lambdas/adapters/openai/jobs.ts';
import { createKeysApi } from '../../../lambdas/adapters/openai/keys.ts';
import { createTokenExchange } from '../../../lambdas/adapters/openai/token-exchange.ts';
import { OpenAIError } from '../../../lambdas/core/errors.ts';
import { startFakeOpenAI } from '../../fake-openai/fake-openai.ts';
import { AUDIENCE, createSigner } from '../../fake-openai/identity-tokens.ts';
import { failureOf, testClient, written } from './client.ts';
import { apiError, beginBody, hang, json, reset, type Step, scriptedServer, text } from './scripted-server.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const AS = { identityProviderId: 'idp_1', serviceAccountId: 'user-1' };
const ISSUER = 'https://sts.example.com';
const ROLE = 'arn:aws:iam::123456789012:role/Observe';
const signer = createSigner();

const claims = (parts: object = {}) => ({ iss: ISSUER, aud: AUDIENCE, sub: ROLE, exp: NOW / 1_000 + 300, ...parts });
const identity = (parts: object = {}) => signer.sign(claims(parts));

const dispatcher = createDispatcher();
const exchangeAt = (tokenUrl: string, deadlineMs?: number) =>
  createTokenExchange({ tokenUrl, dispatcher, clock: () => NOW, ...(deadlineMs !== undefined && { deadlineMs }) });

/** What the exchange of this identity comes to with a server that does so. */
async function scripted(step: Step, subjectToken = identity(), deadlineMs?: number) {
  await using server = await scriptedServer(step);
  return await exchangeAt(`${server.origin}/oauth/token`, deadlineMs).exchange(subjectToken, AS);
}

describe('an identity', () => {
  it('becomes a key that works in the fake, until the identity ends', async () => {
    const fake = await startFakeOpenAI({ now: () => NOW });
    fake.addProject({ id: 'proj_research' });
    await using admin = testClient('', { baseUrl: fake.url, key: async () => fake.adminKey });
    const accounts = createKeysApi(admin.http);
    const account = await accounts.createServiceAccount('proj_research', 'sharing');
    await accounts.setRole('proj_research', account.id, 'member');
    const order = { name: 'aws', issuer: ISSUER, audience: AUDIENCE, jwks: signer.jwks };
    const { id } = await createIdentityProviderApi(admin.http).create(order);
    await createFederationRuleApi(admin.http).create(id, {
      projectId: 'proj_research',
      serviceAccountId: account.id,
      name: 'observe',
      matchers: { sub: ROLE },
      scopes: ['api.fine_tuning.jobs.read'],
    });
    const as = { identityProviderId: id, serviceAccountId: account.id };
    const { exchange } = exchangeAt(fake.tokenUrl);
    for (const tokenLifetime of ['told', 'left-out', 'as-text', 'zero'] as const) {
      fake.quirks.tokenLifetime = tokenLifetime;
      const token = await exchange(identity(), as);
      expect(token.expiresAt).toBe(NOW + (tokenLifetime === 'zero' ? 60_000 : 300_000));
      await using client = testClient('', { baseUrl: fake.url, key: async () => token.value });
      expect(await createJobApi(client.http).listJobs(null)).toMatchObject({ jobs: [] });
    }
    for (const status of [400, 401, 403] as const) {
      fake.quirks.refusedIdentity = status;
      expect(await failureOf(exchange(identity({ sub: 'other' }), as))).toMatchObject({
        name: 'IdentityRefusedError',
        status,
        code: 'invalid_grant',
        message: expect.stringContaining('No federation rule lets this identity act'),
      });
    }
    expect(
      fake.calls.all.filter(({ endpoint }) => endpoint === 'token.exchange').map(({ keyKind }) => keyKind),
    ).toEqual(Array(7).fill('none'));
    expect(fake.unexpected).toEqual([]);
    await fake.close();
  });

  it('is sent as OpenAI documents, without a key', async () => {
    await using server = await scriptedServer(json({ access_token: 'opaque-1', expires_in: 60 }));
    const subjectToken = identity();
    const token = await exchangeAt(`${server.origin}/oauth/token`).exchange(subjectToken, AS);
    expect(token).toEqual({ value: 'opaque-1', expiresAt: NOW + 60_000 });
    const [seen] = server.seen;
    expect(seen).toMatchObject({ method: 'POST', url: '/oauth/token' });
    expect(seen?.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(seen?.headers).not.toHaveProperty('authorization');
    expect(JSON.parse(seen?.body ?? '')).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      subject_token: subjectToken,
      identity_provider_id: 'idp_1',
      service_account_id: 'user-1',
    });
  });

  it.each([
    ['an hour where nothing is told', { access_token: 't' }, { exp: NOW / 1_000 + 86_400 }, 3_600_000],
    ['an hour where it is null', { access_token: 't', expires_in: null }, { exp: undefined }, 3_600_000],
    ['as long as a text says', { access_token: 't', expires_in: '7' }, { exp: undefined }, 7_000],
    ['a minute where it is to end at once', { access_token: 't', expires_in: 0 }, { exp: undefined }, 60_000],
    ['a minute where a text says so', { access_token: 't', expires_in: '0' }, { exp: undefined }, 60_000],
    ['no longer than the identity', { access_token: 't', expires_in: 0 }, { exp: NOW / 1_000 + 20 }, 20_000],
    ['as long as the identity', { access_token: 't', expires_in: 3_600 }, { exp: NOW / 1_000 + 20 }, 20_000],
    [
      'as long as is told where the identity has no end',
      { access_token: 't', expires_in: 7 },
      { exp: undefined },
      7_000,
    ],
  ])('gives a token for %s', async (_, answer, parts, ms) => {
    expect((await scripted(json(answer), identity(parts))).expiresAt).toBe(NOW + ms);
  });

  it("that is no JWT is OpenAI's to judge, but an empty one is none", async () => {
    const found = await scripted(json({ access_token: 't', expires_in: 7 }), 'opaque');
    expect(found.expiresAt).toBe(NOW + 7_000);
    const { exchange } = exchangeAt('http://127.0.0.1:1/oauth/token');
    expect(await failureOf(exchange('', AS))).toMatchObject({ name: 'RefusedError', status: null });
  });
});

describe('an exchange that fails', () => {
  const oauth = (error: string, description?: string) => ({ error, error_description: description });

  it.each([
    ['400 of OAuth', json(oauth('invalid_grant', 'expired'), 400), 'IdentityRefusedError', 'invalid_grant'],
    [
      '401 of OAuth without a description',
      json(oauth('invalid_client'), 401),
      'IdentityRefusedError',
      'invalid_client',
    ],
    ["403 in OpenAI's form", apiError(403, 'No rule matches.'), 'IdentityRefusedError', 'invalid_request_error'],
    ['401 without a word', text('', 401), 'IdentityRefusedError', null],
    [
      '403 of a country',
      json({ error: { code: 'unsupported_country_region_territory' } }, 403),
      'CallerRefusedError',
      'unsupported_country_region_territory',
    ],
    ['403 as a page', text('<html>no</html>', 403), 'CallerRefusedError', null],
    ['404', json({ detail: 'Not Found' }, 404), 'CallerRefusedError', null],
    ['302', text('', 302, { location: 'https://elsewhere.example.com' }), 'CallerRefusedError', null],
    ['429', apiError(429, 'Slow down', { 'retry-after': '7' }), 'ThrottledError', 'invalid_request_error'],
    ['500', text('oops', 500), 'UnavailableError', null],
    ['no JSON', text('oops'), 'UnavailableError', null],
    ['no token', json({ token: 't' }), 'UnavailableError', null],
    ['a token that cannot be sent', json({ access_token: 'a b' }), 'UnavailableError', null],
    ['an end in the past', json({ access_token: 't', expires_in: -1 }), 'UnavailableError', null],
    ['an end in words', json({ access_token: 't', expires_in: 'soon' }), 'UnavailableError', null],
    ['a reset', reset, 'UnavailableError', null],
    ['half an answer', beginBody('reset'), 'UnavailableError', null],
    ['no answer', hang, 'UnavailableError', null],
  ])('with %s', async (what, step, name, code) => {
    const failure = await failureOf(scripted(step, identity(), what === 'no answer' ? 200 : undefined));
    expect(failure).toMatchObject({ name, code });
  });

  it('names the setting where something else answers', async () => {
    expect((await failureOf(scripted(json({}, 404)))).message).toContain('openai.tokenUrl');
  });

  it('because nobody is there is unavailable', async () => {
    const { exchange } = exchangeAt('http://127.0.0.1:1/oauth/token');
    expect(await failureOf(exchange(identity(), AS))).toMatchObject({ name: 'UnavailableError', status: null });
  });
});

describe('neither token is in an error', () => {
  const CANARY = 'eyJCANARYcanary.CANARY.CANARY-canary_0';
  const header = CANARY.split('.')[0] ?? '';

  it.each<[string, Step]>([
    ['a description that repeats it', json({ error: 'invalid_grant', error_description: `Bad: ${CANARY}.` }, 400)],
    ['a description that repeats a part of it', json({ error: 'x', error_description: `Bad: ${header}…` }, 401)],
    ['a code that repeats it', json({ error: CANARY }, 403)],
    ["OpenAI's form that repeats it", apiError(401, `Incorrect: ${CANARY}`)],
    ['another code that repeats it', json({ error: { message: 'x', code: CANARY, type: CANARY } }, 400)],
    ['a request id that repeats it', json({ error: 'x' }, 400, { 'x-request-id': CANARY })],
    ['a page that repeats it', text(`<p>${CANARY}`, 500)],
    ['a good answer in another form', json({ access_token: [CANARY], [CANARY]: CANARY })],
    ['a good answer that cannot be sent', json({ access_token: `${CANARY} ${CANARY}` })],
    ['malformed JSON', text(`{"access_token":"${CANARY}`)],
    ['a redirect', text('', 302, { location: `/?${CANARY}` })],
    ['a malformed header', (_, { socket }) => socket.end(`HTTP/1.1 200 OK\r\n${CANARY}\0: ${CANARY}\r\n\r\n`)],
    ['a reset', reset],
  ])('%s', async (_, step) => {
    const failure = await failureOf(scripted(step, CANARY));
    expect(failure).toBeInstanceOf(OpenAIError);
    expect(written(failure)).not.toContain('CANARY');
  });
});

describe('the token URL', () => {
  it.each([
    'http://auth.openai.com/oauth/token',
    'https://u:CANARY@auth.openai.com/oauth',
    'auth.openai.com',
    'https://x/?q=1',
  ])('%s will not do', (tokenUrl) => {
    expect(() => exchangeAt(tokenUrl)).toThrow(/^openai\.tokenUrl must be https:(?!.*CANARY)/);
  });

  it('may be the documented one', () => {
    expect(() => exchangeAt('https://auth.openai.com/oauth/token')).not.toThrow();
  });
});
