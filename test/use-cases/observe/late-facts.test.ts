import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobRecord } from '../../../lambdas/core/model/job.ts';
import { observe } from '../../../lambdas/use-cases/observe/observe.ts';
import { reconcile } from '../../../lambdas/use-cases/reconcile/reconcile.ts';
import { type Hands, handsOn } from '../by-hand/by-hand.ts';
import { addJobs } from '../reconcile/sweeping.ts';
import { createScene, inAnHour, type Scene, TARGETS } from '../scene.ts';
import { look, observeDeps, rows, share, sharingWith } from './looking.ts';

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;
const LATE = { modelLagMs: MINUTE_MS, checkpointsLagMs: MINUTE_MS } as const;

let scene: Scene;
let hands: Hands;
beforeEach(async () => {
  scene = await createScene({ rules: { limit: 100 } });
  hands = handsOn(scene);
});
afterEach(async () => {
  expect(scene.fake.unexpected).toEqual([]);
  await scene.close();
});

const reads = () => {
  const { 'jobs.get': gets = 0, 'jobs.checkpoints': lists = 0 } = scene.fake.calls.byEndpoint();
  return gets + lists;
};
const toAdopt = (jobId: string) => ({ command: 'adopt-job', jobId, source: null }) as const;
const namesOf = (job: { checkpoints: readonly { checkpoint: string }[] }) =>
  job.checkpoints.map(({ checkpoint }) => checkpoint);
const everybody = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, [...TARGETS]]));

/** A tick every quarter of an hour, for so long. */
async function ticks(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 15 * MINUTE_MS) {
    scene.time.advance(15 * MINUTE_MS);
    await hands.sweeper.reconcile();
    await hands.sweeper.observeAll();
  }
}

/** A person's `ckpt reconcile`. */
async function reconcileByHand(): Promise<void> {
  await reconcile(hands.sweeper.deps(), false, inAnHour(scene), scene.time.now());
  await hands.sweeper.observeAll();
}

describe('a job that says it has succeeded before it names its model', () => {
  it('is looked at some more times by the webhook, and shared as soon as it is told', async () => {
    Object.assign(scene.fake.quirks, { modelLagMs: MINUTE_MS });
    const job = scene.addJob(3);
    const outcome = { kind: 'retry', afterSeconds: 30, reason: 'OpenAI does not name its model' };
    expect(await look(scene, job.id)).toMatchObject(outcome);
    expect(await rows(scene)).toMatchObject({ jobs: [{ note: expect.stringContaining('does not name its model') }] });
    expect(await look(scene, job.id, { attempt: 3 })).toMatchObject(outcome);
    expect(await look(scene, job.id, { attempt: 4 })).toMatchObject({ kind: 'done' });
    scene.time.advance(MINUTE_MS);
    expect(await look(scene, job.id)).toEqual({ kind: 'done', wanted: true });
    expect(await share(scene, namesOf(job))).toEqual(everybody(namesOf(job)));
    expect(scene.fake.calls.count({ endpoint: 'permissions.create' })).toBe(3);
    expect(await rows(scene)).toMatchObject({ jobs: [{ note: null }] });
  });

  it('is found by the sweeps of the next hour, also when no page shows it', async () => {
    Object.assign(scene.fake.quirks, LATE);
    const [id = ''] = addJobs(scene, 1, { status: 'running' });
    await hands.reconcile();
    scene.time.advance(48 * 60 * MINUTE_MS);
    addJobs(scene, 120, { status: 'failed' });
    await hands.reconcile();
    const job = scene.fake.finishJob(id);
    await look(scene, id, { attempt: 4 });
    await ticks(60 * MINUTE_MS);
    expect(await share(scene, namesOf(job))).toEqual(everybody(namesOf(job)));
  });

  it('for good is read twice more by itself, and no more', async () => {
    scene.fake.quirks.modelLagMs = Number.POSITIVE_INFINITY;
    const job = scene.addJob(1);
    await look(scene, job.id, { attempt: 4 });
    scene.fake.calls.reset();
    await ticks(60 * MINUTE_MS);
    expect(reads()).toBe(4);
    await ticks(24 * 60 * MINUTE_MS);
    expect(reads()).toBe(4);
    expect(await hands.sweeper.sweepRecord()).toMatchObject({ open: [], handedOn: [] });
  });
});

