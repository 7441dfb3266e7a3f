import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { observeAndWake } from '../../../lambdas/use-cases/observe/observe-and-wake.ts';
import { createScene, type Scene } from '../scene.ts';
import { observeDeps, rows, webhookFor } from './looking.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await createScene();
});
afterEach(() => scene.close());

/** A waker that counts, and notes what the ledger held when it was called. */
function countingWaker() {
  const seen: number[] = [];
  return { seen, wake: async () => void seen.push((await rows(scene)).jobs.length) };
}

async function lookAndWake(jobId: string, waker: { wake(): Promise<void> }) {
  const deps = observeDeps(scene);
  return { outcome: await observeAndWake({ ...deps, waker }, webhookFor(scene, jobId), 1), lines: deps.lines };
}

describe('the share function', () => {
  it('is woken once everything it has to do is in the ledger, and not again for the same job', async () => {
    const waker = countingWaker();
    const job = scene.addJob(3);
    expect((await lookAndWake(job.id, waker)).outcome).toEqual({ kind: 'done' });
    expect(waker.seen).toEqual([1]);
    await lookAndWake(job.id, waker);
    expect(waker.seen).toEqual([1]);
  });

  it.each(['failed', 'running'])('is left alone for a job that is %s', async (status) => {
    const waker = countingWaker();
    await lookAndWake(scene.fake.addJob({ projectId: 'proj_RESEARCH', status }).id, waker);
    expect(waker.seen).toEqual([]);
  });

  it('that cannot be woken fails nothing: the work is in the ledger for its next tick', async () => {
    const waker = { wake: async () => Promise.reject(new Error('Rate Exceeded')) };
    const job = scene.addJob(1);
    const { outcome, lines } = await lookAndWake(job.id, waker);
    expect(outcome).toEqual({ kind: 'done' });
    expect(lines.at(-1)).toMatchObject({ level: 'warn', fields: { jobId: job.id } });
    expect((await scene.recorded()).map(({ state }) => state)).toEqual(['pending', 'pending', 'pending']);
  });
});
