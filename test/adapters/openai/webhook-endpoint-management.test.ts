import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as bodyOf } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWebhookEndpointManagementApi } from '../../../lambdas/adapters/openai/webhook-endpoint-management.ts';
import type { WebhookEndpointManagementApi } from '../../../lambdas/core/key-ports.ts';
import { verify } from '../../../lambdas/core/webhook/verify.ts';
import { type FakeOpenAI, startFakeOpenAI } from '../../fake-openai/fake-openai.ts';
import { failureOf, type TestClient, testClient } from './client.ts';
import { json, scriptedServer } from './scripted-server.ts';

const EVENTS = ['fine_tuning.job.succeeded', 'fine_tuning.job.failed'];
const ENDPOINT = { name: 'sharing', url: 'https://hooks.example.com/webhooks/research', eventTypes: EVENTS };

let fake: FakeOpenAI;
let client: TestClient;
let endpoints: WebhookEndpointManagementApi;

beforeEach(async () => {
  fake = await startFakeOpenAI();
  const { apiKey } = fake.addProject({ id: 'proj_research' });
  client = testClient('', { baseUrl: fake.url, key: async () => apiKey });
  endpoints = createWebhookEndpointManagementApi(client.http);
});

afterEach(async () => {
  await client[Symbol.asyncDispose]();
  await fake.close();
  expect(fake.unexpected).toEqual([]);
});

const secrets = () => fake.webhookEndpoints('proj_research')[0]?.secrets.map(({ value }) => value);

describe('a webhook endpoint', () => {
  it('is made with the secret that OpenAI signs with, found, changed and deleted', async () => {
    const { endpoint, signingSecret } = await endpoints.create(ENDPOINT);
    expect(endpoint).toEqual({ ...ENDPOINT, id: expect.stringMatching(/^whe_/) });
    expect(secrets()).toEqual([signingSecret]);
    expect(await endpoints.get(endpoint.id)).toEqual(endpoint);
    const changed = await endpoints.update(endpoint.id, { eventTypes: EVENTS.slice(1) });
    expect(changed).toEqual({ ...endpoint, eventTypes: EVENTS.slice(1) });
    expect(await endpoints.update(endpoint.id, { name: 'other' })).toEqual({ ...changed, name: 'other' });
    expect(await endpoints.delete(endpoint.id)).toBe('deleted');
    expect(await endpoints.delete(endpoint.id)).toBe('absent');
    expect(await endpoints.get(endpoint.id)).toBeNull();
  });

  it('gets a new secret, in place of the old one or beside it', async () => {
    const { endpoint, signingSecret: first } = await endpoints.create(ENDPOINT);
    const second = await endpoints.rotateSecret(endpoint.id, { keepOldFor24Hours: true });
    expect(second.endpoint).toEqual(endpoint);
    expect(secrets()).toEqual([second.signingSecret, first]);
    const third = await endpoints.rotateSecret(endpoint.id, { keepOldFor24Hours: false });
    expect(secrets()).toEqual([third.signingSecret]);
  });

  it('is refused by OpenAI without https, and not known to a key that may not', async () => {
    const refused = endpoints.create({ ...ENDPOINT, url: 'http://hooks.example.com' });
    expect(await failureOf(refused)).toMatchObject({ name: 'RefusedError', status: 400 });
    const { value } = fake.addProjectKey('proj_research', { scopes: ['api.model.read'] });
    await using other = testClient('', { baseUrl: fake.url, key: async () => value });
    const failure = await failureOf(createWebhookEndpointManagementApi(other.http).get('whe_1'));
    expect(failure).toMatchObject({ name: 'MissingScopeError' });
  });

  it('is not asked for under what is no id', async () => {
    expect(await failureOf(endpoints.delete('whe_1/test'))).toMatchObject({ name: 'RefusedError', status: null });
  });

  it.each([undefined, null, '', 'secret', 'whsec_', 'whsec_a b', 'sk-proj-x'])(
    'whose secret is %j may have been made, with a secret that nobody has',
    async (signing_secret) => {
      const answer = { id: 'whe_1', name: 'n', url: 'https://x', event_types: EVENTS, signing_secret };
      await using server = await scriptedServer(json(answer), json(answer));
      await using other = testClient(server.origin);
      const api = createWebhookEndpointManagementApi(other.http);
      for (const call of [api.create(ENDPOINT), api.rotateSecret('whe_1', { keepOldFor24Hours: true })]) {
        expect(await failureOf(call)).toMatchObject({ name: 'UncertainError' });
      }
    },
  );

  it('may be told of these events', async () => {
    expect(await endpoints.eventTypes()).toEqual(expect.arrayContaining(EVENTS));
  });
});

