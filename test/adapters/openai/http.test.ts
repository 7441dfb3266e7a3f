import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { CANARY, failureOf, testClient } from './client.ts';
import { json, scriptedServer } from './scripted-server.ts';

const answer = z.object({ ok: z.boolean() });
const get = { method: 'GET', path: '/things', answer } as const;
const post = { method: 'POST', path: '/things', body: { a: 'ä' }, answer } as const;

describe('one call', () => {
  it('sends method, path, query, key and user agent, and drops what the schema does not name', async () => {
    await using server = await scriptedServer(json({ ok: true, more: 1 }));
    await using client = testClient(server.origin);
    const found = await client.http.call({ ...get, query: { after: 'a&b', limit: '100' } });
    expect(found).toEqual({ ok: true });
    const [seen] = server.seen;
    expect(seen).toMatchObject({ method: 'GET', url: '/v1/things?after=a%26b&limit=100', body: '' });
    expect(seen?.headers).toMatchObject({
      authorization: `Bearer ${CANARY}`,
      accept: 'application/json',
      'user-agent': 'openai-checkpoint-sharing',
    });
    expect(seen?.headers).not.toHaveProperty('content-type');
  });

  it('sends a body as JSON', async () => {
    await using server = await scriptedServer(json({ ok: true }));
    await using client = testClient(server.origin);
    await client.http.call(post);
    expect(server.seen[0]).toMatchObject({ method: 'POST', body: '{"a":"ä"}' });
    expect(server.seen[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'content-length': '10' });
  });

  it('asks for the key at every call', async () => {
    await using server = await scriptedServer(json({ ok: true }), json({ ok: true }));
    const keys = ['sk-one', 'sk-two'];
    await using client = testClient(server.origin, { key: async () => keys.shift() ?? 'none' });
    expect(keys).toHaveLength(2);
    await client.http.call(get);
    await client.http.call(get);
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer sk-one', 'Bearer sk-two']);
  });

  it('passes on why the key cannot be had, and sends nothing', async () => {
    await using server = await scriptedServer();
    const missing = new Error('Secret arn is empty');
    await using client = testClient(server.origin, { key: () => Promise.reject(missing) });
    await expect(client.http.call(post)).rejects.toBe(missing);
  });

  it.each(['', 'sk-a\nsk-b', 'sk-ä', '{"key": "sk-a"}'])('refuses %j as a key before sending it', async (key) => {
    await using server = await scriptedServer();
    await using client = testClient(server.origin, { key: async () => key });
    const error = await failureOf(client.http.call(post));
    expect(error).toMatchObject({ name: 'BadCredentialsError', status: null });
    expect(error.message).not.toContain('sk-');
  });
});

describe('connections', () => {
  it('uses one again while it is warm, and another one after the server closed it', async () => {
    await using server = await scriptedServer(json({ ok: true }), json({ ok: true }), json({ ok: true }));
    await using client = testClient(server.origin);
    await client.http.call(get);
    // undici takes a connection back in the next turn of the event loop.
    await setImmediate();
    await client.http.call(get);
    server.seen[1]?.socket.end();
    await client.http.call(post);
    const [first, second, third] = server.seen.map(({ port }) => port);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('drops an idle one, although the server would keep it for ten minutes', async () => {
    await using server = await scriptedServer(json({ ok: true }, 200, { 'keep-alive': 'timeout=600' }));
    await using client = testClient(server.origin);
    await client.http.call(get);
    const socket = server.seen[0]?.socket;
    if (socket?.destroyed === false) await once(socket, 'close');
    expect(socket?.destroyed).toBe(true);
  });
});
