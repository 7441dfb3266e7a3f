import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeOpenAI, startFakeOpenAI } from './fake-openai.ts';
import { AUDIENCE, createSigner, signedHs256 } from './identity-tokens.ts';
import { ask, column, messageOf } from './raw-client.ts';

// OpenAI's own client as an independent judge, of the token exchange as well: it takes any `fetch`.

const PROJECT = 'proj_research';
const ISSUER = 'https://1234.tokens.sts.global.api.aws';
const ROLE = 'arn:aws:iam::123456789012:role/Observe';
const PROVIDERS = '/organization/workload_identity_providers';
const signer = createSigner();

let fake: FakeOpenAI;
let admin: OpenAI;
let now: number;
let providerId: string;
let accountId: string;

beforeEach(async () => {
  now = Date.now();
  fake = await startFakeOpenAI({ now: () => now });
  fake.addProject({ id: PROJECT });
  admin = new OpenAI({ baseURL: fake.url, apiKey: 'none', adminAPIKey: fake.adminKey, maxRetries: 0 });
  const provider = await providers().create({
    type: 'oidc',
    name: 'aws',
    issuer: ISSUER,
    audience: AUDIENCE,
    verification: { type: 'uploaded_jwks', jwks: signer.jwks },
  });
  providerId = provider.id;
  accountId = (await admin.admin.organization.projects.serviceAccounts.create(PROJECT, { name: 'sharing' })).id;
});

afterEach(async () => {
  expect(fake.unexpected).toEqual([]);
  await fake.close();
});

const providers = () => admin.admin.organization.workloadIdentityProviders;
const rules = () => providers().federationRules;

function addRule(scopes: string[] | null = ['api.fine_tuning.jobs.read'], matchers: object = { sub: ROLE }) {
  return rules().create(providerId, {
    project_id: PROJECT,
    service_account_id: accountId,
    attribute_matchers: { ...matchers },
    ...(scopes !== null && { permissions: { type: 'restricted', scopes } }),
  });
}

function claims(parts: object = {}) {
  return { iss: ISSUER, aud: AUDIENCE, sub: ROLE, exp: Math.floor(now / 1_000) + 300, ...parts };
}