describe('a test of it', () => {
  it('has OpenAI send an event that its secret verifies, or says that it was not taken', async () => {
    const verdicts: unknown[] = [];
    let status = 200;
    const secret = () => secrets() ?? [];
    const server = createServer(async (request, response) => {
      const body = Buffer.from(await bodyOf(request));
      const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = request.headers;
      const headers = { id: String(id), timestamp: String(timestamp), signature: String(signature) };
      verdicts.push(verify({ ...headers, body }, secret(), Date.now() / 1_000));
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    fake.reach.set('https://hooks.example.com', {
      target: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    });
    const { endpoint } = await endpoints.create(ENDPOINT);
    const test = () => endpoints.test(endpoint.id, 'fine_tuning.job.succeeded');
    expect(await test()).toEqual({ success: true, statusCode: 200 });
    await endpoints.rotateSecret(endpoint.id, { keepOldFor24Hours: true });
    await test();
    expect(verdicts).toMatchObject([{ ok: true }, { ok: true }]);
    status = 500;
    expect(await failureOf(test())).toMatchObject({ name: 'RefusedError', status: 400 });
    fake.quirks.failedEndpointTest = 'told';
    expect(await test()).toEqual({ success: false, statusCode: 500 });
    server.closeAllConnections();
    server.close();
  });
});

describe('what is listed of an endpoint', () => {
  const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const OTHER = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
  const listedWith = async (parts: object) => {
    const item = { id: 'whe_1', name: 'n', url: 'https://x', event_types: EVENTS, ...parts };
    await using server = await scriptedServer(json({ object: 'list', data: [item], has_more: false }));
    await using other = testClient(server.origin);
    const [listed] = await createWebhookEndpointManagementApi(other.http).list();
    if (listed === undefined) throw new Error('nothing is listed');
    return listed;
  };

  it('is all pages, with when each was changed and whether a secret is its own', async () => {
    for (let n = 0; n < 21; n++) await endpoints.create({ ...ENDPOINT, name: `n ${n}` });
    const { signingSecret } = await endpoints.create(ENDPOINT);
    const [last, ...others] = await endpoints.list();
    expect(others).toHaveLength(21);
    expect(last).toMatchObject({ ...ENDPOINT, updatedAt: expect.any(Number) });
    expect(last?.signsWith(signingSecret)).toBe(true);
    expect(others.map(({ signsWith }) => signsWith(signingSecret))).not.toContain(true);
  });

  it.each([
    `whsec_…${SECRET.slice(-5)}`,
    `${SECRET.slice(0, 10)}...${SECRET.slice(-4)}`,
    `${SECRET.slice(0, 12)}****`,
    `****${SECRET.slice(-6)}`,
    SECRET.slice(-4),
    SECRET.slice(0, 10),
  ])('tells a secret from another by the hint %s, and keeps the hint to itself', async (hint) => {
    const listed = await listedWith({ signing_secret_hint: hint, updated_at: 1_790_000_000 });
    expect([listed.signsWith(SECRET), listed.signsWith(OTHER)]).toEqual([true, false]);
    expect(JSON.stringify(listed)).not.toContain(hint.slice(-4));
    expect(listed.updatedAt).toBe(1_790_000_000_000);
  });

  it.each([undefined, null, '', 'whsec_', 'whsec_****', 'whsec_…x'])('tells nothing by the hint %j', async (hint) => {
    const listed = await listedWith({ signing_secret_hint: hint });
    expect([listed.signsWith(SECRET), listed.updatedAt]).toEqual([null, null]);
  });
});
