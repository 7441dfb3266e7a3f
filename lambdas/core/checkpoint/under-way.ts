import type { PermissionRecord } from '../model/permission.ts';

/**
 * Whether a permission is being worked on, and will be in another state before long. What OpenAI refuses is left for a
 * day: only when the day is over is there something to be done again. What is paused waits for a person.
 */
export function isUnderWay({ state, priority, notBefore, parked }: PermissionRecord, now: number): boolean {
  if (parked && state !== 'unknown') return false;
  const isDue = notBefore !== null && notBefore <= now;
  switch (state) {
    case 'pending':
    case 'unknown':
      return true;
    case 'revoking':
      return isDue || priority !== 'retry';
    case 'rejected':
      return isDue;
    default:
      return false;
  }
}
