import type { CheckpointRecord } from '../../core/model/permission.ts';
import type { Ledger } from '../../core/ports.ts';
import { everyItem } from '../pages.ts';

/** The job that left a checkpoint, and the alias of its source; null where nobody knows. */
export type CheckpointOrigin = Pick<CheckpointRecord, 'source' | 'jobId'>;

/**
 * Where a checkpoint comes from. One that no rule has ever wanted has no record, and a pinned one none of its job, though the
 * ledger may know the job: all of them are read, then.
 */
export async function findOrigin(
  ledger: Pick<Ledger, 'listJobs'>,
  checkpoint: string,
  record: CheckpointRecord | undefined,
): Promise<CheckpointOrigin> {
  if (record !== undefined && record.jobId !== null) return { source: record.source, jobId: record.jobId };
  for await (const { jobId, source, checkpoints } of everyItem(ledger.listJobs)) {
    if (checkpoints.some((facts) => facts.checkpoint === checkpoint)) return { source, jobId };
  }
  return { source: null, jobId: null };
}

/** The record with the origin that was found, where it knew none. */
export function rooted(record: CheckpointRecord, origin: CheckpointOrigin): CheckpointRecord {
  return record.jobId !== null || origin.jobId === null ? record : { ...record, ...origin };
}
