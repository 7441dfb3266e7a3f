import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { type ClientOptions, failureOf, testClient } from './client.ts';
import { apiError, beginBody, hang, json, reset, type Step, scriptedServer, text } from './scripted-server.ts';

const answer = z.object({ data: z.array(z.string()) });
const read = { method: 'GET', path: '/things', answer } as const;
const write = { method: 'POST', path: '/things', body: {}, answer } as const;
const remove = { method: 'DELETE', path: '/things/1', answer } as const;

const OWNING = 'Cannot modify checkpoint permissions for the owning project: proj_A';

/** What is answered, and what it means for a read and for a write. */
const CERTAIN: readonly [string, Step, string][] = [
  ['401', apiError(401, 'Incorrect API key provided'), 'BadCredentialsError'],
  ['401 with scopes', apiError(401, 'Missing scopes: api.fine_tuning.checkpoints.write'), 'MissingScopeError'],
  ['403', apiError(403, 'No'), 'ForbiddenError'],
  ['403 that is not JSON', text('<html>', 403), 'CallerRefusedError'],
  ['401 that is not JSON', text('<html>', 401), 'CallerRefusedError'],
  ['401 without a body', text('', 401), 'BadCredentialsError'],
  ['404 that is not JSON', text('<html>', 404), 'CallerRefusedError'],
  ['404', apiError(404, 'No such model'), 'NotFoundError'],
  ['400', apiError(400, 'No such project'), 'RefusedError'],
  ['400 owning project', apiError(400, OWNING), 'OwningProjectError'],
  ['429', apiError(429, 'Slow down'), 'ThrottledError'],
  ['422 that is not JSON', text('<html>', 422), 'CallerRefusedError'],
  ['redirect', text('', 307, { location: 'https://example.com/' }), 'CallerRefusedError'],
];

const DOUBTFUL: readonly [string, Step, ClientOptions?][] = [
  ['500', apiError(500, 'The server had an error')],
  ['502 that is not JSON', text('<html>', 502)],
  ['reset before the headers', reset],
  ['reset within the body', beginBody('reset')],
  ['connection closed before the headers', (_, { socket }) => socket.end()],
  ['body shorter than announced', (_, { socket }) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{}')],
  ['not HTTP', (_, { socket }) => socket.end('what?\r\n\r\n')],
  ['malformed JSON', text('{"data":[')],
  ['empty body', text('')],
  ['no body', text('', 204)],
  ['another form', json({ data: [7] })],
  ['another root', json([])],
  ['hang before the headers', hang, { deadlineMs: 500 }],
  ['hang within the body', beginBody('hang'), { deadlineMs: 500 }],
  ['huge body', json({ data: ['x'.repeat(5_000)] }), { maxAnswerBytes: 4_096 }],
];

describe('answers that are certain', () => {
  it.each(CERTAIN)('%s', async (_, step, name) => {
    await using server = await scriptedServer(step, step, step);
    await using client = testClient(server.origin);
    for (const call of [read, write, remove]) {
      expect(await failureOf(client.http.call(call))).toMatchObject({ name });
    }
  });
});

describe('a read is unavailable, a write is uncertain', () => {
  it.each(DOUBTFUL)('%s', async (_, step, options = {}) => {
    await using server = await scriptedServer(step, step, step);
    await using client = testClient(server.origin, options);
    const failures = await Promise.all([read, write, remove].map((call) => failureOf(client.http.call(call))));
    expect(failures.map(({ name }) => name)).toEqual(['UnavailableError', 'UncertainError', 'UncertainError']);
  });

  it.each([
    ['headers', hang],
    ['body', beginBody('hang')],
  ])('time-out of the %s', async (_, step) => {
    await using server = await scriptedServer(step, step);
    await using client = testClient(server.origin, { timeouts: { connect: 5_000, headers: 50, body: 50 } });
    const failures = [failureOf(client.http.call(read)), failureOf(client.http.call(write))];
    expect(await Promise.all(failures)).toMatchObject([{ name: 'UnavailableError' }, { name: 'UncertainError' }]);
  });

  it('a body that keeps trickling beyond the deadline', async () => {
    const trickle: Step = (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(timer));
    };
    await using server = await scriptedServer(trickle);
    await using client = testClient(server.origin, { deadlineMs: 500 });
    const error = await failureOf(client.http.call(write));
    expect(error).toMatchObject({ name: 'UncertainError', status: 200 });
    expect(error.message).toContain('within 500 ms');
  });

  it('a good answer that is taken after the deadline', async () => {
    const good = json({ data: [] });
    await using server = await scriptedServer(good, good);
    const times = [0, 30_001, 30_001, 0, 30_000];
    await using client = testClient(server.origin, { clock: () => times.shift() ?? 0 });
    expect(await failureOf(client.http.call(write))).toMatchObject({ name: 'UncertainError' });
    expect(await client.http.call(write)).toEqual({ data: [] });
  });

  it('a reset on a connection that was used before', async () => {
    await using server = await scriptedServer(json({ data: [] }), reset);
    await using client = testClient(server.origin);
    await client.http.call(read);
    await setImmediate();
    expect(await failureOf(client.http.call(write))).toMatchObject({ name: 'UncertainError' });
    const [first, second] = server.seen.map(({ port }) => port);
    expect(second).toBe(first);
  });
});

describe('details', () => {
  it('hands on message, status, request id and Retry-After', async () => {
    const headers = { 'retry-after': 'Fri, 20 Nov 2026 12:00:30 GMT', 'x-request-id': 'req_abc' };
    await using server = await scriptedServer(apiError(429, 'Slow down', headers));
    await using client = testClient(server.origin);
    expect(await failureOf(client.http.call(write))).toMatchObject({
      message: 'Slow down',
      status: 429,
      requestId: 'req_abc',
      retryAfterSeconds: 30,
    });
  });

  it('says where an answer has another form', async () => {
    await using server = await scriptedServer(json({ data: ['a', 7] }, 200, { 'x-request-id': 'req_abc' }));
    await using client = testClient(server.origin);
    const error = await failureOf(client.http.call(read));
    expect(error).toMatchObject({ status: 200, requestId: 'req_abc' });
    expect(error.message).toMatch(/data\.1$/);
  });

  it('knows the status of an error whose body broke off', async () => {
    const broken: Step = (response, { socket }) => {
      response.writeHead(429, { 'retry-after': '9' }).write('{"err', () => socket.resetAndDestroy());
    };
    await using server = await scriptedServer(broken);
    await using client = testClient(server.origin);
    expect(await failureOf(client.http.call(write))).toMatchObject({ name: 'ThrottledError', retryAfterSeconds: 9 });
  });
});
