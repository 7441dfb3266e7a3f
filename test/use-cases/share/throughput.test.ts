import { afterEach, describe, expect, it } from 'vitest';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { createInMemoryLedger } from '../../in-memory/ledger.ts';
import { createScene, inAnHour, type Scene } from '../scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const THROTTLE = { kind: 'sliding-window', requests: 8, windowMs: 60_000 } as const;
const KINDS = ['sliding-window', 'token-bucket', 'fixed-window'] as const;
const WINDOW_MS = 60_000;
const FLOOR_MS = (Math.ceil(40 / 8) - 1) * WINDOW_MS;

function posts(status?: number) {
  return scene.fake.calls.count({ endpoint: 'permissions.create', ...(status ? { status } : {}) });
}

describe('40 checkpoints at once, against 8 calls a minute', () => {
  it.each(KINDS)(
    'take 40 POSTs, one 429 to learn that no more is borne, and at most 1.05 times the floor (%s)',
    async (kind) => {
      scene = await createScene({ fake: { throttle: { ...THROTTLE, kind } }, rules: { limit: 8 } });
      const jobs = Array.from({ length: 40 }, () => scene.addJob(1));
      for (const job of jobs) await scene.observe(job.id);
      const start = scene.time.now();
      await drain(scene.deps(), 'me', inAnHour(scene));

      expect(posts(200)).toBe(40);
      expect(posts(429)).toBe(1);
      expect(scene.time.now() - start).toBeLessThanOrEqual(1.05 * FLOOR_MS);
    },
  );

  it('take no more when two stacks share their pacer', async () => {
    scene = await createScene({ fake: { throttle: THROTTLE }, rules: { limit: 8 } });
    const ledgers = [createInMemoryLedger(), createInMemoryLedger()];
    const start = scene.time.now();
    for (const ledger of ledgers) {
      for (let count = 0; count < 20; count++) await scene.observe(scene.addJob(1).id, ledger);
    }
    await Promise.all(ledgers.map((ledger) => drain(scene.deps({ ledger }), 'me', inAnHour(scene))));

    expect(posts(200)).toBe(40);
    expect(posts(429)).toBe(1);
    expect(scene.time.now() - start).toBeLessThanOrEqual(1.05 * FLOOR_MS);
    for (const ledger of ledgers) {
      expect((await scene.recorded(ledger)).map(({ state }) => state)).toEqual(Array(60).fill('active'));
    }
  });
});

describe('a pacer that is told 6 a minute, against 8', () => {
  it.each(KINDS)(
    'takes 40 POSTs and at most one 429, within 5.1 windows, and keeps what it learned (%s)',
    async (kind) => {
      scene = await createScene({ fake: { throttle: { ...THROTTLE, kind } } });
      for (let count = 0; count < 40; count++) await scene.observe(scene.addJob(1).id);
      const start = scene.time.now();
      await drain(scene.deps(), 'me', inAnHour(scene));

      expect(posts(200)).toBe(40);
      expect(posts(429)).toBeLessThanOrEqual(1);
      expect(scene.time.now() - start).toBeLessThanOrEqual(5.1 * WINDOW_MS);

      scene.time.advance(60 * WINDOW_MS);
      for (let count = 0; count < 8; count++) await scene.observe(scene.addJob(1).id);
      const again = scene.time.now();
      await drain(scene.deps(), 'me', inAnHour(scene));
      expect(posts(429)).toBeLessThanOrEqual(1);
      expect(scene.time.now()).toBe(again);
    },
  );
});

describe('a pacer that believes 20 a minute, against 8', () => {
  it.each([
    { kind: 'sliding-window', refusedCount: false },
    { kind: 'sliding-window', refusedCount: true },
    { kind: 'token-bucket', refusedCount: true },
    { kind: 'fixed-window', refusedCount: false },
  ] as const)('ends with everything shared and few 429s: %o', async (throttle) => {
    scene = await createScene({ fake: { throttle: { ...THROTTLE, ...throttle } }, rules: { limit: 20 } });
    for (let count = 0; count < 40; count++) await scene.observe(scene.addJob(1).id);
    const start = scene.time.now();
    await drain(scene.deps(), 'me', inAnHour(scene));

    const seconds = (scene.time.now() - start) / 1000;
    process.stdout.write(
      `believed 20, bears 8 (${throttle.kind}): ${posts(429)} refused of ${posts()}, ${seconds} s\n`,
    );
    expect((await scene.recorded()).every(({ state }) => state === 'active')).toBe(true);
    expect(posts(200)).toBe(40);
    expect(posts(429)).toBeLessThanOrEqual(2);
  });
});
