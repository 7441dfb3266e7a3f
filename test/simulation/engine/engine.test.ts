import { describe, expect, it } from 'vitest';
import { UncertainError } from '../../../lambdas/core/errors.ts';
import type { CallFate, StorageFate } from './fates.ts';
import { Process, type ProcessDeps, StorageFailure } from './process.ts';
import { Scheduler } from './scheduler.ts';
import { Trace } from './trace.ts';

const GOOD: StorageFate = { delayMs: 10, crash: 'none', failure: 'none' };
const ANSWERED: CallFate = {
  arrivesAt: 10,
  worksAt: 20,
  answersAt: 30,
  crashAt: null,
  crashBefore: false,
  failure: 'none',
};

/** A process whose steps all have the same fate, and what it has done to the world outside. */
function createScene({ storage = GOOD, call = ANSWERED }: { storage?: StorageFate; call?: CallFate } = {}) {
  const scheduler = new Scheduler(1_000);
  const trace = new Trace(() => scheduler.now, 1_000);
  const fates: ProcessDeps['fates'] = { storage: () => storage, call: () => call };
  const process = new Process({ scheduler, trace, fates }, 'victim', 5, () => undefined);
  const stored: string[] = [];
  const store = process.port('store', {
    save: async (text: string) => {
      stored.push(text);
      return true;
    },
  });
  const post = () =>
    process.call({
      label: 'POST',
      args: [],
      access: 'write',
      deadlineMs: 100,
      arrive: () => undefined,
      work: () => stored.push('posted'),
    });
  return { scheduler, process, stored, store, post, run: () => scheduler.run(() => false) };
}

/** How a promise has ended by now. */
function watch(promise: Promise<unknown>): { ended: unknown } {
  const watched: { ended: unknown } = { ended: 'not at all' };
  promise.then(
    (value) => {
      watched.ended = value;
    },
    (error: unknown) => {
      watched.ended = error;
    },
  );
  return watched;
}

describe('virtual time', () => {
  it('fires events by time, those of one time as they were asked for, and lets promises settle in between', async () => {
    const scheduler = new Scheduler(0);
    const fired: string[] = [];
    for (const [at, name] of [
      [30, 'c'],
      [10, 'a1'],
      [20, 'b'],
      [10, 'a2'],
    ] as const) {
      scheduler.at(at, async () => {
        await Promise.resolve();
        await Promise.resolve();
        fired.push(`${name} at ${scheduler.now}`);
      });
    }
    await scheduler.run(() => false);
    expect(fired).toEqual(['a1 at 10', 'a2 at 10', 'b at 20', 'c at 30']);
  });

  it('keeps the order of a great many events', async () => {
    const scheduler = new Scheduler(0);
    const fired: number[] = [];
    const times = Array.from({ length: 200 }, (_, index) => (index * 7919) % 211);
    for (const at of times) scheduler.at(at, () => fired.push(scheduler.now));
    await scheduler.run(() => false);
    expect(fired).toEqual([...times].sort((a, b) => a - b));
  });
});

describe('a step of storage', () => {
  it('takes its time, and the process goes on by its own clock', async () => {
    const { process, store, stored, run } = createScene();
    const step = watch(store.save('x').then((saved) => ({ saved, at: process.now() })));
    expect(stored).toEqual([]);
    await run();
    expect(step.ended).toEqual({ saved: true, at: 1_015 });
  });

  it.each([
    ['before', []],
    ['meanwhile', ['x']],
    ['after', ['x']],
  ] as const)('at which the process dies %s its effect', async (crash, effect) => {
    const { process, store, stored, run } = createScene({ storage: { ...GOOD, crash } });
    const step = watch(store.save('x'));
    const next = watch(store.save('y'));
    await run();
    expect(process.isAlive).toBe(false);
    expect(stored.filter((text) => text === 'x')).toEqual(effect);
    expect(step.ended).toBe('not at all');
    expect(next.ended).toBe('not at all');
  });

  it.each([
    ['before', []],
    ['after', ['x']],
  ] as const)('that fails %s its effect', async (failure, effect) => {
    const { store, stored, run } = createScene({ storage: { ...GOOD, failure } });
    const step = watch(store.save('x'));
    await run();
    expect(step.ended).toBeInstanceOf(StorageFailure);
    expect(stored).toEqual(effect);
  });

  it('that the SDK has sent twice says that somebody came between', async () => {
    const { store, stored, run } = createScene({ storage: { ...GOOD, failure: 'repeated' } });
    const step = watch(store.save('x'));
    await run();
    expect(step.ended).toBe(false);
    expect(stored).toEqual(['x']);
  });
});

describe('a call to OpenAI', () => {
  it('has its effect although the caller dies', async () => {
    const { process, post, stored, run } = createScene({ call: { ...ANSWERED, crashAt: 5 } });
    const call = watch(post());
    await run();
    expect(process.isAlive).toBe(false);
    expect(stored).toEqual(['posted']);
    expect(call.ended).toBe('not at all');
  });

  it.each([
    ['an answer that is lost', { failure: 'answer-lost' }, ['posted']],
    ['an answer after the deadline', { answersAt: 200 }, ['posted']],
    ['a request that is lost', { failure: 'request-lost' }, []],
  ] as const)('is uncertain after %s', async (_, fate, effect) => {
    const { post, stored, run } = createScene({ call: { ...ANSWERED, ...fate } });
    const call = watch(post());
    await run();
    expect(call.ended).toBeInstanceOf(UncertainError);
    expect(stored).toEqual(effect);
  });
});
