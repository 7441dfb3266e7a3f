import type { CheckpointRecord } from '../model/permission.ts';
import { permissionsOf } from './record.ts';

/**
 * Whether a write may make a difference to a plan, so that a sweep has to look at the record again. When a call is due, how far
 * one has come, and that a list has shown what was known, makes none.
 */
export function isNews(record: CheckpointRecord, before: CheckpointRecord): boolean {
  return before.version === 0 || viewOf(record) !== viewOf(before);
}

function viewOf(record: CheckpointRecord): string {
  const { source, jobId, gone, absence, holds, lookFirst } = record;
  const permissions = permissionsOf(record).map((permission) => {
    const { projectId, state, permissionId, duplicateIds, want, doubt, parked, lapsed, lastRule, lastOrigin } =
      permission;
    const { length } = permission.repairs;
    return [projectId, state, permissionId, duplicateIds, want, doubt, parked, lapsed, lastRule, lastOrigin, length];
  });
  return JSON.stringify([source, jobId, gone, absence, holds, lookFirst, permissions]);
}
