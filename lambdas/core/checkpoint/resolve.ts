import type { ActualPermission, CheckpointRecord, PermissionRecord, Want } from '../model/permission.ts';
import { plan } from '../plan/plan.ts';
import { applyActions } from './apply.ts';
import { laneOf } from './due.ts';
import { endLostCall } from './list-failed.ts';
import { isBelievable, isFresh, lastGrantedAt, tooFreshToShow } from './list-lag.ts';
import { changePermissions, idsOf, permissionsOf } from './record.ts';
import { askAgain, notFound, reject } from './refused.ts';
import { backoffMs, countFailure, LOST_TRIES, REFUSED_RETRY_MS, SETTLE_MS } from './retries.ts';

export { postponeList } from './list-failed.ts';

/**
 * Brings the record to what a complete LIST shows: what was unknown is known now, drift is found. `now` is when the
 * LIST *began*: it proves nothing about what was asked for or deleted while its pages came in. `adopted` is what a person
 * wants kept of what it shows; it replaces the record's own wish for that project.
 */
export function resolveByList(
  record: CheckpointRecord,
  actual: readonly ActualPermission[],
  now: number,
  adopted: readonly Want[] = [],
): CheckpointRecord {
  const landed = revived(endLostCall(record, now));
  const seen = actual.filter((other) => isBelievable(landed, other, now));
  const hidden = tooFreshToShow(landed, seen, now);
  const shown = [...seen, ...hidden];
  const wanted = new Map([...wantsOf(landed), ...adopted.map((want) => [want.projectId, want] as const)]);
  const { permissions: recorded, holds } = landed;
  const actions = plan({ wanted, recorded, actual: shown, prune: false, holds });
  const applied = applyActions(landed, actions, now);
  const resolved = changePermissions(applied, Object.keys(applied.permissions), (permission) => {
    if (permission.state === 'unknown') return settleAbsent(landed, permission, now);
    if (permission.state === 'revoking') return settleDeletion(permission, actual, now);
    if (laneOf(permission) === 'list') return askAgain(withoutIds(permission), 'gone at OpenAI', now);
    return noteShown(permission, landed.permissions[permission.projectId], actual, shown, now);
  });
  return { ...told(resolved), ...stillToVerify(landed, hidden, now), listedAt: now, gone: null };
}

/**
 * The checkpoint is not at OpenAI any more: whatever was granted for it is gone, whatever is asked for is refused. Who wanted
 * it is remembered: should OpenAI show it again, it lives on as before.
 */
export function resolveGone(record: CheckpointRecord, reason: string, now: number): CheckpointRecord {
  const landed = endLostCall(record, now);
  const closed = changePermissions(landed, Object.keys(landed.permissions), (permission) => {
    switch (permission.state) {
      case 'unknown':
        return untilSettled(landed, permission, reason, now) ?? notFound(permission, reason, now);
      case 'pending':
        return notFound(permission, reason, now);
      case 'revoked':
        return permission;
      case 'foreign':
        return undefined;
      default:
        if (permission.state === 'rejected' && idsOf(permission).length === 0) return permission;
        if (isFresh(permission, now)) return permission;
        return closeGone(permission, reason, now);
    }
  });
  const states = new Set(permissionsOf(closed).map(({ state }) => state));
  // What is still to be asked for has its tries; where something was closed, that is looked for again all the same.
  if (states.has('revoked')) states.delete('pending');
  const isClosed = [...states].every((state) => state === 'revoked' || state === 'rejected');
  const hidden = tooFreshToShow(landed, [], now);
  return { ...told(closed), ...stillToVerify(landed, hidden, now), listedAt: now, gone: isClosed ? reason : null };
}

function closeGone({ want, ...permission }: PermissionRecord, reason: string, now: number): PermissionRecord {
  const closed = { ...permission, want: null, reason, notBefore: null, doubt: null, verifiedAt: now };
  return { ...closed, state: 'revoked', ...(want !== null && { lastWant: want }) };
}

/** A checkpoint that was gone, or all but gone, and is there again: who wanted what it had wants it still. */
export function revived(
  record: CheckpointRecord,
  projectIds: Iterable<string> = Object.keys(record.permissions),
): CheckpointRecord {
  return changePermissions(record, projectIds, (permission) => {
    const { lastWant, ...others } = permission;
    if (lastWant === undefined || permission.state !== 'revoked') return permission;
    return { ...others, want: permission.want ?? lastWant };
  });
}

/** OpenAI has told what it has: nothing is in doubt any more, and nothing waits for its word. */
function told({ absence: _, listing: __, lookFirst: ___, ...record }: CheckpointRecord): CheckpointRecord {
  return record;
}

