import { afterEach, describe, expect, it } from 'vitest';
import { MINUTE } from '../../builders/checkpoints.ts';
import type { Quirks } from '../../fake-openai/quirks.ts';
import { Killed, Killer } from '../../support/crash.ts';
import { createScene, type Scene, TARGETS } from '../scene.ts';
import { look, rows, share } from './looking.ts';

let scene: Scene;
afterEach(() => scene.close());

/** Runs one observe function that is killed; false when it came to its end before that. */
async function lookAndDie(jobId: string, at: number, moment: 'before' | 'after'): Promise<boolean> {
  const killer = new Killer(at, moment);
  const parts = { ledger: killer.watch(scene.ledger), api: killer.watch(scene.jobApi()) };
  await look(scene, jobId, parts).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
  return killer.struck;
}

const QUIRKS: readonly Partial<Quirks>[] = [{ finalModelListed: true }, { finalModelListed: false }];

describe.each(QUIRKS)('killed between any two of its steps, with %o', (quirks) => {
  it.each(['before', 'after'] as const)('%s each step: looking again comes to the same end', async (moment) => {
    let struck = true;
    for (let at = 0; struck; at++) {
      scene = await createScene({ fake: { quirks } });
      const job = scene.addJob(2);
      struck = await lookAndDie(job.id, at, moment);
      // A final model that is not listed by then is taken as it is.
      scene.time.advance(60 * MINUTE);
      const again = await look(scene, job.id, { attempt: 2 });
      expect(again.kind).toBe('done');

      const { jobs, checkpoints } = await rows(scene);
      expect(jobs).toMatchObject([{ jobId: job.id, status: 'succeeded', version: 1, note: null }]);
      expect(checkpoints.map(({ version }) => version)).toEqual([1, 1]);
      const names = job.checkpoints.map(({ checkpoint }) => checkpoint);
      expect(await share(scene, names)).toEqual(Object.fromEntries(names.map((name) => [name, [...TARGETS]])));
      expect(scene.fake.calls.count({ endpoint: 'permissions.create' })).toBe(2);
      expect(at).toBeLessThan(50);
      await scene.close();
    }
  });
});

describe('a job whose observer died half-way', () => {
  it('does not count as planned', async () => {
    scene = await createScene();
    const job = scene.addJob(3);
    const killer = new Killer(1, 'before');
    const ledger = { ...scene.ledger, saveCheckpoint: killer.watch(scene.ledger).saveCheckpoint };
    await expect(look(scene, job.id, { ledger })).rejects.toBeInstanceOf(Killed);
    const { jobs, checkpoints } = await rows(scene);
    expect({ jobs, checkpoints: checkpoints.length }).toEqual({ jobs: [], checkpoints: 1 });
  });
});
