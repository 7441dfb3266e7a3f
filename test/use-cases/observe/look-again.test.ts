import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lookAgain } from '../../../lambdas/use-cases/observe/look-again.ts';
import { MINUTE } from '../../builders/checkpoints.ts';
import { createScene, type Scene } from '../scene.ts';
import { look, observeDeps, type Parts, rows, sharingWith } from './looking.ts';

let scene: Scene;
let woken: number;
beforeEach(async () => {
  scene = await createScene();
  woken = 0;
});
afterEach(async () => {
  expect(scene.fake.unexpected).toEqual([]);
  await scene.close();
});

const reads = () => scene.fake.calls.count({ endpoint: 'jobs.get' });
const waker = { wake: async () => void woken++ };

/** The function's own tick, every five minutes for so long; no sweep comes. */
async function ticks(ms: number, parts: Parts = {}): Promise<void> {
  for (let passed = 0; passed < ms; passed += 5 * MINUTE) {
    scene.time.advance(5 * MINUTE);
    await lookAgain({ ...observeDeps(scene, parts), waker }, scene.time.now() + MINUTE);
  }
}

/** A job whose webhook came as soon as it ended, and has looked as often as a webhook does. */
async function ended(parts: Parts = {}) {
  const job = scene.addJob(3);
  await look(scene, job.id, { ...parts, attempt: 4 });
  scene.fake.calls.reset();
  return job;
}
const best = sharingWith(['proj_EU'], { checkpoints: { kind: 'best', metric: 'valid_loss' } });

describe('an ended job that OpenAI may not have told all of, however long no sweep comes', () => {
  it.each([
    ['its model', { modelLagMs: 20 * MINUTE }, undefined],
    ['its checkpoints', { checkpointsLagMs: 8 * MINUTE }, undefined],
    ['the metric that a rule takes the best by', { metricsLagMs: 8 * MINUTE }, best],
  ])('is shared within the hour when %s comes late', async (_, quirks, policy = scene.policy) => {
    Object.assign(scene.fake.quirks, quirks);
    const job = await ended({ policy });
    await ticks(40 * MINUTE, { policy });
    const pending = (await scene.recorded()).filter(({ state }) => state === 'pending');
    const expected = policy === best ? [job.finalModel] : job.checkpoints.map(({ checkpoint }) => checkpoint);
    expect(new Set(pending.map(({ checkpoint }) => checkpoint))).toEqual(new Set(expected));
    expect(woken).toBeGreaterThan(0);
  });

  it('is read after 5 minutes and after 30, and no more', async () => {
    scene.fake.quirks.modelLagMs = Number.POSITIVE_INFINITY;
    await ended();
    const seen: number[] = [];
    for (let tick = 0; tick < 24; tick++) {
      await ticks(5 * MINUTE);
      seen.push(reads());
    }
    expect(seen).toEqual([...Array(5).fill(1), ...Array(19).fill(2)]);
    expect(await scene.ledger.dueJobs(0, Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
  });

  it('is taken as it is where its final model stands beside its list for good', async () => {
    scene.fake.quirks.finalModelListed = false;
    const job = await ended();
    await ticks(120 * MINUTE);
    expect(reads()).toBe(2);
    scene.fake.calls.reset();
    await look(scene, job.id);
    expect(reads()).toBe(0);
    expect((await rows(scene)).checkpoints).toHaveLength(3);
  });

  it('is found by the next tick where OpenAI or the ledger fails, and holds up no other', async () => {
    scene.fake.quirks.modelLagMs = 2 * MINUTE;
    const [first, second] = [await ended(), await ended()];
    scene.fake.faults.queue('jobs.get', 'error-before', 'error-before');
    await ticks(5 * MINUTE);
    const unnamed = async () => (await rows(scene)).jobs.filter(({ finalModel }) => finalModel === null).length;
    expect(await unnamed()).toBe(2);
    scene.ledger.refuse(first.id, new Error('the ledger is away'));
    await expect(ticks(5 * MINUTE)).rejects.toThrow('the ledger is away');
    scene.ledger.refuse(first.id, null);
    await ticks(5 * MINUTE);
    expect(await unnamed()).toBe(0);
    expect(second.id).not.toBe(first.id);
  });
});

describe('nothing is asked of OpenAI', () => {
  it('for a job that is told whole, or that a person has had forgotten', async () => {
    await ended();
    scene.fake.quirks.modelLagMs = Number.POSITIVE_INFINITY;
    const { id } = await ended();
    const job = (await scene.ledger.getJob(id)) ?? expect.unreachable();
    await scene.ledger.saveJob({ ...job, forgotten: { at: scene.time.now(), by: 'jane' } });
    await ticks(40 * MINUTE);
    expect(reads()).toBe(0);
  });

  it('for one that the index shows, and that has been read meanwhile', async () => {
    scene.fake.quirks.modelLagMs = Number.POSITIVE_INFINITY;
    const { id } = await ended();
    const ledger = { ...scene.ledger, dueJobs: async () => [id, 'ftjob-gone'] };
    await lookAgain({ ...observeDeps(scene, { ledger }), waker }, scene.time.now() + MINUTE);
    expect(reads()).toBe(0);
  });

  it('for ever of one that cannot be read: after an hour it is the sweeps’', async () => {
    scene.fake.quirks.modelLagMs = Number.POSITIVE_INFINITY;
    await ended();
    let tries = 0;
    const api = scene.jobApi();
    const getJob = (id: string) => {
      tries++;
      scene.fake.faults.queue('jobs.get', 'error-before');
      return api.getJob(id);
    };
    await ticks(24 * 60 * MINUTE, { api: { ...api, getJob } });
    expect(tries).toBe(13);
  });

  it('once there is no time left', async () => {
    scene.fake.quirks.modelLagMs = Number.POSITIVE_INFINITY;
    await ended();
    scene.time.advance(6 * MINUTE);
    await lookAgain({ ...observeDeps(scene), waker }, scene.time.now());
    expect(reads()).toBe(0);
  });
});