/**
 * What was put up while the LIST was on its way is not answered by it, nor whether what is too fresh to show is really
 * there: that is looked at again as soon as a list can tell.
 */
function stillToVerify(
  { verifyAt, verifyPriority, permissions }: CheckpointRecord,
  hidden: readonly ActualPermission[],
  now: number,
): Pick<CheckpointRecord, 'verifyAt' | 'verifyPriority'> {
  if (verifyAt !== null && verifyAt > now) return { verifyAt, verifyPriority };
  if (hidden.length === 0) return { verifyAt: null, verifyPriority };
  const grantedAt = hidden.flatMap(({ projectId }) => permissions[projectId] ?? []).map(lastGrantedAt);
  return { verifyAt: Math.max(...grantedAt) + SETTLE_MS, verifyPriority: 'repair' };
}

/** Everybody's wish for this checkpoint, by project, as the record has it. */
export function wantsOf(record: CheckpointRecord): ReadonlyMap<string, Want> {
  return new Map(
    permissionsOf(record).flatMap(({ projectId, want }) => (want === null ? [] : [[projectId, want] as const])),
  );
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
  const absent = withoutIds(permission);
  if (permission.doubt === 'left-out') {
    return reject(absent, 'OpenAI answers without this project', now + REFUSED_RETRY_MS);
  }
  const counted = countFailure(absent, 'lost');
  if (counted.attempts >= LOST_TRIES) {
    return reject(counted, 'the call is lost every time', now + REFUSED_RETRY_MS, 'lost');
  }
  return askAgain(counted, 'the call had no effect', now);
}

/**
 * OpenAI answered to a DELETE that there is nothing to delete: it is deleted where the list says so, too. Else the DELETE is
 * made again, later each time.
 */
function settleDeletion(
  permission: PermissionRecord,
  actual: readonly ActualPermission[],
  now: number,
): PermissionRecord {
  if (permission.doubt !== 'not-there') return permission;
  const settledAt = lastGrantedAt(permission) + SETTLE_MS;
  const left = idsOf(permission).filter((id) => actual.some(({ permissionId }) => permissionId === id));
  if (left.length === 0) {
    // Granted a moment ago: neither a DELETE nor a list need know of it yet.
    if (now < settledAt) return { ...permission, notBefore: settledAt };
    return { ...permission, state: 'revoked', notBefore: null, doubt: null, verifiedAt: now };
  }
  return deleteAgain(permission, left, now);
}

/** A list shows what OpenAI said that it did not have. */
export function deleteAgain(permission: PermissionRecord, ids: readonly string[], now: number): PermissionRecord {
  const [permissionId = null, ...duplicateIds] = ids;
  const counted = countFailure(permission, 'unavailable');
  return { ...counted, permissionId, duplicateIds, doubt: null, notBefore: now + backoffMs(counted.attempts) };
}

/** A list has shown that none of its permissions is there any more. */
function withoutIds(permission: PermissionRecord): PermissionRecord {
  return { ...permission, permissionId: null, duplicateIds: [] };
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
 * Notes which of the project's permissions the list shows. A second one is tracked, too, whoever made it, where the
 * project is wanted or a call of ours had been in doubt: it would else keep its access after the first is revoked.
 */
export function noteShown(
  permission: PermissionRecord,
  before: PermissionRecord | undefined,
  actual: readonly ActualPermission[],
  shown: readonly ActualPermission[],
  now: number,
): PermissionRecord {
  const { toldDeleted: _, ...untold } = permission;
  const { state, projectId, permissionId, want } = permission;
  if (state !== 'active' && state !== 'orphaned') return permission;
  const allOurs = want !== null || before?.state === 'unknown';
  const isOurs = (other: ActualPermission) => permission.duplicateIds.includes(other.permissionId);
  const found = shown.filter((other) => other.projectId === projectId && (allOurs || isOurs(other)));
  // One that may hide another does not count, but is not forgotten.
  const owned = new Set([...found, ...actual.filter(isOurs)].map((other) => other.permissionId));
  const others = [...owned].filter((id) => id !== permissionId);
  const isListed = actual.some((other) => other.permissionId === permissionId);
  const isThere = isListed || shown.some((other) => other.permissionId === permissionId);
  // Where only a second one is left, nobody wants it: else it is under that one's id by now.
  const [first = permissionId, ...rest] = others;
  return {
    ...(isListed ? untold : permission),
    ...(isThere ? { permissionId, duplicateIds: others } : { permissionId: first, duplicateIds: rest }),
    reason: isListed && state === 'active' ? null : permission.reason,
    verifiedAt: isListed ? now : permission.verifiedAt,
  };
}
