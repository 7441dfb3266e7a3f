import { createHash } from 'node:crypto';
import { changePermissions, permissionsOf } from '../checkpoint/record.ts';
import type { CheckpointRecord, PermissionRecord } from '../model/permission.ts';
import type { WaitingPlan } from '../model/system-state.ts';

/** One permission that a plan revokes. */
export interface Revocation {
  readonly checkpoint: string;
  readonly projectId: string;
}

/** Up to so many revocations in one plan are let through whatever their share. */
const ALWAYS_ALLOWED = 5;
/** Of the tracked permissions; more in one plan are likely a mistake in the policy. */
const ALLOWED_PERCENT = 15;

const DAY_MS = 24 * 60 * 60_000;

/** Whether so many revocations need a person's word first. */
export function needsConfirmation(revocations: number, tracked: number): boolean {
  return revocations > ALWAYS_ALLOWED && 100 * revocations > ALLOWED_PERCENT * tracked;
}

/** Whether a plan that only revokes what is over is let through whatever else the ledger has: so few, and none pruned. */
export function isFewEnough({ revocations, pruned }: Pick<Revoking, 'revocations' | 'pruned'>): boolean {
  return pruned === 0 && !needsConfirmation(revocations, 0);
}

/** What a plan would revoke, and what was let go of before it. */
export interface Revoking {
  readonly revocations: number;
  /** Those of them whose time is not up: nobody wants them any more, which may be a mistake. */
  readonly pruned: number;
  readonly tracked: number;
  readonly lately: LetGo;
}

/**
 * Whether a plan needs a person's word first: by itself, or since it goes on with what was pruned within a day, for a few a
 * sweep are many in the end. What expires does so as the policy says, on one day as on any other: it counts in its own plan alone.
 */
export function isTooMany({ revocations, pruned, tracked, lately }: Revoking): boolean {
  const isMoreInADay = pruned > 0 && needsConfirmation(pruned + lately.permissions, tracked + lately.untracked);
  return isMoreInADay || needsConfirmation(revocations, tracked);
}

/** What was pruned without a person's word. */
export interface LetGo {
  readonly permissions: number;
  /** Those of them that are not in force any more. */
  readonly untracked: number;
}

/** What was let go of after that time (ms since the epoch), and not taken back since. */
export function letGoSince(records: readonly CheckpointRecord[], from: number): LetGo {
  const letGo = records.flatMap(permissionsOf).filter(({ state, letGoAt }) => {
    return letGoAt !== undefined && letGoAt > from && (state === 'revoking' || state === 'revoked');
  });
  return { permissions: letGo.length, untracked: letGo.filter((permission) => !isTracked(permission)).length };
}

/** Has these revocations count for a day. */
export function noteLetGo(record: CheckpointRecord, projectIds: readonly string[], now: number): CheckpointRecord {
  return changePermissions(record, projectIds, (permission) => ({ ...permission, letGoAt: now }));
}

/** From when on it counts: of a day, which does not end while a plan waits, so that no plan is let through by waiting. */
export function countsFrom(waiting: Partial<Pick<WaitingPlan, 'id' | 'countsFrom'>> | undefined, now: number): number {
  return (waiting?.id ? waiting.countsFrom : undefined) ?? now - DAY_MS;
}

/** The id of a plan's revocations: the same permissions, the same id, in whatever order and whenever planned. */
export function revocationsId(revocations: readonly Revocation[]): string {
  const id = new RevocationsId();
  for (const revocation of inOrder(revocations)) id.add(revocation);
  return id.end();
}

/** The order in which the ledger has the checkpoints, and that of the projects within each. */
export function inOrder(revocations: readonly Revocation[]): readonly Revocation[] {
  return revocations.toSorted((a, b) => (lineOf(a) < lineOf(b) ? -1 : 1));
}

/** The same id, of revocations that are taken in one by one in their order. */
export class RevocationsId {
  readonly #hash = createHash('sha256');
  #isFirst = true;

  add(revocation: Revocation): void {
    this.#hash.update(`${this.#isFirst ? '' : '\n'}${lineOf(revocation)}`);
    this.#isFirst = false;
  }

  end(): string {
    return this.#hash.digest('hex').slice(0, 16);
  }
}

function lineOf({ checkpoint, projectId }: Revocation): string {
  return `${checkpoint} ${projectId}`;
}

/** A permission of ours that is in force for all the ledger knows: what a share of revocations is a share of. */
export function isTracked({ state }: PermissionRecord): boolean {
  return ['active', 'drifted', 'orphaned', 'revoking'].includes(state);
}

export function countTracked(records: readonly CheckpointRecord[]): number {
  return records.flatMap(permissionsOf).filter(isTracked).length;
}
