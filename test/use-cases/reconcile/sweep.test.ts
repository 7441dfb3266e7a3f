import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sweepSource } from '../../../lambdas/use-cases/reconcile/sweep-source.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { createScene, inAnHour, type Scene } from '../scene.ts';
import { addJobs, createSweeper, HOUR_MS, slow } from './sweeping.ts';

let scene: Scene;
let sweeper: ReturnType<typeof createSweeper>;
beforeEach(async () => {
  scene = await createScene({ rules: { limit: 1_000 } });
  sweeper = createSweeper(scene);
});
afterEach(async () => {
  expect(scene.fake.unexpected).toEqual([]);
  await scene.close();
});

const pages = () => scene.fake.calls.count({ endpoint: 'jobs.list' });

describe('the first sweep of a source', () => {
  it('hands on its whole history, page by page, newest first, each job once', async () => {
    const jobs = addJobs(scene, 250);
    expect(await sweeper.sweep()).toBe(true);
    expect(sweeper.handedOn()).toEqual(jobs.toReversed());
    expect(scene.fake.calls.byEndpoint()).toEqual({ 'jobs.list': 3 });
    const now = scene.time.now();
    expect(await sweeper.sweepRecord()).toMatchObject({ seenTo: now, walk: null, sweptAt: now, error: null });
  });

  it('of a project without jobs is done, and so is the next', async () => {
    expect(await sweeper.sweep()).toBe(true);
    expect(await sweeper.sweep()).toBe(true);
    expect(await sweeper.sweepRecord()).toMatchObject({ seenTo: null, walk: null, open: [] });
    expect(sweeper.handedOn()).toEqual([]);
  });

  it('hands on failed and cancelled jobs too, so that each is known and none asked for again', async () => {
    const jobs = [...addJobs(scene, 1, { status: 'failed' }), ...addJobs(scene, 1, { status: 'cancelled' })];
    await sweeper.sweep();
    await sweeper.observeAll();
    await sweeper.sweep();
    expect(sweeper.handedOn()).toEqual([]);
    expect(await sweeper.sweepRecord()).toMatchObject({ open: [] });
    for (const id of jobs) expect((await scene.ledger.getJob(id))?.note).toContain('nothing is shared');
  });
});

describe('when every webhook was dropped', () => {
  it('one sweep, observe and drain share everything, and the second sweep hands on nothing', async () => {
    const jobs = addJobs(scene, 120);
    await sweeper.sweep();
    await sweeper.observeAll();
    await drain(scene.deps(), 'share', inAnHour(scene));
    const recorded = await scene.recorded();
    expect(recorded).toHaveLength(3 * jobs.length);
    expect(recorded.every(({ state }) => state === 'active')).toBe(true);
    expect(scene.fake.calls.count({ endpoint: 'permissions.create' })).toBe(jobs.length);

    scene.fake.calls.reset();
    expect(await sweeper.sweep()).toBe(true);
    expect(sweeper.handedOn()).toEqual([]);
    expect(scene.fake.calls.byEndpoint()).toEqual({ 'jobs.list': 2 });
    expect(await sweeper.sweepRecord()).toMatchObject({ open: [], walk: null });
  });
});

describe('the first sweep under another alias', () => {
  it('hands on every job again, which are known by the old one', async () => {
    const jobs = addJobs(scene, 3);
    await sweeper.sweep();
    await sweeper.observeAll();
    await sweepSource(sweeper.deps(), 'renamed', scene.jobApi(), inAnHour(scene));
    expect(sweeper.handedOn()).toEqual(jobs.toReversed());
  });
});