async function exchange(subjectToken: unknown, parts: object = {}, headers: Record<string, string> = {}) {
  const answer = await fetch(fake.tokenUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      subject_token: subjectToken,
      identity_provider_id: providerId,
      service_account_id: accountId,
      ...parts,
    }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

describe('providers and rules', () => {
  test('are listed, retrieved, changed and deleted, rules first', async () => {
    const rule = await addRule();
    expect(rule).toMatchObject({
      workload_identity_provider_id: providerId,
      enabled: true,
      attribute_matchers: { sub: ROLE },
      permissions: { type: 'restricted', scopes: ['api.fine_tuning.jobs.read'] },
    });
    const path = { workload_identity_provider_id: providerId };
    expect(await rules().retrieve(rule.id, path)).toEqual(rule);
    const changed = await rules().update(rule.id, { ...path, enabled: false, name: 'observe' });
    expect(changed).toEqual({ ...rule, enabled: false, name: 'observe' });
    const provider = await providers().update(providerId, { description: 'AWS', enabled: false });
    expect(provider).toMatchObject({
      description: 'AWS',
      enabled: false,
      issuer: ISSUER,
      attribute_transformations: [],
    });
    expect((await providers().list()).data).toEqual([provider]);
    await expect(providers().delete(providerId)).rejects.toMatchObject({ status: 400 });
    expect(await rules().delete(rule.id, path)).toMatchObject({ deleted: true });
    expect(await providers().delete(providerId)).toMatchObject({ id: providerId, deleted: true });
    await expect(providers().retrieve(providerId)).rejects.toMatchObject({ status: 404 });
  });

  test('are listed page by page, rules of one account alone where asked', async () => {
    const made = [await addRule(), await addRule(), await addRule()].map(({ id }) => id);
    const listed: string[] = [];
    for await (const { id } of rules().list(providerId, { limit: 2, service_account_id: accountId })) listed.push(id);
    expect(listed).toEqual(made);
    const latest = await ask(fake, `GET ${PROVIDERS}/${providerId}/federation_rules?order=desc&limit=1`);
    expect(column(latest, 'id')).toEqual(made.slice(-1));
    expect((await rules().list(providerId, { service_account_id: 'user-Other' })).data).toEqual([]);
  });

  test.each([
    ['no matcher', { attribute_matchers: {} }, 400],
    ['a matcher of another kind', { attribute_matchers: { sub: [ROLE] } }, 400],
    ['permissions of another kind', { permissions: { type: 'all' } }, 400],
    ['an unknown account', { service_account_id: 'user-Other' }, 404],
  ])('a rule with %s is refused', async (_, parts, status) => {
    const body = { project_id: PROJECT, service_account_id: accountId, attribute_matchers: { sub: ROLE }, ...parts };
    expect((await ask(fake, `POST ${PROVIDERS}/${providerId}/federation_rules`, { body })).status).toBe(status);
  });

  test('need an admin key that may', async () => {
    const { value } = fake.addAdminKey({ scopes: ['api.management.read'] });
    expect((await ask(fake, `GET ${PROVIDERS}/${providerId}`, { key: value })).status).toBe(200);
    const refused = await ask(fake, `DELETE ${PROVIDERS}/${providerId}`, { key: value });
    expect(messageOf(refused)).toContain('Missing scopes: api.management.write');
    const { value: projectKey } = fake.addProjectKey(PROJECT);
    expect((await ask(fake, `GET ${PROVIDERS}`, { key: projectKey })).status).toBe(401);
  });
});

describe('an identity', () => {
  const jobs = (key: unknown) => ask(fake, 'GET /fine_tuning/jobs', { key: String(key) });

  test("is exchanged by OpenAI's own client", async () => {
    await addRule();
    const { id } = fake.addJob({ projectId: PROJECT });
    const client = new OpenAI({
      baseURL: fake.url,
      maxRetries: 0,
      workloadIdentity: {
        identityProviderId: providerId,
        serviceAccountId: accountId,
        provider: { tokenType: 'jwt', getToken: async () => signer.sign(claims()) },
      },
      fetch: (url, init) => fetch(url === 'https://auth.openai.com/oauth/token' ? fake.tokenUrl : url, init),
    });
    expect((await client.fineTuning.jobs.list()).data).toMatchObject([{ id }]);
    await expect(client.webhooks.list()).rejects.toMatchObject({ status: 401 });
  });

  test.each([
    ['of another issuer', { iss: 'https://other.example.com' }],
    ['for another audience', { aud: 'https://other.example.com' }],
    ['that has expired', { exp: 1 }],
    ['of another role', { sub: `${ROLE}2` }],
  ])('%s is refused', async (_, parts) => {
    await addRule();
    for (const status of [400, 401, 403] as const) {
      fake.quirks.refusedIdentity = status;
      const refused = await exchange(signer.sign(claims(parts)));
      expect(refused).toEqual({ status, body: { error: 'invalid_grant', error_description: expect.any(String) } });
    }
    expect(fake.keysOf(PROJECT).filter(({ owner }) => owner.id === accountId)).toHaveLength(1);
  });

  test('needs a rule and a provider that are enabled, and all matchers', async () => {
    const token = signer.sign(claims({ aws_account: '123456789012' }));
    expect((await exchange(token)).status).toBe(401);
    const { id } = await addRule(null, { sub: ROLE, aws_account: '999' });
    expect((await exchange(token)).status).toBe(401);
    const path = { workload_identity_provider_id: providerId };
    await rules().update(id, { ...path, attribute_matchers: { sub: ROLE, aws_account: '123456789012' } });
    expect((await exchange(token)).status).toBe(200);
    expect((await exchange(token, { service_account_id: 'user-Other' })).status).toBe(401);
    await rules().update(id, { ...path, enabled: false });
    expect((await exchange(token)).status).toBe(401);
    await rules().update(id, { ...path, enabled: true });
    await providers().update(providerId, { enabled: false });
    expect((await exchange(token)).status).toBe(401);
  });

  test('is verified by the keys of its provider, uploaded or discovered, unless told', async () => {
    await addRule();
    expect((await exchange(createSigner().sign(claims()))).status).toBe(401);
    expect((await exchange(signedHs256(claims()))).status).toBe(401);
    fake.quirks.identityVerification = 'none';
    expect((await exchange(signedHs256(claims()))).status).toBe(200);
    fake.quirks.identityVerification = 'jwks';
    const issuer = createServer((request, response) => {
      const origin = `http://${request.headers.host}`;
      response.end(JSON.stringify(request.url === '/keys' ? signer.jwks : { jwks_uri: `${origin}/keys` }));
    });
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
    const iss = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
    await providers().update(providerId, { issuer: iss, verification: { type: 'discovery', discovery_url: null } });
    expect((await exchange(signer.sign(claims({ iss })))).status).toBe(200);
    expect((await exchange(createSigner().sign(claims({ iss })))).status).toBe(401);
    issuer.closeAllConnections();
    issuer.close();
  });

  test('of the account itself passes for its roles where told', async () => {
    await addRule();
    const root = (account: string) => signer.sign(claims({ sub: `arn:aws:iam::${account}:root` }));
    expect((await exchange(root('123456789012'))).status).toBe(401);
    fake.quirks.rootStandsForAnyRole = true;
    expect((await exchange(root('123456789012'))).status).toBe(200);
    expect((await exchange(root('999999999999'))).status).toBe(401);
  });

  test('gives a token of the scopes of its rule that ends with the identity, and is in no list', async () => {
    await addRule();
    const { body } = await exchange(signer.sign(claims()));
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: expect.any(Number) });
    expect(body.expires_in).toBeLessThanOrEqual(300);
    expect((await jobs(body.access_token)).status).toBe(200);
    expect((await ask(fake, 'GET /webhook_endpoints', { key: String(body.access_token) })).status).toBe(401);
    expect(fake.keysOf(PROJECT).map(({ value }) => value)).not.toContain(body.access_token);
    now += 300_000;
    expect((await jobs(body.access_token)).status).toBe(401);
  });

  test('gives a token for an hour at most, whose end may not be told', async () => {
    await addRule();
    fake.quirks.tokenLifetime = 'left-out';
    const { body } = await exchange(signer.sign(claims({ exp: Math.floor(now / 1_000) + 86_400 })));
    expect(body).not.toHaveProperty('expires_in');
    now += 3_599_000;
    expect((await jobs(body.access_token)).status).toBe(200);
    now += 1_000;
    expect((await jobs(body.access_token)).status).toBe(401);
  });

  test('acts for an account that has a role, and is there', async () => {
    const { body: alone } = await ask(fake, `POST /organization/projects/${PROJECT}/service_accounts`, {
      body: { name: 'alone', create_service_account_only: true },
    });
    accountId = String(alone.id);
    await addRule();
    const token = String((await exchange(signer.sign(claims()))).body.access_token);
    expect((await jobs(token)).status).toBe(403);
    fake.quirks.accountWithoutRole = 'works';
    expect((await jobs(token)).status).toBe(200);
    await ask(fake, `DELETE /organization/projects/${PROJECT}/service_accounts/${accountId}`);
    expect((await jobs(token)).status).toBe(401);
    expect((await exchange(signer.sign(claims()))).status).toBe(401);
  });

  test.each([
    ['another grant', { grant_type: 'client_credentials' }, 'unsupported_grant_type'],
    ['another kind of token', { subject_token_type: 'urn:x' }, 'invalid_request'],
    ['no token', { subject_token: undefined }, 'invalid_request'],
    ['no JWT', { subject_token: 'sk-proj-x' }, 'invalid_request'],
  ])('is not asked for with %s', async (_, parts, error) => {
    expect(await exchange('', parts)).toMatchObject({ status: 400, body: { error } });
  });
});

test('a key that is sent to the token endpoint has gone astray', async () => {
  await using other = { ...(await startFakeOpenAI()), [Symbol.asyncDispose]: () => other.close() };
  const headers = { authorization: `Bearer ${other.adminKey}`, 'content-type': 'application/json' };
  expect((await fetch(other.tokenUrl, { method: 'POST', headers, body: '{}' })).status).toBe(400);
  expect(other.unexpected).toHaveLength(1);
});
