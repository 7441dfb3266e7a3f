import type { CheckpointRecord } from '../model/permission.ts';
import { changePermissions, newPermission, permissionsOf } from './record.ts';

/** The projects whose permission is gone at OpenAI and was left so, and is not ignored: all of them or those named. */
export function repairable(record: CheckpointRecord, projectIds: readonly string[]): readonly string[] {
  return permissionsOf(record)
    .filter(({ projectId, state, want }) => {
      return state === 'drifted' && want !== null && record.holds?.[projectId]?.kind !== 'ignored';
    })
    .map(({ projectId }) => projectId)
    .filter((projectId) => projectIds.length === 0 || projectIds.includes(projectId));
}

/** A person says that they are to be shared again: the repairs that went before count no more. */
export function repairByHand(record: CheckpointRecord, projectIds: readonly string[], now: number): CheckpointRecord {
  const chosen = repairable(record, projectIds);
  if (chosen.length === 0) return record;
  return changePermissions(record, chosen, ({ projectId, want, askedAt }) => ({
    ...newPermission(projectId, 'pending'),
    want,
    reason: 'gone at OpenAI: a person asked for it to be shared again',
    priority: 'repair',
    notBefore: now,
    askedAt,
  }));
}
