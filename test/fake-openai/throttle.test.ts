import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { type FakeOpenAI, startFakeOpenAI } from './fake-openai.ts';
import { ask } from './raw-client.ts';
import { DEFAULT_THROTTLE, Throttle, type ThrottleSettings } from './throttle.ts';

interface Attempt {
  readonly at: number;
  readonly waitMs: number | null;
}

/** Calls one endpoint after each of these pauses. */
function knock(settings: Partial<ThrottleSettings>, pauses: readonly number[]): readonly Attempt[] {
  let now = Date.UTC(2026, 10, 20, 12);
  const throttle = new Throttle({ ...DEFAULT_THROTTLE, ...settings }, () => now);
  return pauses.map((pause) => {
    now += pause;
    return { at: now, waitMs: throttle.admit('permissions.create', true) };
  });
}

const accepted = (attempts: readonly Attempt[]) => attempts.filter(({ waitMs }) => waitMs === null);

const requests = fc.integer({ min: 1, max: 10 });
const windowMs = fc.integer({ min: 1, max: 1000 });
const pauses = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400 })), { maxLength: 120 });

describe('sliding window', () => {
  test('never more than N in any W', () => {
    fc.assert(
      fc.property(requests, windowMs, pauses, fc.boolean(), (n, w, between, refusedCount) => {
        const passed = accepted(knock({ kind: 'sliding-window', requests: n, windowMs: w, refusedCount }, between));
        for (const { at } of passed) {
          expect(passed.filter((other) => other.at >= at && other.at < at + w).length).toBeLessThanOrEqual(n);
        }
      }),
    );
  });

  test('refuses no call that there is room for, and says exactly when there is', () => {
    fc.assert(
      fc.property(requests, windowMs, pauses, (n, w, between) => {
        const attempts = knock({ kind: 'sliding-window', requests: n, windowMs: w }, between);
        for (const [index, { at, waitMs }] of attempts.entries()) {
          const before = accepted(attempts.slice(0, index));
          const inWindow = (time: number) => before.filter((call) => call.at > time - w && call.at <= time).length;
          expect(waitMs === null).toBe(inWindow(at) < n);
          if (waitMs === null) continue;
          expect(inWindow(at + waitMs)).toBeLessThan(n);
          expect(inWindow(at + waitMs - 1)).toBeGreaterThanOrEqual(n);
        }
      }),
    );
  });

  test('where refused calls count, a client that keeps knocking stays out', () => {
    const every = Array.from({ length: 200 }, () => 100);
    const settings = { kind: 'sliding-window', requests: 3, windowMs: 1000 } as const;
    expect(accepted(knock({ ...settings, refusedCount: true }, every))).toHaveLength(3);
    expect(accepted(knock({ ...settings, refusedCount: false }, every))).toHaveLength(60);
    const waits = knock({ ...settings, refusedCount: true }, [0, 100, 100, 100, 100]).map(({ waitMs }) => waitMs);
    expect(waits).toEqual([null, null, null, 800, 800]);
    const [last] = knock({ ...settings, refusedCount: true }, [0, 0, 0, 0, 0, 1000]).slice(-1);
    expect(last?.waitMs).toBeNull();
  });
});

describe('token bucket', () => {
  test('never more than N and what was refilled, over any time', () => {
    fc.assert(
      fc.property(requests, windowMs, pauses, fc.boolean(), (n, w, between, refusedCount) => {
        const passed = accepted(knock({ kind: 'token-bucket', requests: n, windowMs: w, refusedCount }, between));
        for (const [index, { at }] of passed.entries()) {
          for (const [more, later] of passed.slice(index).entries()) {
            expect(more + 1).toBeLessThanOrEqual(n + ((later.at - at) * n) / w + 1e-6);
          }
        }
      }),
    );
  });

  test('refills evenly', () => {
    const settings = { kind: 'token-bucket', requests: 4, windowMs: 1000 } as const;
    const waits = (between: readonly number[]) => knock(settings, between).map(({ waitMs }) => waitMs);
    expect(waits([0, 0, 0, 0, 0])).toEqual([null, null, null, null, 250]);
    expect(waits([0, 0, 0, 0, 100, 150, 0])).toEqual([null, null, null, null, 150, null, 250]);
  });

  test('where refused calls count, they are taken from what is refilled', () => {
    const settings = { kind: 'token-bucket', requests: 1, windowMs: 1000, refusedCount: true } as const;
    expect(knock(settings, [0, 0, 1000, 1000]).map(({ waitMs }) => waitMs)).toEqual([null, 2000, 2000, 2000]);
    expect(knock(settings, [0, 0, 2000]).map(({ waitMs }) => waitMs)).toEqual([null, 2000, null]);
  });
});

