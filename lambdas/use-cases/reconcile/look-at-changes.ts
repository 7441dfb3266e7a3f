import type { CheckpointRecord } from '../../core/model/permission.ts';
import type { PassState } from '../../core/model/system-state.ts';
import type { Pause } from '../../core/pause/pause.ts';
import { isRootless, MOST_AGAIN } from '../../core/plan/full-pass.ts';
import { isFewEnough } from '../../core/plan/guard.ts';
import { type LedgerPlan, planPart, unheardOf } from '../../core/plan/ledger-plan.ts';
import { readWanted } from '../../core/plan/wanted.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Change, Ledger } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/runtime.ts';

/** Clocks run apart, and a write may take a while to be taken: what changed shortly before the last look is looked at again. */
export const OVERLAP_MS = 5 * 60_000;

/** Marks of changes that are read at most; one checkpoint may have several. */
export const MOST_MARKS = 3 * MOST_AGAIN;

export interface ChangedPart {
  readonly changes: readonly Change[];
  readonly records: readonly CheckpointRecord[];
  readonly plan: LedgerPlan;
}

/**
 * Looks at what has changed since the last look, and at what is to be looked at again by now. Null where that does not do: there
 * is too much of it, or something is to be revoked that only a look at the whole ledger may let through.
 */
export async function lookAtChanges(
  { policy, ledger, now: clock }: { readonly policy: Policy; readonly ledger: Ledger; readonly now: Clock },
  { changedTo, again }: PassState,
  pause: Pause,
): Promise<ChangedPart | null> {
  const now = clock();
  const changes = await ledger.changesSince(changedTo - OVERLAP_MS, MOST_MARKS + 1);
  if (changes.length > MOST_MARKS) return null;
  const idsOf = (kind: 'checkpoint' | 'job') => changes.flatMap((change) => (change.kind === kind ? [change.id] : []));
  const jobs = new Map((await ledger.getJobs([...new Set(idsOf('job'))])).map((job) => [job.jobId, job]));
  const due = again.flatMap(({ checkpoint, at }) => (at <= now ? [checkpoint] : []));
  const names = new Set([
    ...idsOf('checkpoint'),
    ...due,
    ...[...jobs.values()].flatMap(({ checkpoints }) => checkpoints.map(({ checkpoint }) => checkpoint)),
  ]);
  if (names.size > MOST_AGAIN) return null;
  const records = await ledger.getCheckpoints([...names]);
  if (records.some(isRootless)) return null;
  const others = records.flatMap(({ jobId }) => (jobId !== null && !jobs.has(jobId) ? [jobId] : []));
  for (const job of await ledger.getJobs([...new Set(others)])) jobs.set(job.jobId, job);
  const wanted = readWanted(policy, [...jobs.values()], now);
  // Its first write has failed: which job it is of, only the whole tells.
  const known = new Set(records.map(({ checkpoint }) => checkpoint));
  if (due.some((name) => !known.has(name) && !wanted.wants.has(name))) return null;
  const unheard = unheardOf(wanted, [...jobs.values()], records, now).filter(({ checkpoint }) => names.has(checkpoint));
  const part = planPart(policy, wanted, [...records, ...unheard], pause, now);
  if (!isFewEnough({ revocations: part.revocations.length, pruned: part.pruned })) return null;
  const revoking = part.revocations.length === 0 ? 'none' : 'allowed';
  return {
    changes,
    records,
    plan: { ...part, tracked: 0, letGoLately: 0, id: null, revoking, word: { kind: 'none' } },
  };
}
