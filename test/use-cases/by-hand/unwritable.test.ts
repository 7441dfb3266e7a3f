import { afterEach, beforeEach, expect, it } from 'vitest';
import { REFUSALS } from '../refusing.ts';
import { createScene, type Scene, TARGETS } from '../scene.ts';
import { type Hands, handsOn } from './by-hand.ts';

let scene: Scene;
let hands: Hands;
beforeEach(async () => {
  scene = await createScene({ rules: { limit: 100 } });
  hands = handsOn(scene);
});
afterEach(() => scene.close());

/** A shared job of three checkpoints, the first of which cannot be written from now on. */
async function jobWithBadRow(error: Error) {
  const job = scene.addJob(3);
  await scene.observe(job.id);
  await hands.share();
  scene.time.advance(600_000);
  const [bad = '', ...others] = job.checkpoints.map(({ checkpoint }) => checkpoint);
  scene.ledger.refuse(bad, error);
  return { jobId: job.id, bad, others };
}

const tracked = async () => new Set((await scene.recorded()).map(({ checkpoint }) => checkpoint));

it.each(Object.entries(REFUSALS))(
  'a job with a row that %s is forgotten but for that row, and taken up again',
  async (_, error) => {
    const { jobId, bad, others } = await jobWithBadRow(error);
    const refusal = await hands.refusal({ command: 'forget-job', jobId });
    expect(refusal.message).toContain(`${jobId} is forgotten, but ${bad} could not be written to the ledger`);
    expect(await tracked()).toEqual(new Set([bad]));
    scene.ledger.refuse(bad, null);
    await hands.ask({ command: 'forget-job', jobId });
    expect(await tracked()).toEqual(new Set());

    scene.ledger.refuse(bad, REFUSALS['is too large']);
    const again = await hands.refusal({ command: 'adopt-job', jobId, source: 'research' });
    expect(again.message).toContain(`${jobId} was looked at, but ${bad} could not be written`);
    await hands.share();
    expect(await tracked()).toEqual(new Set(others));
    for (const checkpoint of others) expect(hands.holders(checkpoint)).toEqual([...TARGETS]);
  },
);
