import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sweepSource } from '../../../lambdas/use-cases/reconcile/sweep-source.ts';
import { createScene, recordLog, type Scene } from '../scene.ts';
import { addJobs, createSweeper, HOUR_MS } from './sweeping.ts';

let scene: Scene;
let sweeper: ReturnType<typeof createSweeper>;
beforeEach(async () => {
  scene = await createScene({ rules: { limit: 1_000 } });
  sweeper = createSweeper(scene);
});
afterEach(() => scene.close());

const known = async () => (await scene.ledger.listJobs(null)).items.map(({ jobId }) => jobId).sort();
const pages = () => scene.fake.calls.count({ endpoint: 'jobs.list' });

describe.each(['empty-pages', 'circle'] as const)('a list of jobs without an end (%s)', (listEnd) => {
  it('is found out, told as what it is, and keeps no job from being found', async () => {
    const jobs = addJobs(scene, 250);
    scene.fake.quirks.listEnd = listEnd;
    const { log, lines } = recordLog();
    expect(await sweepSource({ ...sweeper.deps(), log }, 'research', scene.jobApi(), scene.time.now() + HOUR_MS)).toBe(
      false,
    );
    await sweeper.observeAll();
    expect(await known()).toEqual([...jobs].sort());
    expect(pages()).toBeLessThan(6);
    expect(await sweeper.sweepRecord()).toMatchObject({
      seenTo: null,
      walk: null,
      error: expect.stringContaining('list'),
    });
    expect(lines.filter(({ level }) => level === 'error').map(({ fields }) => fields)).toMatchObject([
      {
        signal: 'source-failing',
        source: 'research',
        reason: expect.stringMatching(/^Older jobs of research are not found/),
      },
    ]);
  });

  it('keeps no later job from being found, either, nor open ones from being looked at', async () => {
    addJobs(scene, 120);
    scene.fake.quirks.listEnd = listEnd;
    await sweeper.sweep();
    await sweeper.observeAll();
    const [id = ''] = addJobs(scene, 1);
    await sweeper.sweep();
    await sweeper.observeAll();
    expect(await known()).toContain(id);
    await sweeper.sweep();
    expect((await sweeper.sweepRecord())?.open).toEqual([]);
  });

  it('is whole, and told no more, once it has an end', async () => {
    addJobs(scene, 120);
    scene.fake.quirks.listEnd = listEnd;
    await sweeper.sweep();
    scene.fake.quirks.listEnd = 'told';
    expect(await sweeper.sweep()).toBe(true);
    expect(await sweeper.sweepRecord()).toMatchObject({ seenTo: expect.any(Number), error: null });
  });
});
