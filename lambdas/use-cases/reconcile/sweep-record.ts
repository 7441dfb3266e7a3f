import type { JobRecord } from '../../core/model/job.ts';
import type { JobApi } from '../../core/openai-ports.ts';
import type { SweepRecord } from '../../core/ports.ts';

/** Jobs created shortly before the last sweep's newest are looked at again: OpenAI may list one late. */
const OVERLAP_MS = 24 * 60 * 60_000;

type Walk = NonNullable<SweepRecord['walk']>;
type JobPage = Awaited<ReturnType<JobApi['listJobs']>>;

/** A walk from the newest job on. */
export const BEGIN: Walk = { after: null, newest: null, jobs: 0 };

export function newSweep(source: string): SweepRecord {
  return { version: 0, source, seenTo: null, walk: null, open: [], handedOn: [], sweptAt: null, error: null };
}

/**
 * Whether observe is done with a job of this source; not if it knows it under an older alias of the source. A job that a
 * person has had forgotten is not looked at.
 */
export function isSettled(job: JobRecord | undefined, source: string): boolean {
  if (job?.forgotten) return true;
  return job !== undefined && job.plannedWith !== null && job.source === source;
}

/** The record after one more page; its walk is over at the end of the list or where an earlier sweep has been. */
export function advance(
  sweep: SweepRecord,
  walk: Walk,
  { jobs, next }: JobPage,
  open: Iterable<string>,
  now: number,
): SweepRecord {
  const known = { ...sweep, open: [...new Set([...sweep.open, ...open])] };
  const newest = walk.newest ?? jobs[0]?.createdAt ?? null;
  const oldest = jobs.at(-1)?.createdAt ?? Number.POSITIVE_INFINITY;
  const reachedSeen = sweep.seenTo !== null && oldest < sweep.seenTo - OVERLAP_MS;
  if (next !== null && !reachedSeen) {
    return { ...known, walk: { after: next, newest, jobs: walk.jobs + jobs.length } };
  }
  return { ...known, walk: null, seenTo: newest ?? sweep.seenTo, sweptAt: now, error: null };
}
