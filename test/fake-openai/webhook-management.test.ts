import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeOpenAI, startFakeOpenAI } from './fake-openai.ts';
import { ask, messageOf } from './raw-client.ts';
import { ErrorBody } from './schema-facts.ts';

// OpenAI's own client as an independent judge of how webhook endpoints are managed.

const DAY_MS = 24 * 60 * 60_000;
const SUCCEEDED = 'fine_tuning.job.succeeded';
const URL_ABROAD = 'https://hooks.example.com/webhooks/research';

let fake: FakeOpenAI;
let key: string;
let client: OpenAI;
let now: number;
let server: Server;
let received: { readonly path: string | undefined; readonly headers: IncomingHttpHeaders; readonly body: string }[];
let status: number;

beforeEach(async () => {
  now = Date.now();
  received = [];
  status = 200;
  server = createServer(async (request, response) => {
    received.push({ path: request.url, headers: request.headers, body: await text(request) });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}/here`;
  const reach = { 'https://hooks.example.com': { target, host: 'hooks.example.com' } };
  fake = await startFakeOpenAI({ now: () => now, reach });
  key = fake.addProject({ id: 'proj_research' }).apiKey;
  client = new OpenAI({ baseURL: fake.url, apiKey: key, maxRetries: 0 });
});

afterEach(async () => {
  expect(fake.unexpected).toEqual([]);
  await fake.close();
  server.closeAllConnections();
  server.close();
});

const create = () => client.webhooks.create({ name: 'sharing', url: URL_ABROAD, event_types: [SUCCEEDED] });

/** Whether OpenAI's own verifier takes what came last for signed with this secret. */
async function verifies(secret: string): Promise<boolean> {
  const { body = '', headers } = received.at(-1) ?? {};
  return client.webhooks.verifySignature(body, headers as Record<string, string>, secret).then(
    () => true,
    () => false,
  );
}

describe('an endpoint', () => {
  test('is made with a secret that is shown once, listed, retrieved, changed and deleted', async () => {
    const made = await create();
    expect(made.signing_secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(fake.webhookEndpoints('proj_research')).toMatchObject([{ secrets: [{ value: made.signing_secret }] }]);
    const { signing_secret: secret, ...shown } = made;
    expect(await client.webhooks.retrieve(made.id)).toEqual(shown);
    expect(JSON.stringify(shown)).not.toContain(secret);
    now += 5_000;
    const updated = await client.webhooks.update(made.id, { event_types: ['batch.completed'], name: 'other' });
    expect(updated).toMatchObject({ event_types: ['batch.completed'], name: 'other', url: URL_ABROAD });
    expect(updated.updated_at).toBe(made.created_at + 5);
    expect((await client.webhooks.list()).data).toEqual([updated]);
    expect(await client.webhooks.delete(made.id)).toMatchObject({ id: made.id, deleted: true });
    await expect(client.webhooks.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
    expect(fake.webhookEndpoints('proj_research')).toEqual([]);
  });

  test.each([
    ['another scheme', { url: 'http://hooks.example.com' }, 'url'],
    ['http on loopback', { url: 'http://127.0.0.1:1' }, 'url'],
    ['a URL that is too long', { url: `https://hooks.example.com/${'x'.repeat(2_048)}` }, 'url'],
    ['no event', { event_types: [] }, 'event_types'],
    ['an unknown event', { event_types: ['job.succeeded'] }, 'event_types'],
    ['no name', { name: undefined }, 'name'],
    ['an empty name', { name: '' }, 'name'],
    ['an unknown field', { secret: 'x' }, 'secret'],
  ])('is refused with %s', async (_, part, param) => {
    const body = { name: 'n', url: URL_ABROAD, event_types: [SUCCEEDED], ...part };
    const refused = await ask(fake, 'POST /webhook_endpoints', { key, body });
    expect(refused.status).toBe(400);
    expect(ErrorBody.parse(refused.body).error.param).toBe(param);
    expect(fake.webhookEndpoints('proj_research')).toEqual([]);
  });

  test('may be on loopback where a test says so', async () => {
    fake.quirks.httpEndpoints = 'on-loopback';
    const body = { name: 'n', url: 'http://localhost:1/x', event_types: [SUCCEEDED] };
    expect((await ask(fake, 'POST /webhook_endpoints', { key, body })).status).toBe(200);
  });

  test('is unknown to another project, and closed to a key that may only read', async () => {
    const { id } = await create();
    const { apiKey } = fake.addProject({ id: 'proj_other' });
    expect((await ask(fake, `GET /webhook_endpoints/${id}`, { key: apiKey })).status).toBe(404);
    const { value } = fake.addProjectKey('proj_research', { scopes: ['api.webhook_endpoints.read'] });
    expect((await ask(fake, `GET /webhook_endpoints/${id}`, { key: value })).status).toBe(200);
    for (const line of [`DELETE /webhook_endpoints/${id}`, `POST /webhook_endpoints/${id}/rotate_secret`]) {
      expect(messageOf(await ask(fake, line, { key: value }))).toContain('api.webhook_endpoints.write');
    }
  });
});

