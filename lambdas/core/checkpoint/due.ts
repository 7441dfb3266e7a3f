import type { Lane } from '../model/permission.ts';
import { type CheckpointRecord, type PermissionRecord, PRIORITIES, type Priority } from '../model/permission.ts';
import { idsOf, permissionsOf } from './record.ts';

/** The next admin call that a checkpoint needs, and when. */
export interface Due {
  readonly lane: Lane;
  readonly priority: Priority;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * The next thing to do about a checkpoint, or null. Derived from the record alone, so that the index of due work
 * cannot say anything else than the record does. While a creating call is in flight nothing else is done about the
 * checkpoint; once the call's deadline has passed without a record of its end, a LIST has to tell what it did.
 */
export function dueOf(record: CheckpointRecord): Due | null {
  if (record.inFlight !== null) return { lane: 'list', priority: 'fresh', at: record.inFlight.deadline };
  return permissionsOf(record)
    .filter((permission) => record.lookFirst !== true || laneOf(permission) !== 'create')
    .map(dueOfPermission)
    .reduce(moreUrgent, dueOfVerification(record));
}

function dueOfVerification({ verifyAt, verifyPriority }: CheckpointRecord): Due | null {
  return verifyAt === null ? null : { lane: 'list', priority: verifyPriority, at: verifyAt };
}

/**
 * The lane that a permission's state waits for; null when it waits for nothing. One that is refused since its project was
 * closed may still be there: a LIST has to tell before it is asked for again. So it has to where OpenAI answered to a DELETE
 * that there is nothing to delete.
 */
export function laneOf(permission: PermissionRecord): Lane | null {
  const { state, doubt } = permission;
  if (state === 'rejected' && idsOf(permission).length > 0) return 'list';
  if (state === 'pending' || state === 'rejected') return 'create';
  if (state === 'unknown') return 'list';
  if (state === 'revoking') return doubt === 'not-there' ? 'list' : 'delete';
  return null;
}

function dueOfPermission(permission: PermissionRecord): Due | null {
  const lane = laneOf(permission);
  if (lane === null || permission.notBefore === null || (permission.parked && lane !== 'list')) return null;
  return { lane, priority: permission.priority, at: permission.notBefore };
}

function moreUrgent(a: Due | null, b: Due | null): Due | null {
  if (a === null || b === null) return a ?? b;
  const byPriority = PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority);
  return byPriority < 0 || (byPriority === 0 && a.at <= b.at) ? a : b;
}
