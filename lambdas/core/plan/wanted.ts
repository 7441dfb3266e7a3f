import { hasEnded, type JobFacts, type JobRecord } from '../model/job.ts';
import type { CheckpointRecord, Want } from '../model/permission.ts';
import { decidePinned, decideWants, mergeWants } from '../policy/match.ts';
import { type Policy, sourcesOf } from '../policy/policy.ts';
import type { HeardJob } from './heard-of.ts';

/** What the policy, read over a set of jobs, wants of every checkpoint. */
export interface Wanted {
  /** By checkpoint; one that nobody is to have is not there. */
  readonly wants: ReadonlyMap<string, readonly Want[]>;
  /** The jobs that were read. Of a checkpoint whose job is not among them, what the rules want is not known. */
  readonly jobs: ReadonlySet<string>;
  /** By job: why nothing of it, or less than a rule asked for, is shared. */
  readonly notes: ReadonlyMap<string, readonly string[]>;
}

/** Whether what the rules want of a checkpoint is known: its job was read, or it has none. */
export function isRead({ jobs }: Pick<Wanted, 'jobs'>, { jobId }: Pick<CheckpointRecord, 'jobId'>): boolean {
  return jobId === null || jobs.has(jobId);
}

/** A job's facts, whether it is in the ledger or not. */
export type KnownJob = JobFacts & Pick<JobRecord, 'forgotten'> & HeardJob;

/**
 * Reads the policy over the jobs: what the rules want of each job's checkpoints, and what is pinned. Where both want the
 * same, the rule names it. With `now` (ms since the epoch), what has expired is wanted no more. A forgotten job counts as
 * not read.
 */
export function readWanted(policy: Policy, jobs: readonly KnownJob[], now: number): Wanted {
  const asked = new Map<string, Want[]>();
  const ask = (checkpoint: string, wants: readonly Want[]) =>
    asked.set(checkpoint, [...(asked.get(checkpoint) ?? []), ...wants]);
  // A source that the policy does not name may only have another alias now: its jobs count as not read until they are.
  const sources = new Set(sourcesOf(policy).map(({ alias }) => alias));
  const ended = jobs.filter(({ status, source, forgotten }) => hasEnded(status) && sources.has(source) && !forgotten);
  const notes = new Map<string, readonly string[]>();
  for (const job of ended) {
    const decision = decideWants(policy, job, now);
    for (const { checkpoint, wants } of decision.wants) ask(checkpoint, wants);
    notes.set(job.jobId, decision.notes);
  }
  for (const { checkpoint, wants } of decidePinned(policy)) ask(checkpoint, wants);
  return {
    wants: new Map([...asked].map(([checkpoint, wants]) => [checkpoint, mergeWants(wants)])),
    jobs: new Set(ended.map(({ jobId }) => jobId)),
    notes,
  };
}
