import { ContentionError } from '../core/errors.ts';
import type { LedgerEvent } from '../core/events/event.ts';
import type { JobRecord } from '../core/model/job.ts';
import type { Ledger } from '../core/ports.ts';

const MAX_TRIES = 32;

/**
 * Changes a job that the ledger has, again from the start when somebody came between. Returning the very record it was given
 * writes nothing, not the event either; undefined where the ledger has no such job. Throws `ContentionError`.
 */
export async function changeJob(
  ledger: Pick<Ledger, 'getJob' | 'saveJob'>,
  jobId: string,
  change: (job: JobRecord) => JobRecord,
  event?: LedgerEvent,
): Promise<JobRecord | undefined> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const before = await ledger.getJob(jobId);
    if (before === undefined) return undefined;
    const after = change(before);
    if (after === before || (await ledger.saveJob({ ...after, version: before.version }, event))) return after;
  }
  throw new ContentionError(`${jobId} changed ${MAX_TRIES} times underneath one change`);
}
