import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeOpenAI, startFakeOpenAI } from './fake-openai.ts';
import { ask } from './raw-client.ts';

// OpenAI's own client as an independent judge of how keys are managed.

const NOW = Date.UTC(2026, 10, 20, 12);
const PROJECT = 'proj_research';

let fake: FakeOpenAI;
let client: OpenAI;
let now: number;

beforeEach(async () => {
  now = NOW;
  fake = await startFakeOpenAI({ now: () => now });
  fake.addProject({ id: PROJECT });
  client = new OpenAI({ baseURL: fake.url, apiKey: 'none', adminAPIKey: fake.adminKey, maxRetries: 0 });
});

afterEach(async () => {
  expect(fake.unexpected).toEqual([]);
  await fake.close();
});

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

describe('admin keys', () => {
  test('are made with a value that is shown once, listed, retrieved and deleted', async () => {
    const { adminAPIKeys } = client.admin.organization;
    const made = await adminAPIKeys.create({ name: 'second' });
    expect(made.value).toMatch(/^sk-admin-/);
    expect((await ask(fake, 'GET /organization/projects', { key: made.value })).status).toBe(200);
    const found = await adminAPIKeys.retrieve(made.id);
    expect(found).toMatchObject({ name: 'second', last_used_at: NOW / 1000 });
    expect(JSON.stringify(found)).not.toContain(made.value);
    expect((await collect(adminAPIKeys.list({ limit: 1 }))).map(({ id }) => id)).toContain(made.id);
    await adminAPIKeys.delete(made.id);
    expect((await ask(fake, 'GET /organization/projects', { key: made.value })).status).toBe(401);
  });

  test('end when they were asked to, and take a moment where OpenAI does', async () => {
    fake.quirks.newKeyLagMs = 2_000;
    const body = { name: 'short', expires_in_seconds: 60 };
    const { body: made } = await ask(fake, 'POST /organization/admin_api_keys', { body });
    const { value } = made as { value: string };
    const status = async () => (await ask(fake, 'GET /organization/projects', { key: value })).status;
    expect(await status()).toBe(401);
    now += 2_000;
    expect(await status()).toBe(200);
    now += 58_000;
    expect(await status()).toBe(401);
  });

  test('take no scopes, and have to end where the organisation demands it', async () => {
    const post = (body: object) => ask(fake, 'POST /organization/admin_api_keys', { body });
    expect((await post({ name: 'a', scopes: [] })).status).toBe(400);
    fake.quirks.keyLifetimeCap = 3_600;
    expect((await post({ name: 'a' })).status).toBe(400);
    expect((await post({ name: 'a', expires_in_seconds: 3_601 })).status).toBe(400);
    expect((await post({ name: 'a', expires_in_seconds: 3_600 })).status).toBe(200);
  });
});

describe('service accounts and project keys', () => {
  const accounts = () => client.admin.organization.projects.serviceAccounts;

  test('an account comes with a key, or alone and without a role', async () => {
    const made = await accounts().create(PROJECT, { name: 'ci' });
    expect(made.api_key?.value).toMatch(/^sk-svcacct-/);
    expect(made.role).toBe('member');
    const alone = await ask(fake, `POST /organization/projects/${PROJECT}/service_accounts`, {
      body: { name: 'alone', create_service_account_only: true },
    });
    expect(alone.body).toMatchObject({ role: 'none', api_key: null });
    expect(await collect(accounts().list(PROJECT))).toHaveLength(2);
  });

  test('a key has the scopes that it was given; none are all', async () => {
    const { id } = await accounts().create(PROJECT, { name: 'ci' });
    const path = `/organization/projects/${PROJECT}`;
    const { body } = await ask(fake, `POST ${path}/service_accounts/${id}/api_keys`, {
      body: { name: 'reader', scopes: ['api.model.read'] },
    });
    const key = body as { id: string; value: string };
    const jobs = async () => (await ask(fake, 'GET /fine_tuning/jobs', { key: key.value })).status;
    expect(await jobs()).toBe(401);
    await ask(fake, `POST ${path}/api_keys/${key.id}`, { body: { scopes: [] } });
    expect(await jobs()).toBe(200);
    expect((await ask(fake, `GET ${path}/api_keys/${key.id}`)).body).not.toHaveProperty('scopes');
    expect((await ask(fake, `DELETE ${path}/api_keys/${key.id}`)).status).toBe(200);
    expect(await jobs()).toBe(401);
  });

  test('a key may be for reading alone', async () => {
    const { value } = fake.addProjectKey(PROJECT, { scopes: ['api.all.read'] });
    expect((await ask(fake, 'GET /fine_tuning/jobs', { key: value })).status).toBe(200);
    expect((await ask(fake, 'GET /webhook_endpoints', { key: value })).status).toBe(200);
    expect((await ask(fake, 'DELETE /webhook_endpoints/whe_1', { key: value })).status).toBe(401);
  });

  test('keys of accounts without a role are listed only when asked for; a key may not be deleted alone', async () => {
    const path = `/organization/projects/${PROJECT}`;
    const { body } = await ask(fake, `POST ${path}/service_accounts`, {
      body: { name: 'alone', create_service_account_only: true },
    });
    const { id } = body as { id: string };
    const made = await ask(fake, `POST ${path}/service_accounts/${id}/api_keys`, { body: {} });
    const listed = async (query: string) => {
      const answer = await ask(fake, `GET ${path}/api_keys${query}`);
      return (answer.body as { data: { id: string }[] }).data.map((each) => each.id);
    };
    const keyId = (made.body as { id: string }).id;
    expect(await listed('')).not.toContain(keyId);
    expect(await listed('?owner_project_access=any')).toContain(keyId);
    fake.quirks.accountKeyDelete = 'refused';
    expect((await ask(fake, `DELETE ${path}/api_keys/${keyId}`)).status).toBe(400);
    expect((await ask(fake, `DELETE ${path}/service_accounts/${id}`)).status).toBe(200);
    expect(await listed('?owner_project_access=any')).not.toContain(keyId);
  });
});
