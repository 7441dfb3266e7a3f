import { describe, expect, it } from 'vitest';
import { newCheckpoint } from '../../../lambdas/core/checkpoint/record.ts';
import { type HeardJob, heardOf, withoutLook } from '../../../lambdas/core/plan/heard-of.ts';
import { DAY, MODEL, T0 } from '../../builders/checkpoints.ts';

const JOB: HeardJob = { source: 'research', jobId: 'ftjob-1', createdAt: T0 - 10 * DAY, finishedAt: T0 };
const NEW = newCheckpoint(MODEL, { source: 'research', jobId: 'ftjob-1' });
const TO_BE_LISTED = { lookFirst: true, verifyAt: T0, verifyPriority: 'repair' } as const;

const heard = (parts: Partial<HeardJob> = {}) => heardOf(MODEL, { ...JOB, ...parts }, T0);

describe('a checkpoint that is new to the ledger', () => {
  it('is shared without a look where its job has just ended, and knows since when one waits for it', () => {
    expect(heard()).toEqual({ ...NEW, jobEndedAt: T0 });
    const endedADayAgo = { ...JOB, finishedAt: T0, heardAt: T0 };
    expect(heardOf(MODEL, endedADayAgo, T0 + DAY - 1)).toEqual({ ...NEW, jobEndedAt: T0 });
    expect(heardOf(MODEL, endedADayAgo, T0 + DAY)).toEqual(NEW);
  });

  it.each<[string, Partial<HeardJob>]>([
    ['ended more than a day ago', { finishedAt: T0 - DAY - 1, heardAt: T0 }],
    ['ended more than a day before it was heard of', { finishedAt: T0 - 3 * DAY, heardAt: T0 - 2 * DAY + 1 }],
    ['ended more than a day before it was last observed', { finishedAt: T0 - 3 * DAY, observedAt: T0 - 2 * DAY + 1 }],
    ['began so long ago, and never says when it ended', { finishedAt: null, heardAt: T0 }],
  ])('is listed first where its job %s: somebody may have shared it', (_, parts) => {
    expect(heard(parts)).toEqual({ ...NEW, ...TO_BE_LISTED });
  });

  it.each<[string, Partial<HeardJob>]>([
    ['ended a day ago', { finishedAt: T0 - DAY, heardAt: T0 }],
    ['was heard of within a day of its end', { finishedAt: T0 - 3 * DAY, heardAt: T0 - 2 * DAY }],
    [
      'was heard of in time, whenever it was last observed',
      { finishedAt: T0 - DAY, heardAt: T0 - DAY, observedAt: T0 + DAY },
    ],
  ])('is not where its job %s', (_, parts) => {
    expect(heard(parts)).toEqual(NEW);
  });

  it('is listed first where nobody knows its job', () => {
    const pinned = newCheckpoint(MODEL, { source: null, jobId: null });
    expect(heardOf(MODEL, undefined, T0)).toEqual({ ...pinned, ...TO_BE_LISTED });
  });
});

describe('a look that cannot be had', () => {
  it('is done without, and leaves any other alone', () => {
    const { lookFirst: _, ...rest } = { ...NEW, ...TO_BE_LISTED };
    expect(withoutLook({ ...NEW, ...TO_BE_LISTED })).toEqual({ ...rest, verifyAt: null });
    expect(withoutLook({ ...NEW, verifyAt: T0 })).toEqual({ ...NEW, verifyAt: T0 });
  });
});
