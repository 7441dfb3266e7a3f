import { expect, it } from 'vitest';
import type { JobRecord } from '../../lambdas/core/model/job.ts';
import type { SweepRecord } from '../../lambdas/core/model/sweep.ts';
import { MODEL, T0 } from '../builders/checkpoints.ts';
import type { MakeLedger } from './ledger-contract.ts';

/** A job that has ended well. */
export const JOB: JobRecord = {
  version: 0,
  jobId: 'ftjob-1',
  source: 'research',
  status: 'succeeded',
  baseModel: 'gpt-4o-mini-2024-07-18',
  finalModel: MODEL,
  metadata: { stage: 'release' },
  createdAt: T0,
  finishedAt: T0 + 1,
  checkpoints: [{ checkpoint: MODEL, step: null, final: true, metrics: { full_valid_loss: 0.125 } }],
  plannedWith: 'digest',
  note: null,
  observedAt: T0 + 2,
};

const SWEEP: SweepRecord = {
  version: 0,
  source: 'research',
  seenTo: null,
  walk: { after: 'ftjob-9', newest: T0, jobs: 100 },
  open: ['ftjob-3'],
  handedOn: [],
  sweptAt: T0,
  error: null,
};

export function jobRules(makeLedger: MakeLedger): void {
  it('a job is read as it was stored, one version on', async () => {
    const ledger = await makeLedger();
    expect(await ledger.getJob('ftjob-1')).toBeUndefined();
    expect(await ledger.saveJob(JOB)).toBe(true);
    expect(await ledger.getJob('ftjob-1')).toEqual({ ...JOB, version: 1 });
  });

  it('a job decided on an older version changes nothing', async () => {
    const ledger = await makeLedger();
    await ledger.saveJob(JOB);
    expect(await ledger.saveJob({ ...JOB, note: 'late' })).toBe(false);
    expect(await ledger.saveJob({ ...JOB, version: 1, note: 'next' })).toBe(true);
    expect(await ledger.getJob('ftjob-1')).toMatchObject({ version: 2, note: 'next' });
  });

  it('that a job is forgotten is kept with it, and taken back with it', async () => {
    const ledger = await makeLedger();
    await ledger.saveJob({ ...JOB, forgotten: { at: T0, by: 'jane' } });
    expect((await ledger.getJob('ftjob-1'))?.forgotten).toEqual({ at: T0, by: 'jane' });
    await ledger.saveJob({ ...JOB, version: 1 });
    expect(await ledger.getJob('ftjob-1')).not.toHaveProperty('forgotten');
  });

  it('of ten observers of a job at once exactly one writes it', async () => {
    const ledger = await makeLedger();
    const stood = await Promise.all(Array.from({ length: 10 }, () => ledger.saveJob(JOB)));
    expect(stood.filter(Boolean)).toHaveLength(1);
  });

  it('lists every job once', async () => {
    const ledger = await makeLedger();
    const ids = Array.from({ length: 30 }, (_, index) => `ftjob-${index}`);
    for (const jobId of ids) await ledger.saveJob({ ...JOB, jobId });
    const listed: string[] = [];
    for (let cursor: string | null = null, more = true; more; ) {
      const page = await ledger.listJobs(cursor);
      listed.push(...page.items.map(({ jobId }) => jobId));
      cursor = page.cursor;
      more = cursor !== null;
    }
    expect(listed.sort()).toEqual(ids.sort());
  });

  it('a sweep is kept under its source, and one decided on an older version changes nothing', async () => {
    const ledger = await makeLedger();
    expect(await ledger.getSweep('research')).toBeUndefined();
    expect(await ledger.saveSweep(SWEEP)).toBe(true);
    expect(await ledger.saveSweep({ ...SWEEP, error: 'late' })).toBe(false);
    expect(await ledger.saveSweep({ ...SWEEP, version: 1, walk: null, seenTo: T0 })).toBe(true);
    expect(await ledger.getSweep('research')).toEqual({ ...SWEEP, version: 2, walk: null, seenTo: T0 });
    expect(await ledger.getSweep('other')).toBeUndefined();
  });
}
