import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReconcileState } from '../../../lambdas/core/model/system-state.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import { changeState, readState } from '../../../lambdas/use-cases/change.ts';
import { reconcile } from '../../../lambdas/use-cases/reconcile/reconcile.ts';
import { createScene, inAnHour, type Scene } from '../scene.ts';
import { addJobs, createSweeper } from './sweeping.ts';

let scene: Scene;
let sweeper: ReturnType<typeof createSweeper>;
beforeEach(async () => {
  scene = await createScene();
  sweeper = createSweeper(scene);
});
afterEach(() => scene.close());

const state = () => readState(scene.ledger, 'reconcile');
const run = (parts: { verifyAll?: boolean; askedAt?: number; ledger?: Ledger } = {}) => {
  const { verifyAll = false, askedAt, ...others } = parts;
  return reconcile(sweeper.deps(others), verifyAll, inAnHour(scene), askedAt);
};

/** The ledger of a reconcile during which this becomes of its state. */
function meanwhile(change: (state: ReconcileState) => ReconcileState): Ledger {
  return {
    ...scene.ledger,
    async listCheckpoints(cursor) {
      await changeState(scene.ledger, 'reconcile', change);
      return scene.ledger.listCheckpoints(cursor);
    },
  };
}

describe('a reconcile', () => {
  it('says when it started and ended', async () => {
    const now = scene.time.now();
    await run();
    expect(await state()).toMatchObject({ startedAt: now, endedAt: now, verifiedAllAt: null, error: null });
    await run({ verifyAll: true });
    expect(await state()).toMatchObject({ verifiedAllAt: now });
  });

  it('counts as started no earlier than it was asked for, by whosever clock', async () => {
    const askedAt = scene.time.now() + 500;
    await run({ askedAt });
    expect(await state()).toMatchObject({ startedAt: askedAt });
    await run({ askedAt: scene.time.now() - 60_000 });
    expect(await state()).toMatchObject({ startedAt: scene.time.now() });
  });

  it('that another one started after, and ended before, leaves the end to that one, but tells that all was verified', async () => {
    const startedAt = scene.time.now();
    const other = { startedAt: startedAt + 1_000, endedAt: startedAt + 2_000, error: 'the other one' };
    await run({
      verifyAll: true,
      ledger: meanwhile((current) => ({ ...current, ...other, begunAt: other.startedAt })),
    });
    expect(await state()).toMatchObject({ ...other, verifiedAllAt: startedAt });
  });

  it('that another one started after, and has not ended, tells its own end', async () => {
    const startedAt = scene.time.now();
    await run({ ledger: meanwhile((current) => ({ ...current, begunAt: startedAt + 1_000 })) });
    expect(await state()).toMatchObject({ startedAt, endedAt: startedAt, begunAt: startedAt + 1_000 });
  });

  it('leaves the end of the one before to be seen while it runs', async () => {
    await run();
    const { startedAt, endedAt } = await state();
    scene.time.advance(60_000);
    let seen: object = {};
    await run({ ledger: meanwhile((current) => (seen = current)) });
    expect(seen).toMatchObject({ startedAt, endedAt, begunAt: scene.time.now() });
    expect(await state()).toMatchObject({ startedAt: scene.time.now(), endedAt: scene.time.now() });
  });

  it('of which a source fails tells what failed, and that all was verified', async () => {
    scene.fake.faults.queue('jobs.list', 'error-before');
    await expect(run({ verifyAll: true })).rejects.toThrow(/research/);
    expect(await state()).toMatchObject({
      endedAt: scene.time.now(),
      verifiedAllAt: scene.time.now(),
      error: expect.stringContaining('Sources that could not be swept: research.'),
    });
    await run();
    expect(await state()).toMatchObject({ error: null });
  });

  it('that breaks off ends with an error, without the words of what nobody foresaw', async () => {
    const broken: Ledger = { ...scene.ledger, listCheckpoints: () => Promise.reject(new TypeError('arn:aws:secret')) };
    await expect(run({ verifyAll: true, ledger: broken })).rejects.toThrow(TypeError);
    expect(await state()).toMatchObject({
      endedAt: scene.time.now(),
      verifiedAllAt: null,
      error: 'TypeError. The log of the reconcile function says more.',
    });
  });
});

describe('the record of a sweep', () => {
  const handedOn = async () => (await sweeper.sweepRecord())?.handedOn;

  it('tells the jobs that were handed on from those that have not ended', async () => {
    const [ended = ''] = addJobs(scene, 1);
    const [running = ''] = addJobs(scene, 1, { status: 'running' });
    await sweeper.sweep();
    expect(new Set((await sweeper.sweepRecord())?.open)).toEqual(new Set([ended, running]));
    expect(await handedOn()).toEqual([ended]);

    scene.fake.finishJob(running);
    await sweeper.observeAll();
    await sweeper.sweep();
    expect(await handedOn()).toEqual([running]);
    await sweeper.observeAll();
    await sweeper.sweep();
    expect(await sweeper.sweepRecord()).toMatchObject({ open: [], handedOn: [] });
  });

  it('tells it also of a job that no page shows any more', async () => {
    const [id = ''] = addJobs(scene, 1, { status: 'running' });
    await sweeper.sweep();
    scene.time.advance(48 * 3_600_000);
    addJobs(scene, 101, { status: 'failed' });
    await sweeper.sweep();
    await sweeper.observeAll();
    scene.time.advance(48 * 3_600_000);
    addJobs(scene, 1, { status: 'failed' });
    await sweeper.sweep();
    await sweeper.observeAll();
    scene.fake.finishJob(id);
    await sweeper.sweep();
    expect(await handedOn()).toContain(id);
    await sweeper.observeAll();
    await sweeper.sweep();
    expect(await handedOn()).toEqual([]);
  });
});
