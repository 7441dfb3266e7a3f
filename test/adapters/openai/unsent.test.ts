import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Agent } from 'undici';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { failureOf, testClient } from './client.ts';
import { json, scriptedServer } from './scripted-server.ts';

const write = { method: 'POST', path: '/things', body: {}, answer: z.object({}) } as const;

/** A TCP server that is no HTTPS server. */
async function tcpServer(onConnection: (socket: Socket) => void) {
  const sockets: Socket[] = [];
  const received: Buffer[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined).on('data', (chunk) => received.push(chunk));
    onConnection(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    received: () => Buffer.concat(received).toString(),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      if (server.listening) server.close();
    },
  };
}

describe('a write that was never sent is unavailable, not uncertain', () => {
  it('connection refused', async () => {
    const closed = await tcpServer(() => undefined);
    await using client = testClient(`http://${closed.host}`);
    await closed[Symbol.asyncDispose]();
    const error = await failureOf(client.http.call(write));
    expect(error).toMatchObject({ name: 'UnavailableError', status: null });
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.cause).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('unknown host', async () => {
    const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND api.invalid'), { syscall: 'getaddrinfo' });
    const dispatcher = new Agent({ connect: { lookup: (_, __, done) => done(unknown, []) } });
    await using client = testClient('https://api.invalid', { dispatcher });
    const error = await failureOf(client.http.call(write));
    expect(error).toMatchObject({ name: 'UnavailableError', cause: unknown });
  });

  it('a request that the HTTP client does not take', async () => {
    await using server = await scriptedServer();
    await using client = testClient(server.origin);
    const error = await failureOf(client.http.call({ ...write, path: '/with a blank' }));
    expect(error).toMatchObject({ name: 'UnavailableError', message: expect.stringContaining('invalid request path') });
    expect(server.seen).toEqual([]);
  });

  it('a server that does not speak TLS', async () => {
    await using server = await tcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await using client = testClient(`https://${server.host}`);
    expect(await failureOf(client.http.call(write))).toMatchObject({ name: 'UnavailableError' });
  });

  it('a reset within the TLS handshake', async () => {
    await using server = await tcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    await using client = testClient(`https://${server.host}`);
    const error = await failureOf(client.http.call(write));
    expect(error).toMatchObject({ name: 'UnavailableError' });
    expect(error.message).toContain('ECONNRESET');
  });

  it('a TLS handshake that takes longer than the connect time-out', async () => {
    await using server = await tcpServer(() => undefined);
    const timeouts = { connect: 50, headers: 5_000, body: 5_000 };
    await using client = testClient(`https://${server.host}`, { timeouts });
    expect(await failureOf(client.http.call(write))).toMatchObject({ name: 'UnavailableError' });
  });

  it('a deadline while connecting', async () => {
    await using server = await tcpServer(() => undefined);
    await using client = testClient(`https://${server.host}`, { deadlineMs: 50 });
    const error = await failureOf(client.http.call(write));
    expect(error).toMatchObject({ name: 'UnavailableError' });
    expect(error.message).toContain('within 50 ms');
  });

  it('a deadline while the key is read: the key comes, and is not sent any more', async () => {
    await using server = await scriptedServer();
    const key = Promise.withResolvers<string>();
    await using client = testClient(server.origin, { key: () => key.promise, deadlineMs: 20 });
    const error = await failureOf(client.http.call(write));
    key.resolve('sk-late');
    expect(error).toMatchObject({ name: 'UnavailableError' });
    expect(error.message).toMatch(/key/);
  });

  it('what was given up while waiting for a connection is not sent when there is one', async () => {
    await using server = await scriptedServer(json({}));
    const connecting = Promise.withResolvers<void>();
    // One connection, which the test holds back until the first call has given up.
    const dispatcher = new Agent({
      connections: 1,
      connect: {
        lookup: (_, __, done) => {
          connecting.promise.then(() => done(null, [{ address: '127.0.0.1', family: 4 }]));
        },
      },
    });
    const origin = server.origin.replace('127.0.0.1', 'localhost');
    await using early = testClient(origin, { dispatcher, deadlineMs: 30 });
    expect(await failureOf(early.http.call(write))).toMatchObject({ name: 'UnavailableError' });
    connecting.resolve();
    await using later = testClient(origin, { dispatcher });
    expect(await later.http.call({ ...write, path: '/later' })).toEqual({});
    expect(server.seen.map(({ url }) => url)).toEqual(['/v1/later']);
  });
});
