import { laneOf } from '../checkpoint/due.ts';
import { changePermissions, permissionsOf } from '../checkpoint/record.ts';
import type { CheckpointRecord, Lane, PermissionRecord } from '../model/permission.ts';
import { type Pause, pausedBy } from './pause.ts';

/** Where something is granted or revoked. What a call may have done is looked up all the same. */
type PausableLane = Exclude<Lane, 'list'>;

/**
 * Sets aside what is due in a lane and paused, so that it neither is called for nor hides other work of the checkpoint in the
 * index. The very record where nothing is. Only the lane itself may do so: another one's call may be on its way, which
 * somebody who finds the permission set aside would not expect.
 */
export function park(record: CheckpointRecord, pause: Pause, lane: PausableLane, now: number): CheckpointRecord {
  return changeSome(
    record,
    (permission) => laneOf(permission) === lane && isParkable(record, permission, pause, now),
    (permission) => {
      return { ...permission, parked: true };
    },
  );
}

/** Takes up again what is paused no more. The very record where nothing is. */
export function unpark(record: CheckpointRecord, pause: Pause): CheckpointRecord {
  return changeSome(
    record,
    (permission) => permission.parked === true && pausedBy(pause, record, permission) === null,
    ({ parked: _, ...permission }) => permission,
  );
}

function isParkable(record: CheckpointRecord, permission: PermissionRecord, pause: Pause, now: number): boolean {
  const { parked, notBefore } = permission;
  const isDue = notBefore !== null && notBefore <= now;
  return isDue && !parked && pausedBy(pause, record, permission) !== null;
}

function changeSome(
  record: CheckpointRecord,
  isMeant: (permission: PermissionRecord) => boolean,
  change: (permission: PermissionRecord) => PermissionRecord,
): CheckpointRecord {
  const meant = permissionsOf(record).filter(isMeant);
  const projectIds = meant.map(({ projectId }) => projectId);
  return meant.length === 0 ? record : changePermissions(record, projectIds, change);
}