describe('checkpoints that are listed late', () => {
  it('are taken as they come, each with one POST', async () => {
    scene.fake.quirks.checkpointsLagMs = 4 * MINUTE_MS;
    const job = scene.addJob(3);
    expect(await look(scene, job.id)).toMatchObject({ kind: 'done' });
    expect((await rows(scene)).checkpoints).toHaveLength(1);
    scene.time.advance(4 * MINUTE_MS);
    await look(scene, job.id);
    expect((await rows(scene)).checkpoints).toHaveLength(2);
    await ticks(30 * MINUTE_MS);
    expect(await share(scene, namesOf(job))).toEqual(everybody(namesOf(job)));
    expect(scene.fake.calls.count({ endpoint: 'permissions.create' })).toBe(3);
  });

  it('are awaited, too, where OpenAI does not say how many there are', async () => {
    Object.assign(scene.fake.quirks, { checkpointsLagMs: 10, epochs: 'auto' });
    const job = scene.addJob(2);
    scene.time.advance(10);
    await look(scene, job.id);
    await ticks(30 * MINUTE_MS);
    expect(await share(scene, namesOf(job))).toEqual(everybody(namesOf(job)));
  });
});

describe('metrics that come late', () => {
  const policy = sharingWith(['proj_EU'], { checkpoints: { kind: 'best', metric: 'valid_loss' } });

  it('are awaited where a rule takes the best by them', async () => {
    scene.fake.quirks.metricsLagMs = 3 * MINUTE_MS;
    const job = scene.addJob(3);
    expect(await look(scene, job.id, { policy })).toEqual({ kind: 'done', wanted: false });
    scene.time.advance(6 * MINUTE_MS);
    const request = { source: 'research', jobId: job.id, webhookAt: null };
    expect(await observe(observeDeps(scene, { policy }), request, 1)).toEqual({ kind: 'done', wanted: true });
    expect(await share(scene, namesOf(job))).toMatchObject({ [job.finalModel]: ['proj_EU'] });
  });

  it('are none of the business of any other rule', async () => {
    scene.fake.quirks.metricsLagMs = 3 * MINUTE_MS;
    const job = scene.addJob(3);
    await look(scene, job.id);
    scene.fake.calls.reset();
    await ticks(60 * MINUTE_MS);
    expect(reads()).toBe(0);
  });
});

describe('a person who asks', () => {
  it.each<[string, (jobId: string) => Promise<unknown>]>([
    ['by adopting the job', (jobId) => hands.ask(toAdopt(jobId))],
    ['by a reconcile', reconcileByHand],
    [
      'by forgetting and adopting it',
      async (jobId) => {
        await hands.ask({ command: 'forget-job', jobId });
        await hands.ask(toAdopt(jobId));
      },
    ],
  ])('%s has it read again, at once or long after', async (_, ask) => {
    for (const isLongAfter of [false, true]) {
      Object.assign(scene.fake.quirks, LATE);
      const job = scene.addJob(2);
      await look(scene, job.id, { attempt: 4 });
      if (isLongAfter) {
        await ticks(60 * MINUTE_MS);
        scene.time.advance(WEEK_MS);
        addJobs(scene, 120, { status: 'failed' });
        await hands.reconcile();
      }
      scene.time.advance(3 * MINUTE_MS);
      await ask(job.id);
      expect(await share(scene, namesOf(job))).toEqual(everybody(namesOf(job)));
    }
  });

  it('has also one read again that was told whole, which writes and wants nothing new', async () => {
    const job = scene.addJob(2);
    await look(scene, job.id);
    const before = await rows(scene);
    scene.fake.calls.reset();
    scene.time.advance(MINUTE_MS);
    await hands.ask(toAdopt(job.id));
    expect(reads()).toBeGreaterThan(0);
    expect(await rows(scene)).toEqual(before);
    scene.fake.calls.reset();
    await reconcileByHand();
    expect(reads()).toBe(0);
  });

  it('for a reconcile waits for the look', async () => {
    Object.assign(scene.fake.quirks, LATE);
    const job = scene.addJob(2);
    await look(scene, job.id, { attempt: 4 });
    scene.time.advance(3 * MINUTE_MS);
    const askedAt = scene.time.now();
    const progress = () =>
      hands.ask({ command: 'progress', askedAt: new Date(askedAt).toISOString(), verifyAll: false, endedAt: null });
    await reconcile(hands.sweeper.deps(), false, inAnHour(scene), askedAt);
    expect(await progress()).toMatchObject({ settled: false, sources: [{ toObserve: 1 }] });
    await hands.sweeper.observeAll();
    expect(await progress()).toMatchObject({ sources: [{ toObserve: 0 }] });
    await hands.share();
    expect(await progress()).toMatchObject({ settled: true });
  });

  it('for a reconcile does not wait for a look that is due later', async () => {
    scene.fake.quirks.modelLagMs = Number.POSITIVE_INFINITY;
    const job = scene.addJob(2);
    await look(scene, job.id, { attempt: 4 });
    await reconcileByHand();
    await hands.share();
    const askedAt = new Date(scene.time.now()).toISOString();
    scene.time.advance(20 * MINUTE_MS);
    const progress = await hands.ask({ command: 'progress', askedAt, verifyAll: false, endedAt: null });
    expect(progress).toMatchObject({ settled: true, sources: [{ toObserve: 0 }] });
  });
});

