import { hasEnded, type JobRecord } from '../../core/model/job.ts';
import type { JobNote, JobsStatus } from '../../shared/contract/operator.ts';
import { toIso } from './iso-time.ts';

/** Enough to see what is going on; most jobs that no rule is meant for have a note. */
const MAX_NOTES = 20;

export interface JobCounts {
  readonly jobs: JobsStatus;
  /** Jobs by the alias of their source. */
  readonly bySource: ReadonlyMap<string, number>;
}

export async function countJobs(records: AsyncIterable<JobRecord>): Promise<JobCounts> {
  const bySource = new Map<string, number>();
  let noted: (JobRecord & { readonly note: string })[] = [];
  let known = 0;
  let notEnded = 0;
  let withNotes = 0;
  for await (const job of records) {
    known++;
    if (!hasEnded(job.status)) notEnded++;
    bySource.set(job.source, (bySource.get(job.source) ?? 0) + 1);
    const { note } = job;
    if (note === null) continue;
    withNotes++;
    noted.push({ ...job, note });
    if (noted.length >= 50 * MAX_NOTES) noted = lastObserved(noted);
  }
  return { jobs: { known, notEnded, withNotes, notes: lastObserved(noted).map(noteOf) }, bySource };
}

function lastObserved<Job extends JobRecord>(jobs: readonly Job[]): Job[] {
  return [...jobs].sort((a, b) => b.observedAt - a.observedAt || (a.jobId < b.jobId ? -1 : 1)).slice(0, MAX_NOTES);
}

function noteOf({ jobId, source, status, note, observedAt }: JobRecord & { readonly note: string }): JobNote {
  return { jobId, source, status, note, observedAt: toIso(observedAt) };
}
