import { beforeEach, describe, expect, it } from 'vitest';
import type { CheckpointRecord } from '../../../lambdas/core/model/permission.ts';
import { newSweep } from '../../../lambdas/core/model/sweep.ts';
import type { ReconcileState } from '../../../lambdas/core/model/system-state.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import type { ReconcileOrder } from '../../../lambdas/core/ports/queue.ts';
import type { Asked, Progress } from '../../../lambdas/shared/contract/operator.ts';
import { changeState } from '../../../lambdas/use-cases/change.ts';
import { createOperator } from '../../../lambdas/use-cases/operate/operate.ts';
import { createInMemoryLedger } from '../../in-memory/ledger.ts';
import { createInMemoryPacerStore } from '../../in-memory/pacer-store.ts';
import { aJobRecord, aPermission, aRecord, ask, NOW, operatorDeps } from './ask.ts';

const at = (ms: number) => new Date(NOW + ms).toISOString();
/** Asked<'progress'> for a minute ago. */
const ASKED = -60_000;

let ledger: Ledger;
let pacerStore: ReturnType<typeof createInMemoryPacerStore>;
let woken: number;
beforeEach(async () => {
  ledger = createInMemoryLedger();
  pacerStore = createInMemoryPacerStore();
  woken = 0;
  await reconciled();
});

/** The reconcile that was asked for ran for ten seconds. */
const reconciled = (parts: Partial<ReconcileState> = {}) =>
  changeState(ledger, 'reconcile', (state) => ({
    ...state,
    startedAt: NOW + ASKED,
    endedAt: NOW + ASKED + 10_000,
    ...parts,
  }));

const progress = (parts: Partial<Asked<'progress'>> = {}): Promise<Progress> => {
  const deps = operatorDeps({ ledger, pacerStore, waker: { wake: async () => void woken++ } });
  return ask(deps, { command: 'progress', askedAt: at(ASKED), verifyAll: false, endedAt: null, ...parts });
};

const store = (record: CheckpointRecord) => ledger.saveCheckpoint(record, { ...record, permissions: {} });

describe('the reconcile that was asked for', () => {
  it('has come to its end, and nothing is left', async () => {
    expect(await progress()).toMatchObject({
      settled: true,
      reconcile: { state: 'ended', endedAt: at(ASKED + 10_000), error: null },
      sources: [{ alias: 'research', swept: false, backfillJobs: null, toObserve: 0, error: null }],
      underWay: { pending: 0, unknown: 0, revoking: 0, rejected: 0 },
      toVerify: 0,
      auditDue: false,
      nextCallAt: null,
      waitingPlan: null,
    });
    expect(woken).toBe(0);
  });

  it.each<[string, Partial<ReconcileState>, Progress['reconcile']['state']]>([
    ['one that started before it was asked for', { startedAt: NOW + ASKED - 1 }, 'starting'],
    ['one that runs', { endedAt: null }, 'running'],
    ['a tick that started later', { startedAt: NOW - 1000, endedAt: NOW }, 'ended'],
    ['others that have started since', { begunAt: NOW }, 'ended'],
    ['one before it that ended since', { startedAt: NOW + ASKED - 1, endedAt: NOW, begunAt: NOW + ASKED }, 'running'],
    ['one before it that has ended', { startedAt: 1, endedAt: 2, begunAt: NOW + ASKED - 1 }, 'starting'],
  ])('is told from %s', async (_, state, expected) => {
    await reconciled(state);
    expect(await progress()).toMatchObject({ settled: expected === 'ended', reconcile: { state: expected } });
  });

  it('that verifies all is not over when a tick is', async () => {
    expect((await progress({ verifyAll: true })).reconcile.state).toBe('running');
    await reconciled({ verifiedAllAt: NOW + ASKED });
    expect((await progress({ verifyAll: true })).reconcile.state).toBe('ended');
  });

  it('that was cut off is not waited for for ever', async () => {
    const cutOff = { startedAt: 1, endedAt: 2, begunAt: NOW - 6 * 60_000 };
    await reconciled(cutOff);
    const asked = { askedAt: at(-6 * 60_000) };
    expect((await progress(asked)).reconcile.state).toBe('running');
    await reconciled({ ...cutOff, begunAt: NOW - 6 * 60_000 - 1 });
    const longAgo = { askedAt: at(-7 * 60_000) };
    expect(await progress(longAgo)).toMatchObject({
      settled: true,
      reconcile: {
        state: 'ended',
        endedAt: null,
        error: expect.stringMatching(/2026-11-20T11:53:59.999Z was cut off/),
      },
    });
    // One that was to verify all, too: ticks came to their end since.
    await reconciled({ begunAt: NOW - 6 * 60_000 - 1, startedAt: NOW - 6 * 60_000 - 1, endedAt: NOW });
    expect((await progress({ ...longAgo, verifyAll: true })).reconcile.error).toContain('was cut off');
    expect((await progress(longAgo)).reconcile).toMatchObject({ state: 'ended', error: null });
  });

  it('that failed has ended, also if it was to verify all', async () => {
    await reconciled({ error: 'Sources that could not be swept: research.' });
    const { settled, reconcile } = await progress({ verifyAll: true });
    expect({ settled, reconcile }).toMatchObject({
      settled: true,
      reconcile: { state: 'ended', error: expect.stringContaining('research') },
    });
  });
});

