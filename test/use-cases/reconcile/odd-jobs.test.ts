import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sweepSource } from '../../../lambdas/use-cases/reconcile/sweep-source.ts';
import { createScene, type Scene } from '../scene.ts';
import { addJobs, createSweeper, HOUR_MS } from './sweeping.ts';

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

const odd = async () => (await sweeper.sweepRecord())?.odd;
const known = async () => (await scene.ledger.listJobs(null)).items.map(({ jobId }) => jobId).sort();

describe.each<[string, unknown, number]>([
  ['without a base model', { model: null }, 1],
  ['without a time', { created_at: 'yesterday' }, 1],
  ['of another shape', { status: { state: 'succeeded' } }, 1],
  ['that is no object', 'nonsense', 0],
  ['without an id', { id: null }, 0],
])('one job %s in a page', (_, told, withId) => {
  it('keeps no other from being found, and is named', async () => {
    const jobs = addJobs(scene, 150);
    const [first = '', ...others] = jobs;
    const inTheMiddle = jobs[100] ?? '';
    // The last of a page, from which the next one goes on, and one within.
    const lastOfPage = jobs[50] ?? '';
    for (const id of [first, inTheMiddle, lastOfPage]) scene.fake.distort(id, told);
    expect(await sweeper.sweep()).toBe(true);
    await sweeper.observeAll();
    expect(await known()).toEqual(others.filter((id) => id !== inTheMiddle && id !== lastOfPage).sort());
    const named = await odd();
    expect(named).toHaveLength(3);
    expect(named?.filter(({ id }) => id !== null)).toHaveLength(3 * withId);
    expect(named?.[0]?.problem).toMatch(/another form than documented/);
    expect(await sweeper.sweepRecord()).toMatchObject({ walk: null, seenTo: scene.time.now(), error: null });
  });

  it('is found once it can be read, and not named any more', async () => {
    const [id = ''] = addJobs(scene, 3);
    scene.fake.distort(id, told);
    await sweeper.sweep();
    scene.fake.distort(id, undefined);
    await sweeper.sweep();
    await sweeper.observeAll();
    expect(await known()).toHaveLength(3);
    await sweeper.sweep();
    expect(await sweeper.sweepRecord()).toMatchObject({ odd: [], open: [] });
  });
});

describe('an odd job', () => {
  it('is asked for by itself once no page shows it any more, until OpenAI has it no more', async () => {
    const [id = ''] = addJobs(scene, 1);
    scene.fake.distort(id, { model: null });
    await sweeper.sweep();
    scene.time.advance(48 * HOUR_MS);
    addJobs(scene, 120);
    for (let sweep = 0; sweep < 2; sweep++) {
      expect(await sweeper.sweep()).toBe(true);
      await sweeper.observeAll();
    }
    expect(await odd()).toMatchObject([{ id }]);
    const gone = { ...scene.jobApi(), getJob: () => scene.jobApi().getJob('ftjob-gone') };
    await sweeper.sweep({ api: gone });
    expect(await sweeper.sweepRecord()).toMatchObject({ odd: [], open: [id] });
    scene.time.advance(24 * HOUR_MS);
    await sweeper.sweep({ api: gone });
    expect(await sweeper.sweepRecord()).toMatchObject({ odd: [], open: [] });
  });

  it('is said in the log', async () => {
    const [id = ''] = addJobs(scene, 1);
    scene.fake.distort(id, { model: null });
    const deps = sweeper.deps();
    await sweepSource(deps, 'research', scene.jobApi(), scene.time.now() + HOUR_MS);
    expect(deps.lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        fields: expect.objectContaining({ jobs: [expect.objectContaining({ id })] }),
      }),
    );
  });

  it('beside thousands of its kind does not hold the sweep up', async () => {
    for (const id of addJobs(scene, 2_300)) scene.fake.distort(id, { model: null });
    expect(await sweeper.sweep()).toBe(true);
    const { open, odd, walk } = (await sweeper.sweepRecord()) ?? expect.unreachable();
    expect({ open: open.length, odd: odd?.length, walk }).toEqual({ open: 100, odd: 100, walk: null });
  });

  it('that says it was made in a time to come does not end later sweeps before their time', async () => {
    addJobs(scene, 1, { createdAt: scene.time.now() + 10_000 * HOUR_MS });
    await sweeper.sweep();
    await sweeper.observeAll();
    const late = addJobs(scene, 150);
    await sweeper.sweep();
    expect(sweeper.handedOn()).toHaveLength(late.length);
  });
});

describe('one odd checkpoint of a job', () => {
  it.each([{ fine_tuned_model_checkpoint: null }, { step_number: 'last' }, 'nonsense', { id: null, metrics: 1 }])(
    '(%j) keeps no other from being shared, and is named by the job; it is taken once it can be read',
    async (told) => {
      const job = scene.addJob(3);
      const [first] = job.checkpoints;
      scene.fake.distort(first?.id ?? '', told);
      await scene.observe(job.id);
      const names = async () => (await scene.ledger.listCheckpoints(null)).items.map(({ checkpoint }) => checkpoint);
      expect(await names()).toHaveLength(2);
      expect((await scene.ledger.getJob(job.id))?.note).toMatch(/a checkpoint that cannot be read/);
      scene.fake.distort(first?.id ?? '', undefined);
      scene.time.advance(HOUR_MS / 6);
      await sweeper.sweep();
      await sweeper.observeAll();
      expect(await names()).toHaveLength(3);
      expect((await scene.ledger.getJob(job.id))?.note).toBeNull();
    },
  );
});
