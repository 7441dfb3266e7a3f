import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFederationRuleApi, createIdentityProviderApi } from '../../../lambdas/adapters/openai/identity.ts';
import { createKeysApi } from '../../../lambdas/adapters/openai/keys.ts';
import type {
  FederationRuleApi,
  FederationRuleOrder,
  IdentityProviderApi,
} from '../../../lambdas/core/identity-ports.ts';
import { type FakeOpenAI, startFakeOpenAI } from '../../fake-openai/fake-openai.ts';
import { AUDIENCE, createSigner } from '../../fake-openai/identity-tokens.ts';
import { failureOf, type TestClient, testClient } from './client.ts';
import { json, scriptedServer } from './scripted-server.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const PROJECT = 'proj_research';
const PROVIDER = { name: 'aws', issuer: 'https://sts.example.com', audience: AUDIENCE };

let fake: FakeOpenAI;
let client: TestClient;
let providers: IdentityProviderApi;
let rules: FederationRuleApi;
let order: FederationRuleOrder;

beforeEach(async () => {
  fake = await startFakeOpenAI({ now: () => NOW });
  fake.addProject({ id: PROJECT });
  client = testClient('', { baseUrl: fake.url, key: async () => fake.adminKey });
  providers = createIdentityProviderApi(client.http);
  rules = createFederationRuleApi(client.http);
  const account = await createKeysApi(client.http).createServiceAccount(PROJECT, 'sharing');
  order = {
    description: 'of the stack',
    projectId: PROJECT,
    serviceAccountId: account.id,
    name: 'observe',
    matchers: { sub: 'arn:aws:iam::123456789012:role/Observe' },
    scopes: ['api.fine_tuning.jobs.read'],
  };
});

afterEach(async () => {
  await client[Symbol.asyncDispose]();
  await fake.close();
  expect(fake.unexpected).toEqual([]);
});

describe('identity providers', () => {
  it('are made, found, changed and deleted', async () => {
    const made = await providers.create({ ...PROVIDER, description: 'of the stack' });
    expect(made).toEqual({
      ...PROVIDER,
      id: expect.any(String),
      description: 'of the stack',
      enabled: true,
      verification: 'discovery',
      createdAt: NOW,
    });
    expect(await providers.get(made.id)).toEqual(made);
    const changed = await providers.update(made.id, { enabled: false, jwks: createSigner().jwks });
    expect(changed).toEqual({ ...made, enabled: false, verification: 'uploaded_jwks' });
    expect(await providers.delete(made.id)).toBe('deleted');
    expect(await providers.delete(made.id)).toBe('absent');
    expect(await providers.get(made.id)).toBeNull();
  });

  it('are listed to the last page', async () => {
    for (let n = 0; n < 25; n++) await providers.create({ ...PROVIDER, name: `n ${n}` });
    expect((await providers.list()).map(({ name }) => name)).toEqual(Array.from({ length: 25 }, (_, n) => `n ${n}`));
  });

  it('are not deleted while they have rules', async () => {
    const { id } = await providers.create(PROVIDER);
    await rules.create(id, order);
    expect(await failureOf(providers.delete(id))).toMatchObject({ name: 'RefusedError', status: 400 });
  });
});

describe('federation rules', () => {
  let providerId: string;
  beforeEach(async () => {
    providerId = (await providers.create(PROVIDER)).id;
  });

  it('are made, found, changed and deleted', async () => {
    const made = await rules.create(providerId, order);
    expect(made).toEqual({ ...order, id: expect.any(String), providerId, enabled: true });
    expect(await rules.get(providerId, made.id)).toEqual(made);
    const change = { enabled: false, description: 'of another', matchers: { sub: 'other', admin: true }, scopes: null };
    const changed = await rules.update(providerId, made.id, change);
    expect(changed).toEqual({ ...made, ...change });
    expect(await rules.update(providerId, made.id, { name: 'share' })).toEqual({ ...changed, name: 'share' });
    expect(await rules.delete(providerId, made.id)).toBe('deleted');
    expect(await rules.delete(providerId, made.id)).toBe('absent');
    expect(await rules.get(providerId, made.id)).toBeNull();
  });

  it('are listed to the last page', async () => {
    for (let n = 0; n < 25; n++) await rules.create(providerId, order);
    expect(await rules.list(providerId)).toHaveLength(25);
    expect(await failureOf(rules.list('idp_never'))).toMatchObject({ name: 'NotFoundError' });
  });

  it.each([
    ['no matcher', { matchers: {} }],
    ['no scope', { scopes: [] }],
    ['an empty scope', { scopes: [''] }],
  ])('are never sent with %s', async (_, parts) => {
    const { id } = await rules.create(providerId, order);
    for (const call of [rules.create(providerId, { ...order, ...parts }), rules.update(providerId, id, parts)]) {
      expect(await failureOf(call)).toMatchObject({ name: 'RefusedError', status: null });
    }
    expect(await rules.list(providerId)).toMatchObject([{ matchers: order.matchers, scopes: order.scopes }]);
  });

  it('of permissions of an unknown kind are not known', async () => {
    const answer = {
      id: 'wifr_1',
      workload_identity_provider_id: 'idp_1',
      project_id: PROJECT,
      service_account_id: 'user-1',
      enabled: true,
      attribute_matchers: { sub: 'x' },
      permissions: { type: 'everything' },
    };
    await using server = await scriptedServer(json(answer));
    await using other = testClient(server.origin);
    const found = createFederationRuleApi(other.http).get('idp_1', 'wifr_1');
    expect(await failureOf(found)).toMatchObject({ name: 'UnavailableError' });
  });
});