describe('a source', () => {
  const sweep = (parts: object) => ledger.saveSweep({ ...newSweep('research'), sweptAt: NOW, ...parts });

  it('of which jobs wait for observe is waited for until they are in the ledger', async () => {
    await sweep({ open: ['ftjob-1', 'ftjob-2', 'ftjob-3'], handedOn: ['ftjob-1', 'ftjob-2'] });
    expect(await progress()).toMatchObject({ settled: false, sources: [{ swept: true, toObserve: 2 }] });
    await ledger.saveJob(aJobRecord({ jobId: 'ftjob-1' }));
    await ledger.saveJob(aJobRecord({ jobId: 'ftjob-2', plannedWith: null }));
    expect(await progress()).toMatchObject({ settled: false, sources: [{ toObserve: 1 }] });
    await ledger.saveJob({ ...aJobRecord({ jobId: 'ftjob-2' }), version: 1 });
    expect(await progress()).toMatchObject({ settled: true, sources: [{ toObserve: 0 }] });
  });

  it('of which jobs have not ended is not waited for', async () => {
    await sweep({ open: ['ftjob-1'] });
    expect((await progress()).settled).toBe(true);
  });

  it('whose history is still being walked through is waited for', async () => {
    await sweep({ walk: { after: 'ftjob-9', newest: NOW, jobs: 300 } });
    expect(await progress()).toMatchObject({ settled: false, sources: [{ swept: false, backfillJobs: 300 }] });
  });

  it('that fails is told, and not waited for', async () => {
    await sweep({ walk: { after: 'ftjob-9', newest: NOW, jobs: 300 }, handedOn: ['ftjob-1'], error: 'no key' });
    expect(await progress()).toMatchObject({ settled: true, sources: [{ error: 'no key' }] });
  });
});

describe('a permission', () => {
  it.each(['pending', 'unknown', 'revoking'] as const)('that is %s is waited for', async (state) => {
    await store(aRecord([aPermission('proj_EU', state, { notBefore: NOW + 60_000 })]));
    expect(await progress()).toMatchObject({ settled: false, underWay: { [state]: 1 }, nextCallAt: null });
    expect(woken).toBe(0);
  });

  it('whose next try is tomorrow is not', async () => {
    const tomorrow = { priority: 'retry', notBefore: NOW + 86_400_000 } as const;
    await store(aRecord([aPermission('proj_EU', 'rejected', tomorrow), aPermission('proj_US', 'revoking', tomorrow)]));
    await store(aRecord([aPermission('proj_EU', 'drifted')], { checkpoint: 'ft:drifted' }));
    expect(await progress()).toMatchObject({ settled: true, permissions: { rejected: 1, drifted: 1 } });
  });
});

