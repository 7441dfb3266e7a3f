import { permissionsOf } from '../checkpoint/record.ts';
import type { CheckpointRecord } from '../model/permission.ts';

/** Whether a LIST of this checkpoint could tell anything of permissions that are ours. */
export function isVerifiable(record: CheckpointRecord): boolean {
  return permissionsOf(record).some(({ state }) => state === 'active' || state === 'orphaned' || state === 'drifted');
}

/**
 * The checkpoints to be listed next: those that have not been for the longest time, and at least since `notSince` (ms since
 * the epoch). Those already put up for it count against the budget, so that it never piles up.
 */
export function stalest(
  records: readonly CheckpointRecord[],
  budget: number,
  notSince: number,
): readonly CheckpointRecord[] {
  const queued = records.filter(({ verifyAt }) => verifyAt !== null).length;
  return records
    .filter((record) => record.verifyAt === null && isVerifiable(record) && seenAt(record) <= notSince)
    .sort((a, b) => seenAt(a) - seenAt(b))
    .slice(0, Math.max(0, budget - queued));
}

/** When OpenAI last showed what is recorded: by a list or, before the first one, by granting it. */
export function seenAt(record: CheckpointRecord): number {
  const granted = permissionsOf(record).map(({ sharedAt }) => sharedAt ?? 0);
  return record.listedAt ?? Math.max(0, ...granted);
}
