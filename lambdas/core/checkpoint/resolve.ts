import type { ActualPermission, CheckpointRecord, PermissionRecord, Want } from '../model/permission.ts';
import { plan } from '../plan/plan.ts';
import { applyActions } from './apply.ts';
import { askAgain, notFound, reject } from './create.ts';
import { changePermissions, idsOf, permissionsOf } from './record.ts';
import { afterFailure, asLongAgainMs, countFailure, LOST_TRIES, REFUSED_RETRY_MS, SETTLE_MS } from './retries.ts';

/** Brings the record to what a complete LIST shows: what was unknown is known now, drift is found. */
export function resolveByList(
  record: CheckpointRecord,
  actual: readonly ActualPermission[],
  now: number,
): CheckpointRecord {
  const landed = endLostCall(record, now);
  const seen = actual.filter((permission) => !isJustDeleted(landed, permission, now));
  const shown = [...seen, ...tooFreshToShow(landed, seen, now)];
  const actions = plan({ wanted: wantsOf(landed), recorded: landed.permissions, actual: shown, prune: false });
  const applied = applyActions(landed, actions, now);
  return changePermissions(applied, Object.keys(applied.permissions), (permission) =>
    permission.state === 'unknown' ? settleAbsent(landed, permission, now) : noteShown(permission, actual, shown, now),
  );
}

/** The checkpoint is not at OpenAI any more: whatever was granted for it is gone, whatever is asked for is refused. */
export function resolveGone(record: CheckpointRecord, reason: string, now: number): CheckpointRecord {
  const landed = endLostCall(record, now);
  return changePermissions(landed, Object.keys(landed.permissions), (permission) => {
    switch (permission.state) {
      case 'unknown':
        return untilSettled(landed, permission, reason, now) ?? notFound(permission, reason, now);
      case 'pending':
        return notFound(permission, reason, now);
      case 'rejected':
      case 'revoked':
        return permission;
      case 'foreign':
        return undefined;
      default:
        if (isFresh(permission, now)) return permission;
        return { ...permission, state: 'revoked', want: null, reason, notBefore: null, verifiedAt: now };
    }
  });
}

/** A LIST that did not come through: what waits for it waits longer each time. */
export function postponeList(record: CheckpointRecord, now: number, reason: string): CheckpointRecord {
  const landed = endLostCall(record, now);
  return changePermissions(landed, Object.keys(landed.permissions), (permission) => {
    const { state, askedAt, priority, notBefore } = permission;
    if (state !== 'unknown' || (notBefore !== null && notBefore > now)) return permission;
    const wait = asLongAgainMs(now - (askedAt ?? now));
    return { ...permission, reason, priority: afterFailure(priority), notBefore: now + wait };
  });
}

/** Everybody's wish for this checkpoint, by project, as the record has it. */
export function wantsOf(record: CheckpointRecord): ReadonlyMap<string, Want> {
  return new Map(
    permissionsOf(record).flatMap(({ projectId, want }) => (want === null ? [] : [[projectId, want] as const])),
  );
}

/** Whoever made the call is gone: past its deadline no answer can come, and a LIST tells what it did. */
function endLostCall(record: CheckpointRecord, now: number): CheckpointRecord {
  if (record.inFlight === null || record.inFlight.deadline > now) return record;
  return { ...record, inFlight: null };
}

/** A permission that OpenAI itself has just answered with may not show in a list yet: that is no drift. */
function tooFreshToShow(
  record: CheckpointRecord,
  actual: readonly ActualPermission[],
  now: number,
): readonly ActualPermission[] {
  const shownIds = new Set(actual.map(({ permissionId }) => permissionId));
  return permissionsOf(record)
    .filter((permission) => isFresh(permission, now))
    .flatMap((permission) => {
      const { projectId, sharedAt, askedAt } = permission;
      const hidden = idsOf(permission).filter((id) => !shownIds.has(id));
      return hidden.map((permissionId) => ({ projectId, permissionId, createdAt: sharedAt ?? askedAt ?? now }));
    });
}

function isFresh({ state, askedAt }: PermissionRecord, now: number): boolean {
  return (state === 'active' || state === 'orphaned') && askedAt !== null && now < askedAt + SETTLE_MS;
}

/** A permission that was deleted a moment ago may still show. Later it is really there: the DELETE did not hold. */
function isJustDeleted(record: CheckpointRecord, { projectId, permissionId }: ActualPermission, now: number): boolean {
  const permission = record.permissions[projectId];
  if (permission?.state !== 'revoked' || !idsOf(permission).includes(permissionId)) return false;
  return permission.verifiedAt !== null && now < permission.verifiedAt + SETTLE_MS;
}

/** Asked for, and not in the list: only after the time that a list may lag does that mean it is not there. */
function settleAbsent(
  record: CheckpointRecord,
  permission: PermissionRecord,
  now: number,
): PermissionRecord | undefined {
  const unsettled = untilSettled(record, permission, 'not in the list yet', now);
  if (unsettled !== undefined) return unsettled;
  if (permission.want === null && idsOf(permission).length > 0) {
    return { ...permission, state: 'revoked', reason: 'gone at OpenAI', notBefore: null, doubt: null, verifiedAt: now };
  }
  if (permission.doubt === 'left-out') {
    return reject(permission, 'OpenAI answers without this project', now + REFUSED_RETRY_MS);
  }
  const counted = countFailure(permission, 'lost');
  if (counted.attempts >= LOST_TRIES) return reject(counted, 'the call is lost every time', now + REFUSED_RETRY_MS);
  return askAgain(counted, 'the call had no effect', now);
}

/** Undefined once enough time has passed since the call for a list to be believed. */
function untilSettled(
  { inFlight }: CheckpointRecord,
  permission: PermissionRecord,
  reason: string,
  now: number,
): PermissionRecord | undefined {
  const inFlightUntil = inFlight?.projectIds.includes(permission.projectId) ? inFlight.deadline : 0;
  const settledAt = Math.max((permission.askedAt ?? 0) + SETTLE_MS, inFlightUntil);
  return now < settledAt ? { ...permission, reason, notBefore: settledAt } : undefined;
}

/**
 * Notes which of the project's permissions the list shows. A second one for a project that is wanted is tracked, too,
 * whoever made it: the project would else keep its access after the first has been revoked.
 */
function noteShown(
  permission: PermissionRecord,
  actual: readonly ActualPermission[],
  shown: readonly ActualPermission[],
  now: number,
): PermissionRecord {
  const { state, projectId, permissionId, want } = permission;
  if (state !== 'active' && state !== 'orphaned') return permission;
  const others = shown.filter((other) => other.projectId === projectId && other.permissionId !== permissionId);
  const owned = others.filter((other) => want !== null || permission.duplicateIds.includes(other.permissionId));
  const isListed = actual.some((other) => other.permissionId === permissionId);
  return {
    ...permission,
    duplicateIds: owned.map((other) => other.permissionId),
    verifiedAt: isListed ? now : permission.verifiedAt,
  };
}
