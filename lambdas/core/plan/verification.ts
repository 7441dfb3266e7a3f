import { permissionsOf } from '../checkpoint/record.ts';
import type { CheckpointRecord } from '../model/permission.ts';

const DAY_MS = 24 * 60 * 60_000;
/** What OpenAI did not know any more is looked at again so rarely: it may be there again, or have been all along. */
const GONE_REST_MS = 7 * DAY_MS;

/** Whether a LIST of this checkpoint could tell anything of permissions that are ours. */
export function isVerifiable(record: CheckpointRecord): boolean {
  return permissionsOf(record).some(({ state }) => state === 'active' || state === 'orphaned' || state === 'drifted');
}

/** Whether a LIST could tell anything at all. */
export function isWorthListing(record: CheckpointRecord): boolean {
  return isVerifiable(record) || record.gone !== null;
}

/** What a person asks for when they want everything verified: also what was gone, if it was not looked at today. */
export function isToVerify(record: CheckpointRecord, now: number): boolean {
  return isVerifiable(record) || (record.gone !== null && seenAt(record) <= now - DAY_MS);
}

/**
 * The checkpoints to be listed next: those that have not been for the longest time, and at least since `notSince` (ms since
 * the epoch). Those already put up for it count against the budget, so that it never piles up.
 */
export function stalest(
  records: readonly CheckpointRecord[],
  budget: number,
  notSince: number,
  now: number = Number.POSITIVE_INFINITY,
): readonly CheckpointRecord[] {
  // What waits for its own time (in doubt, forbidden, too fresh) must not use up the budget of all others meanwhile.
  const queued = records.filter(({ verifyAt, absence }) => {
    return verifyAt !== null && verifyAt <= now && absence === undefined;
  }).length;
  return records
    .filter((record) => record.verifyAt === null && isWorthListing(record))
    .filter((record) => seenAt(record) <= (record.gone === null ? notSince : notSince - GONE_REST_MS))
    .sort((a, b) => seenAt(a) - seenAt(b))
    .slice(0, Math.max(0, budget - queued));
}

/** When OpenAI last showed what is recorded: by a list or, before the first one, by granting it. */
export function seenAt(record: CheckpointRecord): number {
  const granted = permissionsOf(record).map(({ sharedAt }) => sharedAt ?? 0);
  return record.listedAt ?? Math.max(0, ...granted);
}
