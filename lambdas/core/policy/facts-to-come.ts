import type { JobFacts, JobRecord } from '../model/job.ts';
import { rulesFor } from './match.ts';
import type { Policy } from './policy.ts';

const MINUTE_MS = 60_000;

/** When an ended job is read again that OpenAI may not have told all of, counted from when that was first seen. */
const LOOKS_AFTER_MS = [5 * MINUTE_MS, 30 * MINUTE_MS];

/** What OpenAI has not told of a job so long after its end, it will not tell by itself. */
const TOLD_WITHIN_MS = 30 * 24 * 60 * MINUTE_MS;

/** Whether OpenAI ever lists the final model is open: a job of which nothing else is missing is then taken as it is. */
const FINAL_UNLISTED = 'OpenAI does not list its final model among its checkpoints';
const FINAL_LISTED_WITHIN_MS = 60 * MINUTE_MS;

/** OpenAI keeps the checkpoints of a job's last three epochs. */
const EPOCHS_KEPT = 3;

/**
 * What OpenAI may not have told yet of a job that says it has succeeded, in words; null when nothing is missing. A job may
 * be told to have ended before its model is named, its checkpoints are listed, or their metrics are there.
 */
export function missingFacts(policy: Policy, job: JobFacts): string | null {
  if (job.status !== 'succeeded') return null;
  if (job.finalModel === null) return 'OpenAI does not name its model';
  const [odd] = job.odd ?? [];
  if (odd) return `OpenAI lists a checkpoint that cannot be read (${odd.id ?? 'without an id'}: ${odd.problem})`;
  const listed = job.checkpoints.filter(({ step }) => step !== null);
  if (listed.length === 0) return 'OpenAI lists no checkpoints of it';
  const expected = Math.min(EPOCHS_KEPT, job.epochs ?? 0);
  if (job.checkpoints.length < expected) return `OpenAI lists ${listed.length} of its ${expected} checkpoints`;
  // A final model that is not listed yet may be listed with its metrics.
  const measured = listed.length < expected ? job.checkpoints : listed;
  const metric = rulesFor(policy, job)
    .flatMap(({ checkpoints }) => (checkpoints.kind === 'best' ? [checkpoints.metric] : []))
    .find((name) => measured.some(({ metrics }) => metrics[name] === undefined));
  if (metric !== undefined) return `OpenAI does not give ${metric} for all of its checkpoints`;
  if (job.epochs === null) return 'OpenAI does not say how many checkpoints it has';
  return job.epochs === undefined || listed.some(({ final }) => final) ? null : FINAL_UNLISTED;
}

/** When an ended job is to be read again by itself, ms since the epoch; null when it is not, or not any more. */
export function nextLook(policy: Policy, job: JobRecord): number | null {
  if (!mayTellMore(policy, job, job.observedAt)) return null;
  const { observedAt, unsureSince = observedAt } = job;
  const looks = LOOKS_AFTER_MS.map((ms) => unsureSince + ms);
  return looks.find((at) => at > observedAt) ?? null;
}

/** Whether OpenAI may yet tell more of an ended job than the ledger has. */
export function mayTellMore(policy: Policy, job: JobFacts, now: number): boolean {
  const missing = missingFacts(policy, job);
  const within = missing === FINAL_UNLISTED ? FINAL_LISTED_WITHIN_MS : TOLD_WITHIN_MS;
  return missing !== null && now - (job.finishedAt ?? job.createdAt) < within;
}
