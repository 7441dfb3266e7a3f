import { createHash } from 'node:crypto';
import type { Absence, ActualPermission, CheckpointRecord, PermissionRecord } from '../model/permission.ts';
import type { AbsenceState } from '../model/system-state.ts';
import { isTracked, needsConfirmation } from '../plan/guard.ts';
import { isFresh } from './list-lag.ts';
import { idsOf, permissionsOf, putUp } from './record.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

/** That OpenAI does not know a checkpoint has to stand for so long before it is believed. */
export const SECOND_LOOK_MS = HOUR_MS;
/** The same of a list that shows nothing of ours, where nobody can tell whether the key is of our organisation. */
export const UNPROVEN_LOOK_MS = 6 * HOUR_MS;

/** What a LIST was answered with, all pages; `gone`: OpenAI does not know the checkpoint. */
export type ListAnswer = 'gone' | readonly ActualPermission[];

/** Whether the admin key's organisation is ours: it knows one of our projects, or nobody can tell. */
export type KeyProof = 'known' | 'unproven';

/** What OpenAI has granted, for all the ledger knows, and the answer does not show though it had the time to. */
export function missingFrom(record: CheckpointRecord, answer: ListAnswer, now: number): readonly PermissionRecord[] {
  const shown = idsShown(answer);
  return permissionsOf(record).filter((permission) => {
    const ids = idsOf(permission);
    return (
      ids.length > 0 && isHeld(permission, answer) && !isFresh(permission, now) && !ids.some((id) => shown.has(id))
    );
  });
}

/**
 * Whether something follows from what the answer leaves out, and nothing in it shows that it comes from the right place: then
 * somebody else has to be asked whose key this is.
 */
export function needsProof(record: CheckpointRecord, answer: ListAnswer, now: number): boolean {
  if (answer === 'gone') return true;
  if (showsOurs(record, answer)) return false;
  return untold(missingFrom(record, answer, now)).length > 0 || (isAwaited(record) && answer.length === 0);
}

/**
 * Whether what the answer leaves out is believed to be gone. What the audit log has told of needs no other witness; that the
 * checkpoint itself is gone always needs one: nothing more would be asked for it, whoever wants it then.
 */
export function isBelieved(record: CheckpointRecord, answer: ListAnswer, proof: KeyProof, now: number): boolean {
  const { absence } = record;
  const again = absence?.kind === kindOf(answer) ? absence : undefined;
  const missing = missingFrom(record, answer, now);
  if (answer !== 'gone') {
    if (proof === 'known' || showsOurs(record, answer) || again?.model === 'gone') return true;
    // Another call would double what the one in doubt may have done, and nothing says that this list shows what there is.
    if (answer.length === 0 && isInDoubt(record)) return false;
    return untold(missing).length === 0 || stands(UNPROVEN_LOOK_MS);
  }
  if (record.gone !== null && missing.length === 0 && !isAwaited(record)) return true;
  if (absence?.model === 'there') return false;
  return absence?.model === 'gone' || (proof === 'known' && stands(SECOND_LOOK_MS));

  function stands(ms: number): boolean {
    return again !== undefined && now >= again.since + ms;
  }
}

/** Permissions that would count as vanished, for the guard: not those that were to be deleted, or that somebody deleted. */
export function vanishing(record: CheckpointRecord, answer: ListAnswer, now: number): number {
  return untold(missingFrom(record, answer, now)).filter(({ state }) => state !== 'revoking').length;
}

/**
 * Takes note of an answer that is not believed, or that nobody can read some of (`in-part`), and when to look again: in an
 * hour, then as long again, at most a day.
 */
export function doubtAbsence(
  record: CheckpointRecord,
  answer: ListAnswer | 'in-part',
  { reason, held }: Pick<Absence, 'reason' | 'held'>,
  now: number,
): CheckpointRecord {
  const kind = kindOf(answer);
  const before = record.absence?.kind === kind ? record.absence : undefined;
  const since = before?.since ?? now;
  const absence: Absence = { kind, reason, since, model: before?.model ?? null, held };
  const verifyAt = now + Math.min(DAY_MS, Math.max(SECOND_LOOK_MS, now - since));
  return { ...putUp(record, 'verify', verifyAt), absence };
}