test('the event types that may be asked for are listed', async () => {
  expect((await client.webhooks.eventTypes.list()).data).toContain(SUCCEEDED);
});

describe('a rotated secret', () => {
  const event = () => ({ type: SUCCEEDED, jobId: fake.addJob({ projectId: 'proj_research' }).id });

  test('takes the place of the old one at once', async () => {
    const made = await create();
    const rotated = await client.webhooks.rotateSecret(made.id);
    expect(rotated.signing_secret).not.toBe(made.signing_secret);
    await fake.deliverToEndpoints(event());
    expect(await verifies(made.signing_secret)).toBe(false);
    expect(await verifies(rotated.signing_secret)).toBe(true);
  });

  test('goes beside the old one for a day when asked for', async () => {
    const made = await create();
    const body = { keep_old_secret_active_for_24_hours: true };
    const rotated = await client.webhooks.rotateSecret(made.id, body);
    await fake.deliverToEndpoints(event());
    expect(await verifies(made.signing_secret)).toBe(true);
    expect(await verifies(rotated.signing_secret)).toBe(true);
    expect(String(received[0]?.headers['webhook-signature']).split(' ')).toHaveLength(2);
    now += DAY_MS;
    await fake.deliverToEndpoints(event());
    expect(String(received[1]?.headers['webhook-signature']).split(' ')).toHaveLength(1);
  });
});

describe('an event', () => {
  test("goes to all of its project's endpoints that asked for it, by the way that was told, under one id", async () => {
    await create();
    await create();
    fake.addWebhookEndpoint('proj_research', { url: `${URL_ABROAD}/batches`, eventTypes: ['batch.completed'] });
    fake.addProject({ id: 'proj_other' });
    fake.addWebhookEndpoint('proj_other', { url: `${URL_ABROAD}/other` });
    const { id } = fake.addJob({ projectId: 'proj_research' });
    const receipts = await fake.deliverToEndpoints({ type: SUCCEEDED, jobId: id });
    expect(receipts.map((receipt) => receipt.status)).toEqual([200, 200]);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    expect(received[0]).toMatchObject({ path: '/here/webhooks/research', headers: { host: 'hooks.example.com' } });
    expect(() => fake.deliverToEndpoints({ type: SUCCEEDED, jobId: 'ftjob-never' })).toThrow('Add job');
  });
});

describe('a test', () => {
  test('sends a signed event of a job that OpenAI does not have', async () => {
    const { id, signing_secret: secret } = await create();
    const result = await client.webhooks.test(id, { event_type: SUCCEEDED });
    expect(result).toEqual({
      object: 'webhook_endpoint.test',
      webhook_endpoint_id: id,
      event_type: SUCCEEDED,
      status_code: 200,
      success: true,
    });
    expect(await verifies(secret)).toBe(true);
    const event = JSON.parse(received[0]?.body ?? '');
    expect(event.data.id).toMatch(/^ftjob-/);
    expect((await ask(fake, `GET /fine_tuning/jobs/${event.data.id}`, { key })).status).toBe(404);
  });

  test('fails where the event is not taken, in one of two ways', async () => {
    const { id } = await create();
    status = 503;
    const post = () => ask(fake, `POST /webhook_endpoints/${id}/test`, { key, body: { event_type: SUCCEEDED } });
    const refused = await post();
    expect(refused.status).toBe(400);
    ErrorBody.parse(refused.body);
    fake.quirks.failedEndpointTest = 'told';
    expect(await post()).toMatchObject({ status: 200, body: { status_code: 503, success: false } });
    server.closeAllConnections();
    server.close();
    expect(await post()).toMatchObject({ status: 200, body: { status_code: 0, success: false } });
  });

  test('may be answered before its event is sent', async () => {
    fake.quirks.endpointTest = 'later';
    const { id } = await create();
    await client.webhooks.test(id, { event_type: SUCCEEDED });
    expect(received).toEqual([]);
    expect(await fake.deliverLate()).toMatchObject([{ status: 200, endpointId: id }]);
    expect(received).toHaveLength(1);
    expect(await fake.deliverLate()).toEqual([]);
  });
});
