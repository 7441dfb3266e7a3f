import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContentionError } from '../../../lambdas/core/errors.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { createSweeper } from '../reconcile/sweeping.ts';
import { REFUSALS, TABLE_TROUBLE } from '../refusing.ts';
import { createScene, inAnHour, type Scene } from '../scene.ts';
import { look } from './looking.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await createScene({ targets: ['proj_EU'] });
});
afterEach(() => scene.close());

/** A job of three checkpoints, the first of which cannot be written. */
function jobWithBadRow(error: Error) {
  const job = scene.addJob(3);
  const [bad = '', ...others] = job.checkpoints.map(({ checkpoint }) => checkpoint);
  scene.ledger.refuse(bad, error);
  return { jobId: job.id, bad, others };
}

const known = async () => (await scene.ledger.listCheckpoints(null)).items.map(({ checkpoint }) => checkpoint);
const planned = async (jobId: string) => (await scene.ledger.getJob(jobId))?.plannedWith !== null;

describe.each(Object.entries(REFUSALS))('one checkpoint of a job that %s', (_, error) => {
  it('keeps none of the others from being wanted; the sweep takes it up when it can be written', async () => {
    const { jobId, bad, others } = jobWithBadRow(error);
    expect(await look(scene, jobId, { attempt: 4 })).toEqual({ kind: 'done', wanted: true });
    expect(await known()).toEqual([...others].sort());
    expect((await scene.ledger.getJob(jobId))?.note).toContain(`${bad} cannot be written to the ledger`);

    scene.ledger.refuse(bad, null);
    await scene.time.busy(createSweeper(scene).reconcile());
    await drain(scene.deps(), 'share', inAnHour(scene));
    for (const checkpoint of [bad, ...others]) expect(scene.fake.permissions(checkpoint)).toHaveLength(1);
  });
});

describe('a checkpoint that may be written in a moment', () => {
  it('is worth some more looks at its job, and no dead letter', async () => {
    const { jobId } = jobWithBadRow(REFUSALS['is throttled']);
    for (const attempt of [1, 2, 3]) {
      expect(await look(scene, jobId, { attempt })).toMatchObject({ kind: 'retry', wanted: true });
      expect(await planned(jobId)).toBe(false);
    }
    expect(await look(scene, jobId, { attempt: 4 })).toMatchObject({ kind: 'done' });
    expect(await planned(jobId)).toBe(true);
  });

  it('that is too large is not: more looks would not make it smaller', async () => {
    const { jobId } = jobWithBadRow(REFUSALS['is too large']);
    expect(await look(scene, jobId)).toMatchObject({ kind: 'done' });
    expect(await planned(jobId)).toBe(true);
  });
});

describe('the row of the job itself', () => {
  it('that stays busy comes back, with its checkpoints wanted', async () => {
    const { id } = scene.addJob(2);
    scene.ledger.refuse(id, new ContentionError('DynamoDB was too busy'));
    expect(await look(scene, id)).toMatchObject({ kind: 'retry', wanted: true });
    expect(await known()).toHaveLength(2);
  });

  it('that is too large is no dead letter', async () => {
    const { id } = scene.addJob(2);
    scene.ledger.refuse(id, REFUSALS['is too large']);
    expect(await look(scene, id)).toMatchObject({ kind: 'done', wanted: true });
  });
});

it('what concerns the whole table fails the message', async () => {
  const { jobId } = jobWithBadRow(TABLE_TROUBLE['no access']);
  await expect(look(scene, jobId)).rejects.toThrow('not authorized');
});
