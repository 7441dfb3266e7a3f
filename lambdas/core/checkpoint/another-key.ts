import type { CheckpointRecord, PermissionRecord } from '../model/permission.ts';
import { changePermissions, idsOf, permissionsOf, putUp } from './record.ts';

/**
 * There is another admin key than the one that was refused since `since` (ms since the epoch), of which nothing showed that it
 * was ours: what waits because of that waits no longer. The very record where nothing does.
 */
export function askedUnderAnotherKey(record: CheckpointRecord, since: number, now: number): CheckpointRecord {
  const { verifyAt, gone } = record;
  const refused = permissionsOf(record).filter((permission) => isRefusedSince(permission, since, now));
  const isListLater = gone === null && verifyAt !== null && verifyAt > now;
  const listed = isListLater ? putUp(record, 'verify', now) : record;
  if (refused.length === 0) return listed;
  return changePermissions(
    listed,
    refused.map(({ projectId }) => projectId),
    (permission) => asIfFresh(permission, now),
  );
}

function isRefusedSince({ state, failing, notBefore, askedAt }: PermissionRecord, since: number, now: number): boolean {
  const isRefused = state === 'rejected' || (state === 'pending' && failing !== null);
  return isRefused && notBefore !== null && notBefore > now && askedAt !== null && askedAt >= since;
}

/** Where there is an id that it may still have, a LIST goes first, as it would have a day later. */
function asIfFresh(permission: PermissionRecord, now: number): PermissionRecord {
  const due: PermissionRecord = { ...permission, priority: 'repair', notBefore: now, attempts: 0, failing: null };
  const isToBeAsked = permission.want !== null && idsOf(permission).length === 0;
  return isToBeAsked ? { ...due, state: 'pending' } : due;
}