describe('a checkpoint that is to be verified', () => {
  const toVerify = (verifyAt: number, parts: Partial<CheckpointRecord> = {}) =>
    store(aRecord([aPermission('proj_EU', 'active')], { verifyAt: NOW + verifyAt, ...parts }));
  const ended = { endedAt: at(ASKED + 10_000) };

  it.each<[boolean, string, number, Partial<CheckpointRecord>, Partial<Asked<'progress'>>]>([
    [true, 'while the reconcile is not known to have ended', -1, {}, {}],
    [true, 'if it was put up by then', ASKED + 10_000, {}, ended],
    [false, 'if a later tick put it up', ASKED + 10_001, {}, ended],
    [true, 'if something changed there, whenever', 30_000, { verifyPriority: 'repair' }, ended],
    [
      true,
      'if all are to be, and it was not listed since',
      -1,
      { listedAt: NOW + ASKED - 1 },
      { ...ended, verifyAll: true },
    ],
    [false, 'if all are to be, and it was listed since', -1, { listedAt: NOW + ASKED }, { ...ended, verifyAll: true }],
  ])('is waited for: %s, %s', async (expected, _, verifyAt, record, request) => {
    await reconciled({ verifiedAllAt: NOW + ASKED });
    await toVerify(verifyAt, record);
    expect(await progress(request)).toMatchObject({ settled: !expected, toVerify: expected ? 1 : 0 });
  });
});

describe('the audit log', () => {
  it.each([
    [0, 1],
    [60_000, 0],
  ])('that is due in %i ms is waited for, and wakes the share function %i times', async (inMs, expected) => {
    await changeState(ledger, 'audit', (state) => ({ ...state, dueAt: NOW + inMs }));
    expect(await progress()).toMatchObject({ settled: false, auditDue: true });
    expect(woken).toBe(expected);
  });
});

describe('due work', () => {
  const dueNow = () => store(aRecord([aPermission('proj_EU', 'pending', { notBefore: NOW })]));

  it('for which a slot is free wakes the share function', async () => {
    await dueNow();
    expect(await progress()).toMatchObject({ nextCallAt: at(0), due: { create: { now: 1 } } });
    expect(woken).toBe(1);
  });

  it('that waits for its slot does not: whoever carries it out waits as well', async () => {
    await dueNow();
    const held = { starts: [], learnedLimit: null, learnedAt: 0, holdReason: 'OpenAI answered 429' };
    await pacerStore.save('checkpoint-permissions.create', { version: 0, heldUntil: NOW + 9_000, ...held });
    expect((await progress()).nextCallAt).toBe(at(9_000));
    expect(woken).toBe(0);
  });
});

describe('the reconcile command', () => {
  it.each([true, false])('starts the function, with verifyAll %s', async (verifyAll) => {
    const orders: ReconcileOrder[] = [];
    const deps = operatorDeps({ reconciler: { start: async (order) => void orders.push(order) } });
    expect(await ask(deps, { command: 'reconcile', verifyAll })).toEqual({ askedAt: at(0) });
    expect(orders).toEqual([{ verifyAll, askedAt: NOW }]);
  });

  it.each([
    [{ command: 'reconcile', verifyAll: 'yes' }, 'the field "verifyAll", which is neither true nor false'],
    [{ command: 'progress', verifyAll: false }, 'the field "askedAt", which is no text'],
    [{ command: 'progress', askedAt: 'yesterday' }, 'the field "askedAt", which is no time'],
    [{ command: 'progress', askedAt: at(0), endedAt: 7 }, 'the field "endedAt", which is no text'],
  ])('%j is not understood', async (request, message) => {
    const answer = await createOperator(operatorDeps())(request, 'request-1');
    if (answer.ok) throw new Error('this was to be refused');
    expect(answer.error.message).toContain(message);
  });
});
