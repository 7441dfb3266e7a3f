import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeOpenAI, startFakeOpenAI } from './fake-openai.ts';
import { ask, column, messageOf } from './raw-client.ts';
import { ErrorBody, WebhookEndpointList } from './schema-facts.ts';

const LIST = 'GET /webhook_endpoints';

let fake: FakeOpenAI;
let key: string;
let now = Date.UTC(2026, 10, 20, 12);

beforeEach(async () => {
  fake = await startFakeOpenAI({ now: () => now });
  key = fake.addProject({ id: 'proj_research' }).apiKey;
  fake.addProject({ id: 'proj_eu' });
});

afterEach(async () => {
  expect(fake.unexpected).toEqual([]);
  await fake.close();
});

test('answers as documented', async () => {
  fake.addWebhookEndpoint('proj_research', {
    id: 'whe_mine',
    url: 'https://hooks.example.com/webhooks/research',
    name: 'mine',
    eventTypes: ['fine_tuning.job.succeeded', 'batch.completed'],
  });
  const [endpoint] = WebhookEndpointList.parse((await ask(fake, LIST, { key })).body).data;
  expect(endpoint).toMatchObject({
    id: 'whe_mine',
    url: 'https://hooks.example.com/webhooks/research',
    name: 'mine',
    event_types: ['fine_tuning.job.succeeded', 'batch.completed'],
    created_at: now / 1000,
  });
});

test('an endpoint is subscribed to the ends of jobs unless told', async () => {
  const { eventTypes } = fake.addWebhookEndpoint('proj_research', { url: 'https://hooks.example.com' });
  expect(eventTypes).toEqual(['fine_tuning.job.succeeded', 'fine_tuning.job.failed', 'fine_tuning.job.cancelled']);
});

test("lists the key's own project only, newest first, page by page", async () => {
  WebhookEndpointList.parse((await ask(fake, LIST, { key })).body);
  const ids = Array.from({ length: 25 }, (_, n) => {
    now += n % 2;
    return fake.addWebhookEndpoint('proj_research', { url: `https://hooks.example.com/${n}` }).id;
  }).reverse();
  fake.addWebhookEndpoint('proj_eu', { url: 'https://hooks.example.com/eu' });
  const first = await ask(fake, LIST, { key });
  expect(column(first, 'id')).toEqual(ids.slice(0, 20));
  expect(first.body).toMatchObject({ has_more: true, last_id: ids[19] });
  const rest = await ask(fake, `${LIST}?limit=100&after=${ids[19]}`, { key });
  expect(column(rest, 'id')).toEqual(ids.slice(20));
  expect(rest.body.has_more).toBe(false);
  expect(fake.calls.byEndpoint()).toEqual({ 'webhook_endpoints.list': 3 });
});

test('needs a project key that may read them', async () => {
  const { value: bare } = fake.addProjectKey('proj_research', { scopes: ['api.fine_tuning.jobs.read'] });
  const refused = await ask(fake, LIST, { key: bare });
  expect(refused.status).toBe(401);
  ErrorBody.parse(refused.body);
  expect(messageOf(refused)).toContain('Missing scopes: api.webhook_endpoints.read');
  expect((await ask(fake, LIST, { key: fake.adminKey })).status).toBe(401);
});

test('an endpoint of a project that was never added is a mistake of the test', () => {
  expect(() => fake.addWebhookEndpoint('proj_never', { url: 'https://hooks.example.com' })).toThrow('Add project');
});
