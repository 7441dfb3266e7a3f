import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeOpenAI, startFakeOpenAI } from './fake-openai.ts';
import type { Fault, FaultKind } from './faults.ts';
import { ask } from './raw-client.ts';

let fake: FakeOpenAI;
let checkpoint: string;
let path: string;
let sleeping: (() => void) | null;

beforeEach(async () => {
  sleeping = null;
  fake = await startFakeOpenAI({
    sleep: () =>
      new Promise((resolve) => {
        sleeping = resolve;
      }),
  });
  for (const id of ['proj_research', 'proj_eu']) fake.addProject({ id });
  checkpoint = fake.addJob({ projectId: 'proj_research' }).finalModel;
  path = `/fine_tuning/checkpoints/${checkpoint}/permissions`;
});

afterEach(() => fake.close());

const post = (signal = AbortSignal.timeout(5_000)) =>
  ask(fake, `POST ${path}`, { body: { project_ids: ['proj_eu'] }, signal });

/** A POST whose caller stops waiting once it has met the fault. */
async function giveUpOn(kind: FaultKind): Promise<void> {
  const caller = new AbortController();
  const answer = post(caller.signal);
  await expect.poll(() => fake.calls.all.at(-1)?.fault).toBe(kind);
  caller.abort();
  await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
}

const isGranted = () => fake.permissions(checkpoint).length === 1;

test.each([
  ['throttled', 429, false],
  ['error-before', 500, false],
  ['error-after', 500, true],
] as const)('%s is answered with %i; took effect: %s', async (kind, status, effect) => {
  fake.faults.queue('permissions.create', kind);
  expect((await post()).status).toBe(status);
  expect(isGranted()).toBe(effect);
  expect(fake.calls.all.at(-1)).toMatchObject({ fault: kind, status, effect });
});

test.each([
  ['reset-before', false],
  ['reset-after', true],
] as const)('%s tears the connection; took effect: %s', async (kind, effect) => {
  fake.faults.queue('permissions.create', kind);
  await expect(post()).rejects.toMatchObject({ cause: { code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/) } });
  expect(isGranted()).toBe(effect);
  expect(fake.calls.all.at(-1)).toMatchObject({ fault: kind, status: null, effect });
});

test.each([
  ['hang-before', false],
  ['hang-after', true],
] as const)('%s gives no answer until the caller gives up; took effect: %s', async (kind, effect) => {
  fake.faults.queue('permissions.create', kind);
  await giveUpOn(kind);
  expect(isGranted()).toBe(effect);
  expect(fake.calls.all.at(-1)).toMatchObject({ fault: kind, status: null, effect });
});

test('malformed is a 200 with half of the JSON, and took effect', async () => {
  fake.faults.queue('permissions.create', 'malformed');
  await expect(post()).rejects.toThrow(SyntaxError);
  expect(isGranted()).toBe(true);
  expect(fake.calls.all.at(-1)).toMatchObject({ fault: 'malformed', status: 200, effect: true });
});

test('slow takes effect later, even when the caller has given up', async () => {
  fake.faults.queue('permissions.create', { kind: 'slow', delayMs: 60_000 });
  await giveUpOn('slow');
  expect(isGranted()).toBe(false);
  sleeping?.();
  await expect.poll(isGranted).toBe(true);
});

test('slow is answered well to a caller who waits', async () => {
  fake.faults.queue('permissions.create', { kind: 'slow', delayMs: 60_000 });
  const answer = post();
  await expect.poll(() => sleeping).not.toBeNull();
  sleeping?.();
  expect((await answer).status).toBe(200);
});

test('the status of an error and the time of a 429 may be told', async () => {
  fake.faults.queue(
    'permissions.create',
    { kind: 'error-before', status: 503 },
    { kind: 'throttled', retryAfterSeconds: 7 },
  );
  expect((await post()).status).toBe(503);
  expect((await post()).headers.get('retry-after')).toBe('7');
});

test('a queue is worked off in its order, one endpoint does not touch another', async () => {
  fake.faults.queue('permissions.create', 'none', 'error-before');
  fake.faults.queue('permissions.create', 'throttled');
  expect((await ask(fake, `GET ${path}`)).status).toBe(200);
  expect([(await post()).status, (await post()).status, (await post()).status]).toEqual([200, 500, 429]);
  expect(fake.faults.pending).toBe(0);
  expect((await post()).status).toBe(200);
});

test('a refused call does not use up a fault', async () => {
  fake.faults.queue('permissions.create', 'error-before');
  fake.throttle.kind = 'sliding-window';
  fake.throttle.requests = 1;
  fake.faults.queue('permissions.create', 'error-before');
  expect([(await post()).status, (await post()).status]).toEqual([500, 429]);
  expect((await ask(fake, `POST ${path}`, { key: 'sk-admin-unknown' })).status).toBe(401);
  expect(fake.faults.pending).toBe(1);
  fake.faults.clear();
  fake.throttle.kind = 'off';
  expect((await post()).status).toBe(200);
});

test('a fault after a refusal keeps the refusal from being heard', async () => {
  fake.faults.queue('permissions.create', 'error-after');
  const answer = await ask(fake, `POST ${path}`, { body: { project_ids: ['proj_never'] } });
  expect(answer.status).toBe(500);
  expect(fake.calls.all.at(-1)?.effect).toBe(false);
});

describe('by chance', () => {
  const kinds: readonly (FaultKind | Fault)[] = ['throttled', { kind: 'error-before', status: 502 }];

  async function statuses(seed: number): Promise<readonly number[]> {
    fake.faults.random({ probability: 0.5, kinds, endpoints: ['permissions.list'], seed });
    const seen: number[] = [];
    for (let index = 0; index < 40; index++) seen.push((await ask(fake, `GET ${path}`)).status);
    return seen;
  }

  test('the same seed brings the same faults', async () => {
    const first = await statuses(1);
    expect(new Set(first)).toEqual(new Set([200, 429, 502]));
    expect(await statuses(1)).toEqual(first);
    expect(await statuses(2)).not.toEqual(first);
  });

  test('other endpoints are spared, and clear ends it', async () => {
    fake.faults.random({ probability: 1, kinds: ['throttled'], endpoints: ['permissions.list'] });
    expect((await post()).status).toBe(200);
    expect((await ask(fake, `GET ${path}`)).status).toBe(429);
    fake.faults.random({ probability: 1, kinds: ['throttled'] });
    expect((await post()).status).toBe(429);
    fake.faults.queue('permissions.create', 'none');
    expect((await post()).status).toBe(200);
    fake.faults.clear();
    expect((await post()).status).toBe(200);
  });
});
