import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import OpenAI from 'openai';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebhookEventBody } from './schema-facts.ts';
import { createWebhookSecret, deliverWebhook, type WebhookDelivery } from './webhook.ts';
import { FORGERIES } from './webhook-signature.ts';

interface Received {
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

const secret = createWebhookSecret();
const event = { type: 'fine_tuning.job.succeeded', jobId: 'ftjob-abc' };
const client = new OpenAI({ apiKey: 'not needed here', webhookSecret: secret });

let server: Server;
let received: Received[];
let status: number;
let delivery: WebhookDelivery;

beforeEach(async () => {
  received = [];
  status = 200;
  server = createServer(async (request, response) => {
    received.push({ body: await text(request), headers: request.headers });
    response.writeHead(status, { location: '/elsewhere' }).end('taken');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  delivery = { url: `http://127.0.0.1:${port}/webhooks/research`, secret, event };
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function last(): Received {
  const request = received.at(-1);
  if (!request) throw new Error('Nothing was received.');
  return request;
}

/** As the owner of an endpoint would check it with OpenAI's own SDK. */
const unwrap = ({ body, headers }: Received) => client.webhooks.unwrap(body, headers as Record<string, string>);

test("is accepted by OpenAI's own verifier, in the documented shape", async () => {
  const receipt = await deliverWebhook(delivery);
  expect(receipt).toMatchObject({ status: 200, body: 'taken' });
  const unwrapped = await unwrap(last());
  expect(unwrapped).toMatchObject({ type: 'fine_tuning.job.succeeded', data: { id: 'ftjob-abc' } });
  WebhookEventBody.parse(JSON.parse(last().body));
  expect(last().headers['content-type']).toBe('application/json');
});

test.each(FORGERIES)("a forged one, %s, is refused by OpenAI's own verifier", async (forgery) => {
  await deliverWebhook({ ...delivery, forgery });
  await expect(unwrap(last())).rejects.toThrow();
});

test('a repeated delivery has the same id and body, and a new timestamp', async () => {
  const { sent } = await deliverWebhook({ ...delivery, sentAt: Date.now() - 60_000 });
  await deliverWebhook({ ...delivery, ...sent });
  const [first, second] = received;
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  expect(second?.body).toBe(first?.body);
  expect(second?.headers['webhook-timestamp']).not.toBe(first?.headers['webhook-timestamp']);
  await unwrap(last());
});

test('two events of one job have ids of their own', async () => {
  const one = await deliverWebhook(delivery);
  const two = await deliverWebhook(delivery);
  expect(two.sent.webhookId).not.toBe(one.sent.webhookId);
  expect(two.sent.event.id).not.toBe(one.sent.event.id);
});

test('time, id, host and body can be told', async () => {
  await deliverWebhook(
    {
      ...delivery,
      webhookId: 'wh_mine',
      body: 'no event at all',
      headers: { host: 'abc.execute-api.localhost:4566', 'x-more': 'yes' },
    },
    () => 1_700_000_000_000,
  );
  expect(last().body).toBe('no event at all');
  expect(last().headers).toMatchObject({
    host: 'abc.execute-api.localhost:4566',
    'webhook-id': 'wh_mine',
    'webhook-timestamp': '1700000000',
    'x-more': 'yes',
  });
});

test.each([302, 401, 503])('a %i is told, and not followed', async (answer) => {
  status = answer;
  expect((await deliverWebhook(delivery)).status).toBe(answer);
  expect(received).toHaveLength(1);
});

test('rejects when nobody listens', async () => {
  server.close();
  server.closeAllConnections();
  await expect(deliverWebhook({ ...delivery, timeoutMs: 2_000 })).rejects.toThrow('ECONNREFUSED');
});
