import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OpenAIError } from '../../../lambdas/core/errors.ts';
import { createScene, type Scene } from '../scene.ts';
import { addJobs, createSweeper, HOUR_MS, slow } from './sweeping.ts';

let scene: Scene;
let sweeper: ReturnType<typeof createSweeper>;
beforeEach(async () => {
  scene = await createScene();
  sweeper = createSweeper(scene);
});
afterEach(() => scene.close());

/** Jobs that run when they are first seen, and so long that no page of a later sweep shows them. */
async function openJobs(count: number): Promise<readonly string[]> {
  const ids = addJobs(scene, count, { status: 'running' });
  await sweeper.sweep();
  expect(sweeper.handedOn()).toEqual([]);
  // A page full of newer ones, and one so much newer than these that later sweeps go no further back.
  for (const newer of [99, 1]) {
    scene.time.advance(48 * HOUR_MS);
    addJobs(scene, newer, { status: 'failed' });
    await sweeper.sweep();
    await sweeper.observeAll();
  }
  scene.fake.calls.reset();
  return ids;
}

const gets = () => scene.fake.calls.count({ endpoint: 'jobs.get' });

describe('a job that runs when it is first seen', () => {
  it('is remembered, asked for once a sweep, and handed on when it has ended', async () => {
    const [id = ''] = await openJobs(1);
    await sweeper.sweep();
    expect(gets()).toBe(1);
    expect(sweeper.handedOn()).toEqual([]);

    scene.fake.finishJob(id);
    await sweeper.sweep();
    await sweeper.observeAll();
    expect((await scene.recorded()).map(({ state }) => state)).toEqual(['pending', 'pending', 'pending']);
    await sweeper.sweep();
    expect(await sweeper.sweepRecord()).toMatchObject({ open: [] });
    scene.fake.calls.reset();
    await sweeper.sweep();
    expect(gets()).toBe(0);
  });

  it('is not asked for where a page shows it anyway, and handed on once', async () => {
    const [id = ''] = addJobs(scene, 1, { status: 'running' });
    await sweeper.sweep();
    scene.fake.finishJob(id);
    await sweeper.sweep();
    expect(sweeper.handedOn()).toEqual([id]);
    expect(gets()).toBe(0);
  });

  it('is forgotten when OpenAI has not had it for a day', async () => {
    const ids = await openJobs(3);
    const api = scene.jobApi();
    const gone = { ...api, getJob: (id: string) => api.getJob(id === ids[1] ? 'ftjob-gone' : id) };
    expect(await sweeper.sweep({ api: gone })).toBe(true);
    expect(new Set((await sweeper.sweepRecord())?.open)).toEqual(new Set(ids));
    scene.time.advance(24 * HOUR_MS);
    expect(await sweeper.sweep({ api: gone })).toBe(true);
    const after = await sweeper.sweepRecord();
    expect(new Set(after?.open)).toEqual(new Set([ids[0], ids[2]]));
    expect(after).not.toHaveProperty('missing');
  });

  it('is found after hours with the key of another project, which has none of the jobs', async () => {
    const [id = ''] = await openJobs(1);
    const api = scene.jobApi();
    const anothers = {
      ...api,
      listJobs: async () => ({ jobs: [], next: null }),
      getJob: () => api.getJob('ftjob-gone'),
    };
    for (const hours of [0, 1, 22]) {
      scene.time.advance(hours * HOUR_MS);
      await sweeper.sweep({ api: anothers });
    }
    scene.fake.finishJob(id);
    await sweeper.sweep();
    expect(sweeper.handedOn()).toEqual([id]);
    scene.time.advance(24 * HOUR_MS);
    // Whatever it was for, once it is there the time begins anew.
    await sweeper.sweep({ api: anothers });
    expect((await sweeper.sweepRecord())?.open).toEqual([id]);
  });
});

describe('many jobs that are open', () => {
  it('all stay so where the ledger fails', async () => {
    const ids = await openJobs(3);
    const broken = {
      ...scene.ledger,
      getJob: async (id: string) => {
        if (id === ids[1]) throw new Error('the ledger is away');
        return scene.ledger.getJob(id);
      },
    };
    await expect(sweeper.sweep({ ledger: broken })).rejects.toThrow('the ledger is away');
    expect((await sweeper.sweepRecord())?.open).toEqual(expect.arrayContaining([...ids]));
  });

  it('are looked at as far as the time goes, each in its turn', async () => {
    const ids = await openJobs(5);
    const looked: string[] = [];
    const api = slow(scene, scene.jobApi(), 60_000);
    const getJob = (id: string) => {
      looked.push(id);
      return api.getJob(id);
    };
    // A minute for the page, two for jobs.
    for (let sweep = 0; sweep < 3; sweep++) {
      await sweeper.sweep({ api: { ...api, getJob } }, scene.time.now() + 3 * 60_000);
    }
    expect(new Set(looked)).toEqual(new Set(ids));
    expect((await sweeper.sweepRecord())?.open).toHaveLength(5);
  });

  it('of which one fails every time are all looked at even so', async () => {
    const ids = await openJobs(4);
    const looked = new Set<string>();
    const api = scene.jobApi();
    const failing = {
      ...api,
      getJob: async (id: string) => {
        if (id === ids[1]) scene.fake.faults.queue('jobs.get', 'error-before');
        else looked.add(id);
        return api.getJob(id);
      },
    };
    for (let sweep = 0; sweep < 2; sweep++) {
      await expect(sweeper.sweep({ api: failing })).rejects.toBeInstanceOf(OpenAIError);
    }
    expect(looked).toEqual(new Set(ids.filter((id) => id !== ids[1])));
    expect(new Set((await sweeper.sweepRecord())?.open)).toEqual(new Set(ids));
  });
});

describe('a history larger than observe can take at once', () => {
  it('waits for observe, so that what is remembered stays small, and comes to its end', async () => {
    addJobs(scene, 2_150, { status: 'failed' });
    expect(await sweeper.sweep()).toBe(false);
    expect((await sweeper.sweepRecord())?.open).toHaveLength(2_000);
    expect(sweeper.handedOn()).toHaveLength(2_000);

    scene.fake.calls.reset();
    expect(await sweeper.sweep({}, scene.time.now() + 1)).toBe(false);
    expect(scene.fake.calls.count({ endpoint: 'jobs.list' })).toBe(0);
    await sweeper.observeAll();
    // The sweep that finds them done, and the one that goes on.
    await sweeper.sweep();
    expect(await sweeper.sweep()).toBe(true);
    await sweeper.observeAll();
    await sweeper.sweep();
    expect(await sweeper.sweepRecord()).toMatchObject({ open: [], walk: null });
    expect((await scene.ledger.listJobs(null)).items).toHaveLength(2_150);
  });
});
