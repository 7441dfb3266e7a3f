import { permissionsOf } from '../checkpoint/record.ts';
import type { CheckpointRecord } from '../model/permission.ts';
import type { WaitingPlan } from '../model/system-state.ts';
import { type Pause, pausedBy } from '../pause/pause.ts';
import { rulesFor } from '../policy/match.ts';
import { type Policy, policyDigest } from '../policy/policy.ts';
import { judgeWord, type Word } from './confirmation.ts';
import {
  countsFrom,
  countTracked,
  isTooMany,
  isTracked,
  letGoSince,
  type Revocation,
  type Revoking,
  revocationsId,
} from './guard.ts';
import { heardOf } from './heard-of.ts';
import type { Action } from './plan.ts';
import { isPruned, planCheckpoint } from './plan-checkpoint.ts';
import { isRead, type KnownJob, readWanted, type Wanted } from './wanted.ts';

/** What would bring some of the ledger's checkpoints to the policy. */
export interface PartPlan {
  readonly wanted: Wanted;
  /** Only checkpoints about which there is something to do. */
  readonly changes: readonly { readonly record: CheckpointRecord; readonly actions: readonly Action[] }[];
  readonly revocations: readonly Revocation[];
  /** Of the revocations, those of which neither the time is up nor a person has said so. */
  readonly pruned: number;
}

/** What would bring the whole ledger to the policy. */
export interface LedgerPlan extends Omit<PartPlan, 'pruned'> {
  /** Permissions in force that the ledger tracks. */
  readonly tracked: number;
  /** Permissions that were pruned within the last day without a person's word: they count with the revocations. */
  readonly letGoLately: number;
  /** Of the revocations; null where there are none. */
  readonly id: string | null;
  /** `waiting`: there are too many revocations, and nobody has confirmed these. */
  readonly revoking: 'none' | 'allowed' | 'confirmed' | 'waiting';
  /** What a person's last word is worth for them. */
  readonly word: Word;
}

/** Decides over everything that the ledger has. Pure: the same ledger and time give the same plan. */
export function planLedger(input: {
  readonly policy: Policy;
  readonly jobs: readonly KnownJob[];
  readonly records: readonly CheckpointRecord[];
  readonly waiting:
    | (Pick<WaitingPlan, 'confirmedId' | 'confirmation' | 'ended'> & Partial<Pick<WaitingPlan, 'id' | 'countsFrom'>>)
    | undefined;
  readonly pause: Pause;
  readonly now: number;
}): LedgerPlan {
  const { policy, jobs, records, waiting, pause, now } = input;
  const read = readWanted(policy, jobs, now);
  const { pruned, ...part } = planPart(policy, read, [...records, ...unheardOf(read, jobs, records, now)], pause, now);
  const { revocations } = part;
  const tracked = countTracked(records);
  const lately = letGoSince(records, countsFrom(waiting, now));
  const id = revocations.length > 0 ? revocationsId(revocations) : null;
  const word = judgeWord(waiting ?? {}, revocations, policyDigest(policy), now);
  const revoking = judge({ revocations: revocations.length, pruned, tracked, lately }, word);
  return { ...part, tracked, letGoLately: lately.permissions, id, revoking, word };
}

/** Decides over some records, by what was read of their jobs. Whether what is to be revoked may be, is for the whole to tell. */
export function planPart(
  policy: Policy,
  wanted: Wanted,
  records: readonly CheckpointRecord[],
  pause: Pause,
  now: number,
): PartPlan {
  const changes = records
    .map((record) => ({ record, actions: withoutPaused(pause, record, planCheckpoint(policy, wanted, record, now)) }))
    .filter(({ actions }) => actions.length > 0);
  const revoked = changes.flatMap(({ record, actions }) =>
    actions.flatMap(({ kind, projectId }) => (kind === 'revoke' ? [{ record, projectId }] : [])),
  );
  const revocations = revoked.map(({ record: { checkpoint }, projectId }) => ({ checkpoint, projectId }));
  const pruned = revoked.filter(({ record, projectId }) => isPruned(record, projectId, now)).length;
  return { wanted, changes, revocations, pruned };
}

/** What is wanted becomes due, and waits; what a paused rule wanted, or a paused source has, is let go of by nobody. */
function withoutPaused(pause: Pause, record: CheckpointRecord, actions: readonly Action[]): readonly Action[] {
  return actions.filter(({ kind, projectId }) => {
    return kind !== 'revoke' || pausedBy(pause, record, record.permissions[projectId] ?? { want: null }) === null;
  });
}

export function judge(revoking: Revoking, { kind }: Word): LedgerPlan['revoking'] {
  if (revoking.revocations === 0) return 'none';
  if (!isTooMany(revoking)) return 'allowed';
  return kind === 'holds' ? 'confirmed' : 'waiting';
}

/** Checkpoints that are wanted and that the ledger has no record of yet. */
export function unheardOf(
  { wants }: Wanted,
  jobs: readonly KnownJob[],
  records: readonly CheckpointRecord[],
  now: number,
): readonly CheckpointRecord[] {
  const known = new Set(records.map(({ checkpoint }) => checkpoint));
  const jobOf = new Map(jobs.flatMap((job) => job.checkpoints.map(({ checkpoint }) => [checkpoint, job] as const)));
  return [...wants.keys()]
    .filter((checkpoint) => !known.has(checkpoint))
    .map((checkpoint) => heardOf(checkpoint, jobOf.get(checkpoint), now));
}

/**
 * By name, the rules that have wanted permissions in force and match no job any more, with how many these are. A forgotten
 * job still counts as matched, and what hangs on a job that was not read is no sign of anything.
 */
export function unmatchedRules(
  { rules }: Pick<Policy, 'rules'>,
  jobs: readonly KnownJob[],
  records: readonly CheckpointRecord[],
  wanted: Pick<Wanted, 'jobs'>,
): ReadonlyMap<string, number> {
  const matching = new Set(jobs.flatMap((job) => rulesFor({ rules }, job)));
  const wantedBy = records
    .filter((record) => isRead(wanted, record))
    .flatMap(permissionsOf)
    .filter(isTracked)
    .map(({ want, lastRule }) => (want === null ? lastRule : want.rule));
  const unmatched = rules
    .filter((rule) => !matching.has(rule))
    .map(({ name }) => [name, wantedBy.filter((rule) => rule === name).length] as const);
  return new Map(unmatched.filter(([, permissions]) => permissions > 0));
}