describe('a later look that shows less', () => {
  it('takes nothing away', async () => {
    const job = scene.addJob(3);
    await look(scene, job.id);
    await share(scene, []);
    const before = await rows(scene);
    Object.assign(scene.fake.quirks, { checkpointsKept: 1, modelLagMs: Number.POSITIVE_INFINITY });
    await hands.ask(toAdopt(job.id));
    expect(await rows(scene)).toEqual(before);
    await look(scene, job.id, { policy: sharingWith(['proj_EU', 'proj_US']) });
    const states = (await scene.recorded()).map(({ projectId, state }) => `${projectId} ${state}`);
    expect(new Set(states)).toEqual(new Set(['proj_EU active', 'proj_US active', 'proj_ASIA orphaned']));
  });

  it('and one that finds no such job keeps what is known', async () => {
    Object.assign(scene.fake.quirks, { checkpointsLagMs: 4 * MINUTE_MS });
    const job = scene.addJob(3);
    await look(scene, job.id);
    const other = scene.fake.addProject({ id: 'proj_OTHER' });
    expect(await look(scene, job.id, { api: scene.jobApi(other.apiKey) })).toMatchObject({ kind: 'done' });
    expect((await scene.recorded()).map(({ state }) => state)).toEqual(['pending', 'pending', 'pending']);
  });
});

describe('two observers at once, of which OpenAI tells one more', () => {
  it('come to know what either was told', async () => {
    scene.fake.quirks.checkpointsLagMs = 4 * MINUTE_MS;
    const job = scene.addJob(2);
    let isFirst = true;
    const slower = {
      ...scene.ledger,
      saveJob: async (record: JobRecord) => {
        if (isFirst) {
          isFirst = false;
          scene.fake.quirks.checkpointsLagMs = 4 * MINUTE_MS;
          await look(scene, job.id);
        }
        return scene.ledger.saveJob(record);
      },
    };
    scene.fake.quirks.checkpointsLagMs = 0;
    expect(await look(scene, job.id, { ledger: slower })).toMatchObject({ kind: 'retry', afterSeconds: 1 });
    scene.fake.quirks.checkpointsLagMs = 0;
    await look(scene, job.id, { attempt: 2 });
    expect((await scene.ledger.getJob(job.id))?.checkpoints).toHaveLength(2);
    await hands.comeToRest();
    expect(await share(scene, namesOf(job))).toEqual(everybody(namesOf(job)));
  });
});

describe('a row of before looks were counted', () => {
  it('that has no model is read again by the next sweep; one that is whole costs no call', async () => {
    Object.assign(scene.fake.quirks, LATE);
    const [late, whole] = [scene.addJob(2), scene.addJob(2)];
    await look(scene, late.id, { attempt: 4 });
    scene.time.advance(10 * MINUTE_MS);
    await look(scene, whole.id);
    for (const { id } of [late, whole]) {
      const { unsureSince: _, epochs: __, ...old } = (await scene.ledger.getJob(id)) ?? expect.unreachable();
      await scene.ledger.saveJob(old);
    }
    scene.fake.calls.reset();
    await hands.comeToRest();
    expect(reads()).toBe(2);
    expect(hands.holders(late.finalModel)).toEqual([...TARGETS]);
  });
});