describe('fixed window', () => {
  test('N in every window, and the next one starts afresh', () => {
    // Noon is a multiple of a second, so that is where the first window starts.
    const between = [0, 999, 0, 1, 0, 0];
    const waits = knock({ kind: 'fixed-window', requests: 2, windowMs: 1000 }, between).map(({ waitMs }) => waitMs);
    expect(waits).toEqual([null, null, 1, null, null, 1000]);
  });

  test('never more than N between two multiples of W', () => {
    fc.assert(
      fc.property(requests, windowMs, pauses, fc.boolean(), (n, w, between, refusedCount) => {
        const perWindow = new Map<number, number>();
        for (const { at } of accepted(
          knock({ kind: 'fixed-window', requests: n, windowMs: w, refusedCount }, between),
        )) {
          const window = Math.floor(at / w);
          perWindow.set(window, (perWindow.get(window) ?? 0) + 1);
        }
        expect(Math.max(0, ...perWindow.values())).toBeLessThanOrEqual(n);
      }),
    );
  });
});

describe('over HTTP', () => {
  let fake: FakeOpenAI;
  afterEach(() => fake.close());

  const LIST = 'GET /organization/projects';
  const statuses = async (line: string, count: number, key = fake.adminKey) => {
    const seen: number[] = [];
    for (let index = 0; index < count; index++) seen.push((await ask(fake, line, { key })).status);
    return seen;
  };

  test('off from the start; switched on and changed while it runs, on virtual time', async () => {
    let now = Date.UTC(2026, 10, 20, 12);
    fake = await startFakeOpenAI({ now: () => now });
    expect(new Set(await statuses(LIST, 12))).toEqual(new Set([200]));
    fake.throttle.kind = 'sliding-window';
    expect(await statuses(LIST, 9)).toEqual([...Array(8).fill(200), 429]);
    now += 60_000;
    fake.throttle.requests = 1;
    expect(await statuses(LIST, 2)).toEqual([200, 429]);
    fake.resetThrottle();
    expect(await statuses(LIST, 2)).toEqual([200, 429]);
  });

  test('a 429 has no rate headers, unless Retry-After is switched on', async () => {
    fake = await startFakeOpenAI({ throttle: { kind: 'sliding-window', requests: 1 } });
    await ask(fake, LIST);
    const bare = await ask(fake, LIST);
    expect(bare.status).toBe(429);
    expect([...bare.headers.keys()].filter((name) => /rate|retry/.test(name))).toEqual([]);
    expect(bare.body).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
    fake.throttle.retryAfter = true;
    expect(Number((await ask(fake, LIST)).headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  });

  test('each endpoint has its own, and a refused call takes no effect', async () => {
    fake = await startFakeOpenAI({ throttle: { kind: 'sliding-window', requests: 1 } });
    const { apiKey } = fake.addProject({ id: 'proj_research' });
    fake.addProject({ id: 'proj_eu' });
    const { finalModel } = fake.addJob({ projectId: 'proj_research' });
    const path = `/fine_tuning/checkpoints/${finalModel}/permissions`;
    expect(await statuses(`GET ${path}`, 2)).toEqual([200, 429]);
    const post = () => ask(fake, `POST ${path}`, { body: { project_ids: ['proj_eu'] } });
    expect((await post()).status).toBe(200);
    fake.quirks.repeatedPost = 'makes-second';
    expect((await post()).status).toBe(429);
    expect(fake.permissions(finalModel)).toHaveLength(1);
    expect(fake.calls.all.at(-1)).toMatchObject({ status: 429, effect: false, fault: 'none' });
    expect(await statuses('GET /fine_tuning/jobs', 3, apiKey)).toEqual([200, 200, 200]);
  });

  test('project endpoints are throttled when asked for', async () => {
    fake = await startFakeOpenAI({ throttle: { kind: 'sliding-window', requests: 1, endpoints: 'all' } });
    const { apiKey } = fake.addProject({ id: 'proj_research' });
    expect(await statuses('GET /fine_tuning/jobs', 2, apiKey)).toEqual([200, 429]);
    fake.throttle.endpoints = ['projects.list'];
    expect(await statuses('GET /fine_tuning/jobs', 2, apiKey)).toEqual([200, 200]);
    expect(await statuses(LIST, 2)).toEqual([200, 429]);
  });
});
