import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContentionError } from '../../lambdas/core/errors.ts';
import { NO_GROWTH } from '../../lambdas/core/pacing/forecast.ts';
import { DEFAULT_PACER_RULES, type PacerRules } from '../../lambdas/core/pacing/window.ts';
import type { PacerStore } from '../../lambdas/core/ports/ledger.ts';
import { createPacer } from '../../lambdas/use-cases/pacer.ts';
import { MINUTE, SECOND, T0 } from '../builders/checkpoints.ts';
import { createInMemoryPacerStore } from '../in-memory/pacer-store.ts';

const RULES: PacerRules = { ...DEFAULT_PACER_RULES, limit: 6 };

/** A pacer with a clock that only the test moves. */
function makePacer(store: PacerStore = createInMemoryPacerStore(), rules = RULES) {
  const clock = { now: T0 };
  return { clock, store, pacer: createPacer(store, rules, () => clock.now) };
}

/** The store, each of whose answers comes when the scheduler says so. */
function interleaved(store: PacerStore, scheduler: fc.Scheduler): PacerStore {
  const wait = () => scheduler.schedule(Promise.resolve());
  return {
    async read(endpoint) {
      await wait();
      const window = await store.read(endpoint);
      await wait();
      return window;
    },
    async save(endpoint, window) {
      await wait();
      const saved = await store.save(endpoint, window);
      await wait();
      return saved;
    },
  };
}

describe('contenders that come between each other', () => {
  it('get exactly N starts between them, and no start is lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 8 }), async (scheduler, limit) => {
        const store = createInMemoryPacerStore();
        const rules = { ...RULES, limit };
        const contenders = Array.from({ length: 10 }, () => makePacer(interleaved(store, scheduler), rules).pacer);
        const asked = Promise.all(contenders.map((pacer) => pacer.start('create', 'fresh')));
        await scheduler.waitFor(asked);
        const answers = await asked;
        expect(answers.filter(({ waitMs }) => waitMs === 0)).toHaveLength(limit);
        expect((await store.read('create'))?.starts).toHaveLength(limit);
        for (const { waitMs } of answers) expect([0, RULES.windowMs + RULES.marginMs]).toContain(waitMs);
      }),
      { numRuns: 100 },
    );
  });

  it('lose no 429 of each other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const store = createInMemoryPacerStore();
        const { pacer } = makePacer(interleaved(store, scheduler));
        const work = Promise.all([
          pacer.start('create', 'fresh'),
          pacer.throttled('create', 30),
          pacer.throttled('create', 5 * 60),
          pacer.start('create', 'fresh'),
        ]);
        await scheduler.waitFor(work);
        const window = await store.read('create');
        expect(window).toMatchObject({ heldUntil: T0 + 5 * MINUTE });
        expect(window?.learnedLimit).toBeLessThan(6);
      }),
      { numRuns: 100 },
    );
  });

  it('are told when one decision is overtaken again and again', async () => {
    const store: PacerStore = { read: async () => undefined, save: async () => false };
    await expect(makePacer(store).pacer.start('create', 'fresh')).rejects.toBeInstanceOf(ContentionError);
  });
});

describe('a pacer', () => {
  it('lets N go at once and tells the next one how long to wait', async () => {
    const { pacer, clock } = makePacer();
    for (let call = 0; call < 6; call++) expect((await pacer.start('create', 'fresh')).waitMs).toBe(0);
    clock.now += SECOND;
    expect(await pacer.start('create', 'fresh')).toEqual({ waitMs: 60_500, reason: null, limit: 6 });
    clock.now += 60_500;
    expect((await pacer.start('create', 'fresh')).waitMs).toBe(0);
  });

  it('paces every endpoint on its own', async () => {
    const { pacer } = makePacer();
    await pacer.start('create', 'fresh');
    await pacer.throttled('create', null);
    expect((await pacer.start('create', 'fresh')).waitMs).toBeGreaterThan(0);
    expect((await pacer.start('list', 'fresh')).waitMs).toBe(0);
  });

  it('lets a 429 of one function count for all that share the store', async () => {
    const { pacer, store, clock } = makePacer();
    for (let call = 0; call < 6; call++) await pacer.start('create', 'fresh');
    await pacer.throttled('create', null);
    clock.now += 2 * MINUTE;
    const other = createPacer(store, RULES, () => clock.now);
    for (let call = 0; call < 5; call++) expect((await other.start('create', 'fresh')).waitMs).toBe(0);
    expect((await other.start('create', 'fresh')).waitMs).toBeGreaterThan(0);
  });

  it('rests for as many seconds as OpenAI asks for, and says why', async () => {
    const { pacer, clock } = makePacer();
    await pacer.start('create', 'fresh');
    await pacer.throttled('create', 7);
    expect(await pacer.start('create', 'fresh')).toEqual({ waitMs: 7_000, reason: 'OpenAI answered 429', limit: 3 });
    clock.now += 7_000;
    expect((await pacer.start('create', 'fresh')).waitMs).toBe(0);
  });

  it('never tells anybody to ask again at once', async () => {
    const { pacer, clock } = makePacer(createInMemoryPacerStore(), { ...RULES, ...NO_GROWTH, limit: 1 });
    await pacer.start('create', 'fresh');
    clock.now += RULES.windowMs + RULES.marginMs - 0.25;
    expect((await pacer.start('create', 'fresh')).waitMs).toBe(1);
  });
});

describe('a grant that took long to store', () => {
  /** Storing takes so many milliseconds, each time the next number; then none. */
  function slow(...delays: number[]) {
    const stored = createInMemoryPacerStore();
    const { pacer, clock } = makePacer({
      read: (endpoint) => stored.read(endpoint),
      save: (endpoint, window) => {
        clock.now += delays.shift() ?? 0;
        return stored.save(endpoint, window);
      },
    });
    return { pacer, stored, clock };
  }

  it('is used while its call can still start within half the margin', async () => {
    const { pacer, stored } = slow(RULES.marginMs / 2);
    expect((await pacer.start('create', 'fresh')).waitMs).toBe(0);
    expect((await stored.read('create'))?.starts).toEqual([T0]);
  });

  it('is left unused after that, and another one is asked for', async () => {
    const late = RULES.marginMs / 2 + 1;
    const { pacer, stored } = slow(late, late);
    expect((await pacer.start('create', 'fresh')).waitMs).toBe(0);
    expect((await stored.read('create'))?.starts).toEqual([T0, T0 + late, T0 + 2 * late]);
  });
});
