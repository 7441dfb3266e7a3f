import { describe, expect, it } from 'vitest';
import { readWanted } from '../../../lambdas/core/plan/wanted.ts';
import { aJob, aPolicy, aRule, DAY_MS, FINAL } from '../policy/builders.ts';

const NOW = 1001 * DAY_MS;
const POLICY = aPolicy([aRule({ to: ['proj_EU'] })]);

describe('what the policy wants of the jobs that are known', () => {
  it('has a job of which it says nothing for read, and one that it wants nothing of, too', () => {
    const failed = aJob({ jobId: 'ftjob-2', status: 'failed', finalModel: null, checkpoints: [] });
    const { jobs, notes, wants } = readWanted(POLICY, [aJob(), failed], NOW);
    expect([...jobs]).toEqual(['ftjob-1', 'ftjob-2']);
    expect([...wants.keys()]).toEqual([FINAL]);
    expect(notes.get('ftjob-2')).toEqual(['the job failed: nothing is shared']);
  });

  it('counts a job that has not ended as not read', () => {
    const { jobs, notes } = readWanted(POLICY, [aJob({ status: 'running', finalModel: null, checkpoints: [] })], NOW);
    expect([jobs.size, notes.size]).toEqual([0, 0]);
  });

  it('counts a forgotten job as not read', () => {
    const forgotten = { ...aJob(), forgotten: { at: NOW, by: 'jane' } };
    const { jobs, notes, wants } = readWanted(POLICY, [forgotten], NOW);
    expect([jobs.size, notes.size, wants.size]).toEqual([0, 0, 0]);
  });
});
