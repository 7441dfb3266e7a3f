import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { OpenAIError } from '../../../lambdas/core/errors.ts';
import { CANARY, type ClientOptions, failureOf, testClient, written } from './client.ts';
import { apiError, beginBody, hang, json, reset, type Step, scriptedServer, text } from './scripted-server.ts';

const answer = z.object({ data: z.array(z.string()) });
const get = { method: 'GET', path: '/things', answer } as const;
const post = { method: 'POST', path: '/things', body: { project_ids: ['proj_A'] }, answer } as const;

/** Answers with something that repeats the key. */
function repeat(answerWith: (key: string) => Step): Step {
  return (response, seen) => answerWith(`${seen.headers.authorization}`)(response, seen);
}

function raw(bytes: string): Step {
  return (_, { socket }) => socket.end(bytes);
}

const FAILURES: readonly [string, Step, ClientOptions?][] = [
  ['an error that repeats the key', repeat((key) => apiError(401, `Incorrect: ${key}`))],
  ['an error with the key at its cut', repeat((key) => apiError(400, `${'x'.repeat(285)} ${key}`))],
  ['a 500 that repeats the key', repeat((key) => text(key, 500))],
  ['malformed JSON that repeats the key', repeat((key) => text(key))],
  ['another form with the key in it', repeat((key) => json({ data: [{ [key]: key }] }))],
  ['no HTTP', repeat((key) => raw(`${key}\r\n\r\n`))],
  ['a malformed header', repeat((key) => raw(`HTTP/1.1 200 OK\r\n${key}\0: ${key}\r\n\r\n`))],
  ['a request id that repeats the key', repeat((key) => apiError(404, 'gone', { 'x-request-id': key }))],
  ['a redirect with the key in it', repeat((key) => text('', 302, { location: `/?${key}` }))],
  ['reset', reset],
  ['reset within the body', beginBody('reset')],
  ['hang', hang, { deadlineMs: 500 }],
  ['time-out of the headers', hang, { timeouts: { connect: 5_000, headers: 50, body: 50 } }],
  ['huge body', text('x'.repeat(5_000)), { maxAnswerBytes: 4_096 }],
];

describe.each([CANARY, 'CANARY.of.a.gateway'])('the key %s is in no error', (key) => {
  it.each(FAILURES)('%s', async (_, step, options = {}) => {
    await using server = await scriptedServer(step, step);
    await using client = testClient(server.origin, { key: async () => key, ...options });
    const errors = await Promise.all([get, post].map((call) => failureOf(client.http.call(call))));
    for (const error of errors) {
      expect(error).toBeInstanceOf(OpenAIError);
      expect(written(error)).not.toContain('CANARY');
    }
    // The server did get it: there was something to leak.
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${key}`, `Bearer ${key}`]);
  });
});

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])('%i to another host: neither followed nor given the key', async (status) => {
    await using other = await scriptedServer();
    const away = text('', status, { location: `${other.origin}/v1/things` });
    await using server = await scriptedServer(away, away);
    await using client = testClient(server.origin);
    for (const call of [get, post]) {
      expect(await failureOf(client.http.call(call))).toMatchObject({ name: 'CallerRefusedError', status });
    }
    expect(other.seen).toEqual([]);
  });
});

describe('raw bodies are in no error', () => {
  it.each([
    ['malformed JSON', text('{"data": [OTHERS')],
    ['a page of a gateway', text('<p>OTHERS', 500)],
    ['another form', json({ data: [{ OTHERS: 'OTHERS' }] })],
  ])('%s', async (_, step) => {
    await using server = await scriptedServer(step);
    await using client = testClient(server.origin);
    expect(written(await failureOf(client.http.call(post)))).not.toContain('OTHERS');
  });
});
