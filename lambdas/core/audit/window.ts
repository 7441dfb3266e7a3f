import { SETTLE_MS } from '../checkpoint/retries.ts';
import type { AuditState, AuditWalk } from '../model/system-state.ts';
import { type AuditEvent, byTime } from './event.ts';

/** An event may show late: each read begins so long before the newest event of the one before. */
const OVERLAP_MS = 60 * 60_000;
/**
 * And with no more than so many events that were read already, in whole seconds: a read stays one call, however many
 * permissions were shared in the hour before. What that leaves out is found by a LIST.
 */
const OVERLAP_EVENTS = 50;
/** The first read, and one after a long pause, goes back no further: lists have told, or will tell, what was before. */
const REACH_MS = 24 * 60 * 60_000;
const SECOND_MS = 1_000;

/** The read that is under way, or a new one. */
export function walkOf({ walk, readFrom }: AuditState, now: number): AuditWalk {
  return walk ?? { from: Math.max(readFrom ?? 0, now - REACH_MS), after: null, newest: [], againFrom: null };
}

/** The events that no earlier read has seen, each once, oldest first. */
export function unread({ seen }: AuditState, events: readonly AuditEvent[]): readonly AuditEvent[] {
  const known = new Set(seen);
  const fresh = new Map(events.flatMap((event) => (known.has(event.id) ? [] : [[event.id, event] as const])));
  return [...fresh.values()].sort(byTime);
}

/** The read after some more events; `next` is the cursor of the page after them. */
export function walkOn(walk: AuditWalk, events: readonly AuditEvent[], next: string | null, now: number): AuditWalk {
  const again = events.filter((event) => isForAgain(event, now));
  const done = events.filter((event) => !isForAgain(event, now));
  const byId = new Map([...walk.newest, ...done].map(({ id, at }) => [id, { id, at }] as const));
  const newest = [...byId.values()].sort((a, b) => b.at - a.at).slice(0, OVERLAP_EVENTS + 1);
  const againFrom = Math.min(walk.againFrom ?? Number.POSITIVE_INFINITY, ...again.map(({ at }) => at));
  return { ...walk, after: next, newest, againFrom: Number.isFinite(againFrom) ? againFrom : null };
}

/** The state after a read that came to its end. */
export function endWalk(state: AuditState, { from, newest, againFrom }: AuditWalk, now: number): AuditState {
  const readTo = Math.max(state.readTo ?? 0, newest[0]?.at ?? 0) || null;
  const tooMany = newest[OVERLAP_EVENTS];
  const overlapFrom = tooMany === undefined ? (readTo ?? from) - OVERLAP_MS : secondAfter(tooMany.at);
  // An event of the future, by whosever mistake, must not keep what comes before it from being read.
  const readFrom = Math.max(from, Math.min(overlapFrom, againFrom ?? overlapFrom, now));
  return {
    ...state,
    dueAt: null,
    readTo,
    readFrom,
    seen: newest.filter(({ at }) => at >= readFrom).map(({ id }) => id),
    walk: null,
    access: 'on',
    refusal: null,
    readAt: now,
  };
}

/** The audit log cannot be read. */
export function refuseWalk(state: AuditState, refusal: string, now: number): AuditState {
  return { ...state, dueAt: null, walk: null, access: 'off', refusal, readAt: now };
}

/** Just now deleted: a LIST that it led to may still have shown what was before, so the next read asks once more. */
function isForAgain({ kind, at }: AuditEvent, now: number): boolean {
  return kind === 'permission-deleted' && at > now - SETTLE_MS;
}

function secondAfter(at: number): number {
  return Math.floor(at / SECOND_MS) * SECOND_MS + SECOND_MS;
}
