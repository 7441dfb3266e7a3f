import { JOB_ID } from '../../core/model/ids.ts';
import type { JobRecord, OddItem } from '../../core/model/job.ts';
import type { SweepRecord } from '../../core/model/sweep.ts';
import { mayTellMore, nextLook } from '../../core/policy/facts-to-come.ts';
import { type Policy, sourcesOf } from '../../core/policy/policy.ts';
import type { JobApi } from '../../core/ports/openai.ts';

/** Jobs created shortly before the last sweep's newest are looked at again: OpenAI may list one late. */
const OVERLAP_MS = 24 * 60 * 60_000;

/** Odd jobs that are named and looked at again: should OpenAI change its form, all are odd, and the others go first. */
const MAX_ODD = 100;

type Walk = NonNullable<SweepRecord['walk']>;
type JobPage = Awaited<ReturnType<JobApi['listJobs']>>;

/** A walk from the newest job on. */
export const BEGIN: Walk = { after: null, newest: null, jobs: 0 };

/** By which a job is judged. Times are ms since the epoch; `askedAt` is 0 where no person has asked. */
export interface Judge {
  readonly policy: Policy;
  readonly now: number;
  readonly askedAt: number;
}

/**
 * Where a job of this source stands with observe: `settled`, it is done with it; `resting`, it has planned it, and will
 * look once more since OpenAI may not have told all of it; `due`, it is to look at it now. A job that it knows under an older
 * alias of the source is due; one that a person has had forgotten is not looked at.
 */
export function standingOf(job: JobRecord | undefined, source: string, { policy, now, askedAt }: Judge) {
  if (job?.forgotten) return 'settled';
  if (!isPlanned(job, source)) return 'due';
  if (!mayTellMore(policy, job, now)) return 'settled';
  if (job.observedAt <= askedAt) return 'due';
  const next = nextLook(policy, job);
  if (next === null) return 'settled';
  return next <= now ? 'due' : 'resting';
}

/** Whether the ledger has the job as one of this source that has ended. */
export function isPlanned(job: JobRecord | undefined, source: string): job is JobRecord {
  return job !== undefined && job.plannedWith !== null && job.source === source;
}

/** The other source of the policy whose job it is, for all the ledger knows; undefined where it is no other's, or observe would not ask. */
export function otherSourceOf(job: JobRecord | undefined, source: string, policy: Policy): string | undefined {
  if (job === undefined || job.source === source || job.forgotten) return undefined;
  return sourcesOf(policy).find(({ alias }) => alias === job.source)?.alias;
}

/** The record after one more page; its walk is over at the end of the list or where an earlier sweep has been. */
export function advance(
  sweep: SweepRecord,
  walk: Walk,
  page: JobPage,
  open: Iterable<string>,
  now: number,
): SweepRecord {
  const { jobs, next } = page;
  const odd = oddAfter(sweep, walk, page);
  const known = { ...sweep, odd, open: [...new Set([...sweep.open, ...open, ...idsOf(odd)])] };
  const [first] = jobs;
  // A time to come would have every later sweep end at its first page.
  const newest = walk.newest ?? (first === undefined ? null : Math.min(first.createdAt, now));
  const oldest = jobs.at(-1)?.createdAt ?? Number.POSITIVE_INFINITY;
  const reachedSeen = sweep.seenTo !== null && oldest < sweep.seenTo - OVERLAP_MS;
  if (next !== null && !reachedSeen) {
    return { ...known, walk: { after: next, newest, jobs: walk.jobs + jobs.length } };
  }
  return { ...known, walk: null, seenTo: newest ?? sweep.seenTo, sweptAt: now, error: null };
}

/** The odd jobs after one more page: those of before that it does not show otherwise, and its own. */
function oddAfter({ odd = [] }: SweepRecord, { after }: Walk, page: JobPage): readonly OddItem[] {
  const shown = new Set([...page.jobs.map(({ jobId }) => jobId), ...idsOf(page.odd ?? [])]);
  // One without an id is only known by its place: each walk counts them anew.
  const kept = odd.filter(({ id }) => (id === null ? after !== null : !shown.has(id)));
  return [...kept, ...(page.odd ?? [])].slice(0, MAX_ODD);
}

/** Those that OpenAI can be asked for one by one. */
function idsOf(odd: readonly OddItem[]): readonly string[] {
  return odd.flatMap(({ id }) => (id !== null && JOB_ID.test(id) ? [id] : []));
}
