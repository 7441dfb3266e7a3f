import type { CheckpointRecord } from '../model/permission.ts';
import { laneOf } from './due.ts';
import { changePermissions } from './record.ts';
import { reject } from './refused.ts';
import { afterFailure, asLongAgainMs, backoffMs, REFUSED_RETRY_MS } from './retries.ts';

const FORBIDDEN_WAIT_MS = 60 * 60_000;

/** A LIST that did not come through: what waits for it waits longer each time. */
export function postponeList(record: CheckpointRecord, now: number, reason: string): CheckpointRecord {
  const landed = endLostCall(record, now);
  const { verifyAt } = landed;
  const later = verifyAt !== null && verifyAt <= now ? { ...landed, verifyAt: now + backoffMs(4) } : landed;
  return changePermissions(later, Object.keys(later.permissions), (permission) => {
    const { askedAt, priority, notBefore } = permission;
    if (laneOf(permission) !== 'list' || (notBefore !== null && notBefore > now)) return permission;
    const wait = asLongAgainMs(now - (askedAt ?? now));
    return { ...permission, reason, priority: afterFailure(priority), notBefore: now + wait };
  });
}

/**
 * OpenAI does not let this checkpoint be listed: it is tried again once a day, as what it does not let be shared is. What a
 * list has to come before is refused for as long.
 */
export function forbidList(record: CheckpointRecord, now: number, reason: string): CheckpointRecord {
  const { lookFirst, permissions } = record;
  const retryAt = now + REFUSED_RETRY_MS;
  const later = changePermissions(postponeList(record, now, reason), Object.keys(permissions), (permission) => {
    if (laneOf(permission) === 'list') return { ...permission, notBefore: retryAt };
    const isKept = lookFirst !== true || permission.state !== 'pending';
    return isKept ? permission : reject(permission, reason, retryAt, 'forbidden');
  });
  return later.verifyAt === null ? later : { ...later, verifyAt: retryAt, verifyPriority: 'retry' };
}

/** It need not be this checkpoint that OpenAI does not let be listed: nobody can tell whose the admin key is. */
export function doubtForbidden(record: CheckpointRecord, now: number, reason: string): CheckpointRecord {
  const later = postponeList(record, now, reason);
  return later.verifyAt === record.verifyAt ? later : { ...later, verifyAt: now + FORBIDDEN_WAIT_MS };
}

/** Whoever made the call is gone: past its deadline no answer can come, and a LIST tells what it did. */
export function endLostCall(record: CheckpointRecord, now: number): CheckpointRecord {
  if (record.inFlight === null || record.inFlight.deadline > now) return record;
  return { ...record, inFlight: null };
}