describe('a later sweep', () => {
  it('goes back to a day before the newest job that was seen, and no further', async () => {
    addJobs(scene, 150);
    await sweeper.sweep();
    await sweeper.observeAll();
    scene.time.advance(50 * HOUR_MS);
    const [fresh] = addJobs(scene, 1);
    scene.fake.calls.reset();
    await sweeper.sweep();
    expect(sweeper.handedOn()).toEqual([fresh]);
    expect(pages()).toBe(2);

    await sweeper.observeAll();
    scene.time.advance(50 * HOUR_MS);
    addJobs(scene, 1);
    await sweeper.sweep();
    scene.fake.calls.reset();
    expect(await sweeper.sweep()).toBe(true);
    expect(pages()).toBe(1);
  });

  it('finds a job that OpenAI lists late, if it was created within that day', async () => {
    addJobs(scene, 1);
    await sweeper.sweep();
    await sweeper.observeAll();
    const [late] = addJobs(scene, 1, { createdAt: scene.time.now() - 23 * HOUR_MS });
    await sweeper.sweep();
    expect(sweeper.handedOn()).toEqual([late]);
  });

  it('hands a job on again, once, for as long as it has not reached the ledger', async () => {
    const [lost] = addJobs(scene, 1);
    for (let sweep = 0; sweep < 3; sweep++) {
      await sweeper.sweep();
      expect(sweeper.handedOn()).toEqual([lost]);
    }
    scene.time.advance(100 * HOUR_MS);
    const [fresh] = addJobs(scene, 1);
    await sweeper.sweep();
    await sweeper.sweep();
    sweeper.handedOn();
    await sweeper.sweep();
    expect(sweeper.handedOn().sort()).toEqual([lost, fresh].sort());
    await sweeper.sweep();
    await sweeper.observeAll();
    await sweeper.sweep();
    expect(sweeper.handedOn()).toEqual([]);
    expect(await sweeper.sweepRecord()).toMatchObject({ open: [] });
  });
});

describe('a sweep that runs out of time', () => {
  it('goes on where it stopped, and the next one finds what came meanwhile', async () => {
    const jobs = addJobs(scene, 450);
    const api = slow(scene, scene.jobApi(), 60_000);
    expect(await sweeper.sweep({ api }, scene.time.now() + 120_000)).toBe(false);
    expect(sweeper.handedOn()).toEqual(jobs.slice(250).toReversed());
    const meanwhile = addJobs(scene, 2);

    expect(await sweeper.sweep({ api }, scene.time.now() + 120_000)).toBe(false);
    expect(sweeper.handedOn()).toEqual(jobs.slice(50, 250).toReversed());
    await sweeper.sweep({ api });
    expect(sweeper.handedOn().slice(0, 50)).toEqual(jobs.slice(0, 50).toReversed());
    expect(pages()).toBe(5);

    await sweeper.sweep();
    const found = sweeper.handedOn();
    for (const id of meanwhile) expect(found).toContain(id);
  });

  it('before it began calls nothing and writes nothing', async () => {
    addJobs(scene, 1);
    expect(await sweeper.sweep({}, scene.time.now())).toBe(false);
    expect(scene.fake.calls.all).toEqual([]);
    expect(await sweeper.sweepRecord()).toBeUndefined();
  });

  it('begins anew where OpenAI does not have the job any more that it stopped at', async () => {
    const jobs = addJobs(scene, 150);
    await sweeper.sweep({ api: slow(scene, scene.jobApi(), 60_000) }, scene.time.now() + 60_000);
    const stopped = await sweeper.sweepRecord();
    await scene.ledger.saveSweep({
      ...(stopped ?? expect.unreachable()),
      walk: { after: 'ftjob-gone', newest: scene.time.now(), jobs: 100 },
    });
    await sweeper.observeAll();
    expect(await sweeper.sweep()).toBe(true);
    expect(sweeper.handedOn()).toEqual(jobs.slice(0, 50).toReversed());
  });

  it('does not begin anew for ever: a page that is refused in its midst is an error', async () => {
    addJobs(scene, 150);
    const api = scene.jobApi();
    const listJobs = (after: string | null) => api.listJobs(after === null ? null : 'ftjob-gone');
    for (let sweep = 0; sweep < 2; sweep++) {
      await expect(sweeper.sweep({ api: { ...api, listJobs } })).rejects.toThrow(/after/);
      expect(pages()).toBeLessThanOrEqual(2 * (sweep + 1) + 1);
    }
  });
});

describe('two sweeps of one source at once', () => {
  it('find everything between them', async () => {
    const jobs = addJobs(scene, 250);
    const ended = await Promise.all([sweeper.sweep(), sweeper.sweep()]);
    expect(ended.filter(Boolean)).toHaveLength(1);
    expect(new Set(sweeper.handedOn())).toEqual(new Set(jobs));
    expect((await sweeper.sweepRecord())?.open).toHaveLength(250);
  });
});
