import { describe, expect, it } from 'vitest';
import { BadCredentialsError, NoSlotError, SharingError, ThrottledError } from '../../../lambdas/core/errors.ts';
import { NO_RESTS } from '../../../lambdas/core/model/rests.ts';
import { type AdminCall, ENDPOINT_OF, ENDPOINTS } from '../../../lambdas/core/pacing/endpoints.ts';
import { restEndpoint, restKey } from '../../../lambdas/core/pacing/rests.ts';
import { DEFAULT_PACER_RULES } from '../../../lambdas/core/pacing/window.ts';
import { changeState, readState } from '../../../lambdas/use-cases/change.ts';
import { createPaced } from '../../../lambdas/use-cases/operate/paced.ts';
import { createPacer } from '../../../lambdas/use-cases/pacer.ts';
import { createInMemoryLedger } from '../../in-memory/ledger.ts';
import { createInMemoryPacerStore } from '../../in-memory/pacer-store.ts';
import { VirtualTime } from '../../support/virtual-time.ts';

const CALLS = Object.keys(ENDPOINT_OF) as AdminCall[];

/** Paced calls on virtual time, four a window, and the pacer of somebody else who shares the store. */
function scene() {
  const time = new VirtualTime();
  const store = createInMemoryPacerStore();
  const ledger = createInMemoryLedger();
  const rules = { ...DEFAULT_PACER_RULES, limit: 4 };
  return {
    time,
    store,
    ledger,
    paced: createPaced({ pacer: createPacer(store, rules, time.now), ledger }),
    others: createPacer(store, rules, time.now),
  };
}

