import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { AnswerNote } from '../../../lambdas/adapters/openai/http.ts';
import { startFakeOpenAI } from '../../fake-openai/fake-openai.ts';
import { failureOf, testClient } from './client.ts';
import { apiError, beginBody, json, reset, type Step, scriptedServer, text } from './scripted-server.ts';

const DATE = 'Fri, 20 Nov 2026 12:00:07 GMT';
const SERVER_TIME = Date.UTC(2026, 10, 20, 12, 0, 7);
const RECEIVED_AT = Date.UTC(2026, 10, 20, 12, 0, 4);

const get = { method: 'GET', path: '/things', answer: z.object({ ok: z.boolean() }) } as const;

/** One call to a server that answers so, and what was noted of it. */
async function noteOf(step: Step, options: Parameters<typeof testClient>[1] = {}) {
  await using server = await scriptedServer(step);
  const notes: AnswerNote[] = [];
  const onAnswer = (note: AnswerNote) => {
    notes.push(note);
  };
  await using client = testClient(server.origin, { clock: () => RECEIVED_AT, onAnswer, ...options });
  const result = await client.http.call(get).catch((error: unknown) => error);
  return { notes, result };
}

const withoutDate: Step = (response) => {
  response.sendDate = false;
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
};

describe('what is noted of an answer', () => {
  it("is its status, OpenAI's time and ours", async () => {
    const { notes, result } = await noteOf(json({ ok: true }, 200, { date: DATE }));
    expect(result).toEqual({ ok: true });
    expect(notes).toEqual([{ status: 200, serverTime: SERVER_TIME, receivedAt: RECEIVED_AT }]);
  });

  it.each([
    ['a refusal', apiError(401, 'Incorrect API key provided.', { date: DATE }), 401],
    ['a failure', apiError(500, 'Sorry', { date: DATE }), 500],
    ['a 429', apiError(429, 'Slow down', { date: DATE }), 429],
    ['what is not JSON', text('<html>', 200, { date: DATE }), 200],
  ])('comes of %s, too', async (_, step, status) => {
    const { notes, result } = await noteOf(step);
    expect(result).toBeInstanceOf(Error);
    expect(notes).toEqual([{ status, serverTime: SERVER_TIME, receivedAt: RECEIVED_AT }]);
  });

  it.each(['yesterday', '-5', '2026-11-20T12:00:07Z', 'Fri, 20 Foo 2026 12:00:07 GMT'])(
    'has no time where the date is %j',
    async (date) => {
      const { notes } = await noteOf(json({ ok: true }, 200, { date }));
      expect(notes).toEqual([{ status: 200, serverTime: null, receivedAt: RECEIVED_AT }]);
    },
  );

  it('has no time where there is no date', async () => {
    expect((await noteOf(withoutDate)).notes).toMatchObject([{ status: 200, serverTime: null }]);
  });

  it.each([
    ['is reset', reset],
    ['breaks off', beginBody('reset')],
  ])('is nothing where the answer %s', async (_, step) => {
    const { notes, result } = await noteOf(step);
    expect(result).toBeInstanceOf(Error);
    expect(notes).toEqual([]);
  });

  it('is nothing where the process was frozen meanwhile: its clock tells of the thaw', async () => {
    const times = [RECEIVED_AT, RECEIVED_AT + 3_600_000];
    const { notes, result } = await noteOf(json({ ok: true }), { clock: () => times.shift() ?? RECEIVED_AT });
    expect(result).toMatchObject({ name: 'UnavailableError' });
    expect(notes).toEqual([]);
  });
});

describe('who takes note', () => {
  const broken = () => {
    throw new Error('broken on purpose');
  };

  it('does not fail a call that went well', async () => {
    expect((await noteOf(json({ ok: true }), { onAnswer: broken })).result).toEqual({ ok: true });
  });

  it('does not hide why another one failed', async () => {
    const { result } = await noteOf(apiError(404, 'No such thing'), { onAnswer: broken });
    expect(result).toMatchObject({ name: 'NotFoundError', message: 'No such thing' });
  });
});

it("is the fake's own clock, by which it dates every answer", async () => {
  const fake = await startFakeOpenAI({ now: () => SERVER_TIME + 999 });
  const notes: AnswerNote[] = [];
  const onAnswer = (note: AnswerNote) => {
    notes.push(note);
  };
  await using client = testClient('', { baseUrl: fake.url, clock: () => RECEIVED_AT, onAnswer });
  await failureOf(client.http.call({ ...get, path: '/organization/projects' }));
  expect(notes).toEqual([{ status: 401, serverTime: SERVER_TIME, receivedAt: RECEIVED_AT }]);
  await fake.close();
});
