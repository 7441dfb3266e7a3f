import { describe, expect, it } from 'vitest';
import { createWebhookEndpointApi } from '../../../lambdas/adapters/openai/source-apis.ts';
import { startFakeOpenAI } from '../../fake-openai/fake-openai.ts';
import { failureOf, testClient } from './client.ts';
import { apiError, json, type Step, scriptedServer } from './scripted-server.ts';

const JOB_EVENTS = ['fine_tuning.job.succeeded', 'fine_tuning.job.failed', 'fine_tuning.job.cancelled'];

/** What is known of a secret is a function: no text of it is anywhere. */
const UNSHOWN = { signsWith: expect.any(Function), updatedAt: expect.toBeOneOf([null, expect.any(Number)]) };

function endpoint(n: number, parts: object = {}) {
  return {
    object: 'webhook_endpoint',
    id: `whe_${n}`,
    created_at: 1_790_000_000,
    name: `endpoint ${n}`,
    url: `https://hooks.example.com/${n}`,
    event_types: JOB_EVENTS,
    signing_secret_hint: 'whsec_…CANARY',
    ...parts,
  };
}

function page(endpoints: readonly object[], hasMore = false): Step {
  return json({ object: 'list', data: endpoints, first_id: null, last_id: null, has_more: hasMore });
}

async function api(...script: Step[]) {
  const server = await scriptedServer(...script);
  const client = testClient(server.origin);
  return {
    ...createWebhookEndpointApi(client.http),
    seen: server.seen,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe('the webhook endpoints of a project', () => {
  it('are read, and of their secrets nothing', async () => {
    await using openai = await api(page([endpoint(1, { signing_secret: 'whsec_CANARY', event_types: ['new.event'] })]));
    const endpoints = await openai.list();
    expect(endpoints).toEqual([
      { ...UNSHOWN, id: 'whe_1', name: 'endpoint 1', url: 'https://hooks.example.com/1', eventTypes: ['new.event'] },
    ]);
    expect(JSON.stringify(endpoints)).not.toContain('CANARY');
  });

  it('are read to the last page', async () => {
    await using openai = await api(page([endpoint(1), endpoint(2)], true), page([endpoint(3)]));
    expect((await openai.list()).map(({ id }) => id)).toEqual(['whe_1', 'whe_2', 'whe_3']);
    expect(openai.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /v1/webhook_endpoints',
      'GET /v1/webhook_endpoints?after=whe_2',
    ]);
  });

  it('may be none', async () => {
    await using openai = await api(page([]));
    expect(await openai.list()).toEqual([]);
  });

  it.each([
    ['is empty and goes on', page([], true)],
    ['has no id in it', page([endpoint(1, { id: undefined })])],
    ['has an endpoint without events', page([endpoint(1, { event_types: null })])],
    ['has an endpoint without a URL', page([endpoint(1, { url: undefined })])],
    ['is no list', json({ data: {}, has_more: false })],
  ])('are not known where a page %s', async (_, step) => {
    await using openai = await api(step);
    expect(await failureOf(openai.list())).toMatchObject({ name: 'UnavailableError' });
  });

  it('are not known where the list does not end', async () => {
    await using openai = await api(...Array.from({ length: 20 }, (_, n) => page([endpoint(n)], true)));
    expect(await failureOf(openai.list())).toMatchObject({
      name: 'UnavailableError',
      message: expect.stringContaining('20 pages'),
    });
  });

  it.each([
    [401, 'Missing scopes: api.webhook_endpoints.read', 'MissingScopeError'],
    [404, 'Invalid URL (GET /v1/webhook_endpoints)', 'CallerRefusedError'],
    [429, 'Rate limit reached.', 'ThrottledError'],
    [500, 'The server had an error.', 'UnavailableError'],
  ])('%i "%s" is a %s, not none', async (status, message, name) => {
    await using openai = await api(apiError(status, message));
    expect(await failureOf(openai.list())).toMatchObject({ name });
  });

  it("are the key's own project's, newest first, in the fake", async () => {
    const fake = await startFakeOpenAI();
    const { apiKey } = fake.addProject({ id: 'proj_research' });
    fake.addProject({ id: 'proj_eu' });
    await using client = testClient('', { baseUrl: fake.url, key: async () => apiKey });
    const made = Array.from({ length: 45 }, (_, n) =>
      fake.addWebhookEndpoint('proj_research', { url: `https://hooks.example.com/${n}`, name: `n ${n}` }),
    );
    fake.addWebhookEndpoint('proj_eu', { url: 'https://hooks.example.com/eu' });
    expect(await createWebhookEndpointApi(client.http).list()).toEqual(
      made.map(({ id, name, url }) => ({ ...UNSHOWN, id, name, url, eventTypes: JOB_EVENTS })).reverse(),
    );
    expect(fake.calls.byEndpoint()).toEqual({ 'webhook_endpoints.list': 3 });
    expect(fake.unexpected).toEqual([]);
    await fake.close();
  });
});
