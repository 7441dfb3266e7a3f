import { hasEnded, type JobRecord } from './job.ts';

/** What some jobs come to. */
export interface JobTally {
  readonly known: number;
  readonly notEnded: number;
  readonly withNotes: number;
  /** By the alias of their source. */
  readonly bySource: Readonly<Record<string, number>>;
  /** The last observed of those that have something to say. */
  readonly notes: readonly NotedJob[];
}

export type NotedJob = Pick<JobRecord, 'jobId' | 'source' | 'status' | 'observedAt'> & { readonly note: string };

export const NO_JOBS: JobTally = { known: 0, notEnded: 0, withNotes: 0, bySource: {}, notes: [] };

/** Enough to see what is going on; most jobs that no rule is meant for have a note. */
const MAX_NOTES = 20;

export function addJobs(before: JobTally, jobs: readonly JobRecord[]): JobTally {
  const bySource: Record<string, number> = { ...before.bySource };
  for (const { source } of jobs) bySource[source] = (bySource[source] ?? 0) + 1;
  const noted = jobs.flatMap(({ jobId, source, status, observedAt, note }) => {
    return note === null ? [] : [{ jobId, source, status, observedAt, note }];
  });
  return {
    known: before.known + jobs.length,
    notEnded: before.notEnded + jobs.filter(({ status }) => !hasEnded(status)).length,
    withNotes: before.withNotes + noted.length,
    bySource,
    notes: [...before.notes, ...noted]
      .sort((a, b) => b.observedAt - a.observedAt || (a.jobId < b.jobId ? -1 : 1))
      .slice(0, MAX_NOTES),
  };
}