const throttled = (retryAfterSeconds: number | null) =>
  new ThrottledError('Rate limit reached.', { status: 429, retryAfterSeconds });

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (value) => expect.fail(`expected a failure, got ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
}

/** Work that counts how often it was done. */
function counted<T>(work: () => Promise<T>) {
  const done = { times: 0 };
  return {
    done,
    work: async () => {
      done.times++;
      return work();
    },
  };
}

describe('a paced call', () => {
  it.each(CALLS)('takes one slot of its endpoint and answers what the work does: %s', async (call) => {
    const { paced, store, time } = scene();
    expect(await paced(call, 'repair', async () => ({ found: call }))).toEqual({ found: call });
    for (const endpoint of ENDPOINTS) {
      const window = await store.read(endpoint);
      expect(window?.starts ?? []).toEqual(endpoint === ENDPOINT_OF[call] ? [time.now()] : []);
    }
  });

  it('does not wait for a slot: it says in how many whole seconds there is one', async () => {
    const { paced, time } = scene();
    for (let n = 0; n < 4; n++) await paced('list', 'repair', async () => n);
    time.advance(800);
    const { done, work } = counted(async () => 'never');
    const error = await failureOf(paced('list', 'repair', work));
    expect(error).toBeInstanceOf(NoSlotError);
    expect(error).toBeInstanceOf(SharingError);
    expect(error).toMatchObject({
      name: 'NoSlotError',
      endpoint: 'checkpoint-permissions.list',
      seconds: 61,
      reason: null,
      message: 'No call to checkpoint-permissions.list may start for 61 s',
    });
    expect(done.times).toBe(0);
    time.advance(61_000);
    expect(await paced('list', 'repair', async () => 'now')).toBe('now');
  });

  it('that finds no slot takes none', async () => {
    const { paced, store } = scene();
    for (let n = 0; n < 4; n++) await paced('list', 'repair', async () => n);
    const before = await store.read(ENDPOINT_OF.list);
    await failureOf(paced('list', 'repair', async () => 'never'));
    expect(await store.read(ENDPOINT_OF.list)).toEqual(before);
  });

  it('has the priority that it is asked for with', async () => {
    const { paced } = scene();
    for (let n = 0; n < 2; n++) await paced('list', 'verify', async () => n);
    expect(await failureOf(paced('list', 'verify', async () => 'never'))).toBeInstanceOf(NoSlotError);
    expect(await paced('list', 'repair', async () => 'at once')).toBe('at once');
  });

  it('says why its endpoint rests', async () => {
    const { paced, others } = scene();
    await others.throttled(ENDPOINT_OF.audit, 90);
    expect(await failureOf(paced('audit', 'repair', async () => 'never'))).toMatchObject({
      seconds: 90,
      reason: 'OpenAI answered 429',
      message: 'No call to audit-logs.list may start for 90 s: OpenAI answered 429',
    });
    expect(await paced('model-permissions', 'repair', async () => 'another endpoint')).toBe('another endpoint');
  });

  it('tries what OpenAI has refused: whoever asks may have mended it, and what is let in rests no more', async () => {
    const { paced, ledger, time } = scene();
    const refused = { reason: 'refused', keyMark: null };
    await changeState(ledger, 'rests', (rests) => restKey(rests, { ...refused, kind: 'key-refused' }, time.now()));
    for (const call of ['list', 'create'] as const) {
      const refusal = { ...refused, kind: 'scope-missing' } as const;
      await changeState(ledger, 'rests', (rests) => restEndpoint(rests, call, refusal, time.now()));
    }
    await failureOf(paced('list', 'repair', () => Promise.reject(new BadCredentialsError('still'))));
    expect(await readState(ledger, 'rests')).toMatchObject({ key: { kind: 'key-refused' } });
    expect(await paced('list', 'repair', async () => 'mended')).toBe('mended');
    const rests = await readState(ledger, 'rests');
    expect(rests.key).toBeNull();
    expect(Object.keys(rests.endpoints)).toEqual([ENDPOINT_OF.create]);
    await paced('create', 'repair', async () => 'mended, too');
    expect(await readState(ledger, 'rests')).toEqual({ ...NO_RESTS, version: expect.any(Number) });
  });
});

describe('a 429', () => {
  it.each([
    [null, 60],
    [7, 7],
    [0, 1],
  ])('with Retry-After %s is told to everybody, and asks to come back in %i s', async (retryAfterSeconds, seconds) => {
    const { paced, others, store } = scene();
    const refusal = throttled(retryAfterSeconds);
    const { done, work } = counted(() => Promise.reject(refusal));
    const error = await failureOf(paced('create', 'repair', work));
    expect(error).toMatchObject({ name: 'NoSlotError', seconds, reason: 'OpenAI answered 429', cause: refusal });
    expect(done.times).toBe(1);
    expect(await store.read(ENDPOINT_OF.create)).toMatchObject({ learnedLimit: 2 });
    if (retryAfterSeconds === 0) return;
    expect(await others.start(ENDPOINT_OF.create, 'fresh')).toEqual({
      waitMs: seconds * 1_000,
      reason: 'OpenAI answered 429',
      limit: 2,
    });
  });

  it('costs one slot, and after the rest another call may go', async () => {
    const { paced, store, time } = scene();
    await failureOf(paced('create', 'repair', () => Promise.reject(throttled(null))));
    expect((await store.read(ENDPOINT_OF.create))?.starts).toHaveLength(1);
    expect(await failureOf(paced('create', 'repair', async () => 'never'))).toMatchObject({ seconds: 60 });
    time.advance(60_000);
    expect(await paced('create', 'repair', async () => 'again')).toBe('again');
  });
});

describe('any other failure', () => {
  it.each([
    ["of OpenAI's", new BadCredentialsError('Incorrect API key provided', { status: 401 })],
    ['of another kind', new TypeError('broken')],
    ['that is no error', 'a string'],
  ])('passes, and teaches the pacer nothing: %s', async (_, failure) => {
    const { paced, store } = scene();
    expect(await failureOf(paced('list', 'repair', () => Promise.reject(failure)))).toBe(failure);
    expect(await store.read(ENDPOINT_OF.list)).toMatchObject({ learnedLimit: null, heldUntil: 0 });
  });
});
