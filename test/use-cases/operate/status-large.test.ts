import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import { changeState, readState } from '../../../lambdas/use-cases/change.ts';
import { reconcileLedger } from '../../../lambdas/use-cases/reconcile/reconcile-ledger.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { MINUTE } from '../../builders/checkpoints.ts';
import { aRule } from '../../core/policy/builders.ts';
import { createScene, inAnHour, type Scene, SILENT, TARGETS } from '../scene.ts';
import { ask, operatorDeps } from './ask.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await createScene({ rules: { limit: 1_000 } });
  for (let count = 0; count < 5; count++) await scene.observe(scene.addJob(2).id);
  await drain(scene.deps(), 'share', inAnHour(scene));
  scene.time.advance(10 * MINUTE);
});
afterEach(() => scene.close());

const WIDER = {
  rules: [aRule({ name: 'everything', checkpoints: { kind: 'all' }, to: [...TARGETS, 'proj_NEW'] })],
};

/** Large is what has more than two checkpoints. */
async function sweep(parts: Partial<Policy> = {}, minutes = 60) {
  const { ledger, time } = scene;
  const policy = { ...scene.policy, ...parts };
  const deps = { policy, ledger, ledgerOf: () => ledger, now: time.now, log: SILENT, sizes: { atOnce: 2, page: 2 } };
  await time.busy(reconcileLedger(deps, false, time.now() + minutes * MINUTE));
}

const refuse = () => Promise.reject(new Error('a large ledger is not read for this'));
const UNREAD: Pick<Ledger, 'listCheckpoints' | 'listJobs' | 'listModels'> = {
  listCheckpoints: refuse,
  listJobs: refuse,
  listModels: refuse,
};

function askOf<Name extends 'status' | 'progress'>(command: Name, parts: Partial<Ledger> = UNREAD) {
  const deps = operatorDeps({ policy: scene.policy, ledger: { ...scene.ledger, ...parts }, now: scene.time.now });
  const request = { command, askedAt: new Date(0).toISOString(), verifyAll: false, endedAt: null };
  return ask(deps, command === 'status' ? { command: 'status' } : { ...request, command: 'progress' }) as ReturnType<
    typeof ask<{ command: Name } & Parameters<typeof ask>[1]>
  >;
}

/** The same, counted row by row: nothing is said to have been counted. */
async function counted() {
  const getState: Ledger['getState'] = async (name) => (name === 'count' ? undefined : scene.ledger.getState(name));
  return askOf('status', { getState });
}

describe('the status of a large ledger', () => {
  it('says the same as one that reads it, and reads of it what has changed', async () => {
    await sweep();
    const told = await askOf('status');
    expect(told).toMatchObject({ checkpoints: 10, permissions: { active: 30 }, countedAt: expect.any(String) });
    const hourly = (at: string | null) => at?.slice(0, 13);
    const { verification, ...rest } = await counted();
    expect({ ...told, countedAt: null }).toEqual({ ...rest, verification: expect.anything() });
    expect({ ...told.verification, medianAt: hourly(told.verification.medianAt) }).toEqual({
      ...verification,
      medianAt: hourly(verification.medianAt),
    });
  });

  it('counts what has changed since, before and after sweeps have taken it in', async () => {
    await sweep(WIDER);
    const expectSame = async (parts: object) => {
      const told = await askOf('status');
      const { checkpoints, permissions, flapping, due } = await counted();
      expect(told).toMatchObject({ checkpoints, permissions, flapping, due });
      expect(told.permissions).toMatchObject(parts);
    };
    await expectSame({ active: 30, pending: 10 });
    scene.fake.addProject({ id: 'proj_NEW' });
    await drain(scene.deps(), 'share', inAnHour(scene));
    await expectSame({ active: 40, pending: 0 });
    for (let count = 0; count < 3; count++) {
      scene.time.advance(10 * MINUTE);
      await sweep(WIDER);
      await scene.observe(scene.addJob(1).id);
      await expectSame({ active: 40 });
    }
  });

  it('is counted anew by each full pass, whatever had become of the count', async () => {
    await sweep();
    await changeState(scene.ledger, 'count', (state) => {
      const tally = { ...state.counted.tally, checkpoints: 99 };
      return { ...state, counted: { ...state.counted, tally } };
    });
    expect((await askOf('status')).checkpoints).toBe(99);
    await sweep(WIDER);
    expect((await askOf('status')).checkpoints).toBe(10);
  });

  it('is read as long as no full pass has counted it page by page, or the last had it in memory at once', async () => {
    expect(await askOf('status', {})).toMatchObject({ checkpoints: 10, countedAt: null, fullPass: { at: null } });
    await expect(askOf('status')).rejects.toThrow();
    await sweep();
    expect((await askOf('status')).countedAt).not.toBeNull();
    await changeState(scene.ledger, 'pass', (state) => ({ ...state, at: state.at + 1 }));
    expect((await askOf('status', {})).countedAt).toBeNull();
  });

  it('says how far a full pass has come', async () => {
    await sweep();
    const { at } = await readState(scene.ledger, 'pass');
    const { saveState } = scene.ledger;
    scene.ledger.saveState = async (name, state, event) => {
      const saved = await saveState(name, state, event);
      // Time for some pages, and no more.
      if (name === 'pass') scene.time.advance(20_000);
      return saved;
    };
    await sweep(WIDER, 2.5);
    scene.ledger.saveState = saveState;
    const { fullPass } = await askOf('status');
    expect(fullPass).toMatchObject({
      at: new Date(at).toISOString(),
      underWay: { part: 'checkpoints', jobs: 5, ofCheckpoints: 10 },
    });
    expect(fullPass.underWay?.checkpoints).toBeGreaterThan(0);
    expect(await askOf('progress')).toMatchObject({ settled: false, fullPass });
    await sweep(WIDER);
    expect((await askOf('status')).fullPass.underWay).toBeNull();
  });
});

describe('the progress of a reconcile of a large ledger', () => {
  it('is told by what is due and what has just changed', async () => {
    await changeState(scene.ledger, 'reconcile', (state) => ({ ...state, startedAt: 1, endedAt: 2 }));
    await changeState(scene.ledger, 'audit', (state) => ({ ...state, dueAt: null }));
    await sweep();
    expect(await askOf('progress')).toMatchObject({ underWay: { pending: 0 }, permissions: { active: 30 } });
    await sweep(WIDER);
    expect(await askOf('progress')).toMatchObject({
      settled: false,
      underWay: { pending: 10 },
      permissions: { active: 30, pending: 10 },
      due: { create: { now: 10 } },
    });
  });
});
