import { createHash } from 'node:crypto';
import { permissionsOf } from '../checkpoint/record.ts';
import type { CheckpointRecord, PermissionRecord } from '../model/permission.ts';

/** One permission that a plan revokes. */
export interface Revocation {
  readonly checkpoint: string;
  readonly projectId: string;
}

/** Up to so many revocations in one plan are let through whatever their share. */
const ALWAYS_ALLOWED = 5;
/** Of the tracked permissions; more in one plan are likely a mistake in the policy. */
const ALLOWED_PERCENT = 15;

/** Whether so many revocations need a person's word first. */
export function needsConfirmation(revocations: number, tracked: number): boolean {
  return revocations > ALWAYS_ALLOWED && 100 * revocations > ALLOWED_PERCENT * tracked;
}

/** The id of a plan's revocations: the same permissions, the same id, in whatever order and whenever planned. */
export function revocationsId(revocations: readonly Revocation[]): string {
  const lines = revocations.map(({ checkpoint, projectId }) => `${checkpoint} ${projectId}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
}

/** A permission of ours that is in force for all the ledger knows: what a share of revocations is a share of. */
export function isTracked({ state }: PermissionRecord): boolean {
  return ['active', 'drifted', 'orphaned', 'revoking'].includes(state);
}

export function countTracked(records: readonly CheckpointRecord[]): number {
  return records.flatMap(permissionsOf).filter(isTracked).length;
}