/** The source's own project key was asked for the model: what it says is the second witness. */
export function noteModel(record: CheckpointRecord, model: 'there' | 'gone', now: number): CheckpointRecord {
  const { absence } = record;
  if (absence === undefined || absence.model === model) return record;
  const noted = { ...record, absence: { ...absence, model } };
  return model === 'gone' ? putUp(noted, 'verify', now) : noted;
}

/**
 * The state once so many more permissions of `tracked` are taken for gone; null where that would be too much within a day
 * to be believed without a person's word.
 */
export function believe(state: AbsenceState, permissions: number, tracked: number, now: number): AbsenceState | null {
  const believed = state.believed.filter(({ at }) => at > now - DAY_MS);
  const today = believed.reduce((sum, entry) => sum + entry.permissions, 0);
  if (!needsConfirmation(today + permissions, tracked + today)) {
    return { ...state, believed: [...believed, { at: now, permissions }] };
  }
  const { confirmed } = state;
  if (confirmed === null || confirmed.until <= now || confirmed.permissions < permissions) return null;
  return { ...state, believed, confirmed: { ...confirmed, permissions: confirmed.permissions - permissions } };
}

/** What has vanished and waits for a person's word. */
export interface HeldAbsences {
  /** Names these very checkpoints. */
  readonly id: string;
  readonly checkpoints: number;
  readonly permissions: number;
  /** When the first of them was not shown any more; ms since the epoch. */
  readonly since: number;
  readonly records: readonly CheckpointRecord[];
}

/** Null where nothing waits. */
export function heldAbsences(all: readonly CheckpointRecord[]): HeldAbsences | null {
  const records = all.filter(({ absence }) => absence?.held);
  if (records.length === 0) return null;
  const names = records.map(({ checkpoint }) => checkpoint).sort();
  return {
    id: createHash('sha256')
      .update(['absent', ...names].join('\n'))
      .digest('hex')
      .slice(0, 16),
    checkpoints: records.length,
    permissions: records.flatMap(permissionsOf).filter(isLetThrough).length,
    since: Math.min(...records.flatMap(({ absence }) => absence?.since ?? [])),
    records,
  };
}

/** What a word for its checkpoint lets through as vanished: also what is refused since its project was closed, and may be there. */
function isLetThrough(permission: PermissionRecord): boolean {
  return isTracked(permission) || (permission.state === 'rejected' && idsOf(permission).length > 0);
}

/** A person has said that it is gone indeed, which OpenAI is to say once more. */
export function lookAtOnce(record: CheckpointRecord, now: number): CheckpointRecord {
  return record.absence?.held ? putUp(record, 'repair', now) : record;
}

/** A person has said that so many permissions are gone indeed: until `until`, no more than these are believed to be. */
export function confirmAbsence(state: AbsenceState, permissions: number, until: number): AbsenceState {
  return { ...state, confirmed: { until, permissions } };
}

function kindOf(answer: ListAnswer | 'in-part'): Absence['kind'] {
  return typeof answer === 'string' ? answer : 'left-out';
}

/** In force; one that is being deleted only where the answer would end that, too. */
function isHeld({ state, doubt }: PermissionRecord, answer: ListAnswer): boolean {
  if (state === 'revoking') return answer === 'gone' || doubt === 'not-there';
  return state === 'active' || state === 'orphaned' || state === 'rejected';
}

function untold(permissions: readonly PermissionRecord[]): readonly PermissionRecord[] {
  return permissions.filter(({ toldDeleted }) => !toldDeleted);
}

/** A call's answer is missing, or nothing may be asked for before a list has told who has it. */
function isAwaited(record: CheckpointRecord): boolean {
  return record.lookFirst === true || isInDoubt(record);
}

/** A call's answer is missing. */
function isInDoubt(record: CheckpointRecord): boolean {
  return permissionsOf(record).some(({ state }) => state === 'unknown');
}

/** Nobody else's key would be shown one of our ids. */
function showsOurs(record: CheckpointRecord, answer: ListAnswer): boolean {
  const shown = idsShown(answer);
  return permissionsOf(record).some((permission) => idsOf(permission).some((id) => shown.has(id)));
}

function idsShown(answer: ListAnswer): ReadonlySet<string> {
  return new Set(answer === 'gone' ? [] : answer.map(({ permissionId }) => permissionId));
}
