import { newCheckpoint, putUp } from '../checkpoint/record.ts';
import type { JobFacts, JobRecord } from '../model/job.ts';
import type { CheckpointRecord } from '../model/permission.ts';

const DAY_MS = 24 * 60 * 60_000;

/** The job of a checkpoint, with when the ledger first heard of it where it has. Times are ms since the epoch. */
export type HeardJob = Pick<JobFacts, 'source' | 'jobId' | 'createdAt' | 'finishedAt'> &
  Partial<Pick<JobRecord, 'heardAt' | 'observedAt'>>;

/**
 * A checkpoint that is new to the ledger. Of one that is older than what the ledger knows (a new source's history, a stack that
 * was deployed anew, a pin) somebody may have shared it by hand or by Terraform, and a POST might make a second permission: a
 * LIST comes first. A fresh job's checkpoint needs none.
 */
export function heardOf(checkpoint: string, job: HeardJob | undefined, now: number): CheckpointRecord {
  const record = newCheckpoint(checkpoint, { source: job?.source ?? null, jobId: job?.jobId ?? null });
  if (job !== undefined && !endedLongBefore(job)) {
    const { finishedAt } = job;
    // Of what is wanted later only, nobody waits since its end.
    return finishedAt === null || now - finishedAt >= DAY_MS ? record : { ...record, jobEndedAt: finishedAt };
  }
  return { ...putUp(record, 'repair', now), lookFirst: true };
}

/** It cannot be looked at: it is posted without, unless a list has shown of it what nobody can read. */
export function withoutLook(record: CheckpointRecord): CheckpointRecord {
  const { lookFirst, ...others } = record;
  return lookFirst && record.absence?.kind !== 'in-part' ? { ...others, verifyAt: null } : record;
}

/** A row of an older version tells only when it was last observed, which is no earlier. */
function endedLongBefore({ createdAt, finishedAt, heardAt, observedAt = 0 }: HeardJob): boolean {
  return (finishedAt ?? createdAt) < (heardAt ?? observedAt) - DAY_MS;
}
