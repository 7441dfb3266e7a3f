import type { Failure, PermissionRecord, Priority } from '../model/permission.ts';

const MINUTE = 60_000;
const FIRST_WAIT_MS = MINUTE / 2;
const LONGEST_WAIT_MS = 15 * MINUTE;

/** OpenAI refuses it: tried again once a day. */
export const REFUSED_RETRY_MS = 24 * 60 * MINUTE;

/**
 * How long after a creating or deleting call a list may still show what was before it. OpenAI names no time; new
 * projects have been seen to take up to 60 s to show, and the call's own deadline (30 s) comes before.
 */
export const SETTLE_MS = 2 * MINUTE;

/** A checkpoint that OpenAI does not know is asked for this often before it counts as refused. */
export const NOT_FOUND_TRIES = 4;

/** A creating call that is lost this often in a row is left for a day. */
export const LOST_TRIES = 6;

/** 30 s, 1, 2, 4, 8, then 15 minutes: for work that failed for a reason that may pass. */
export function backoffMs(attempts: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, attempts - 1));
}

/** The same pace where nothing counts the tries: as long again as it has been waited for, from 30 s to 15 minutes. */
export function asLongAgainMs(waitedMs: number): number {
  return Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, waitedMs));
}

/** Counts one more failure. Failures of different kinds do not add up: an outage must not use up the tries of a 404. */
export function countFailure(permission: PermissionRecord, failing: Failure): PermissionRecord {
  const attempts = permission.failing === failing ? permission.attempts + 1 : 1;
  return { ...permission, attempts, failing, priority: afterFailure(permission.priority) };
}

/**
 * What has failed once is fresh no more. A checkpoint shows only its most urgent work in the index, so a call that
 * fails again and again would else hide what is due for the checkpoint's other targets, and go before other jobs.
 */
export function afterFailure(priority: Priority): Priority {
  return priority === 'fresh' ? 'repair' : priority;
}
