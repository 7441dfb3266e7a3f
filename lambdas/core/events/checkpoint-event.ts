import type { CheckpointRecord } from '../model/permission.ts';
import { changesBetween } from './changes.ts';
import type { Announcement, Author, LedgerEvent, OtherAct } from './event.ts';

/** Padded, writes of one checkpoint within one millisecond sort in their order, too. */
const VERSION_DIGITS = 9;

/** The event that one write to a checkpoint makes; undefined for a write that does nothing worth telling. */
export function checkpointEvent(
  record: CheckpointRecord,
  before: CheckpointRecord,
  { actor, plan }: Author,
  now: number,
): LedgerEvent | undefined {
  const changes = changesBetween(before, record);
  if (changes.length === 0) return undefined;
  const { checkpoint, jobId, source } = record;
  const id = eventId(now, `${checkpoint}#${String(before.version + 1).padStart(VERSION_DIGITS, '0')}`);
  return { id, at: now, actor, plan, act: null, note: null, checkpoint, jobId, source, changes };
}

/** An event that is about no permission. `unique` tells it from others of the same millisecond. */
export function otherEvent(
  act: OtherAct,
  note: string | null,
  { actor, plan }: Author,
  now: number,
  unique: string,
  job: { readonly jobId: string; readonly source: string | null } | null = null,
): LedgerEvent {
  const about = { checkpoint: null, jobId: job?.jobId ?? null, source: job?.source ?? null };
  return { id: eventId(now, unique), at: now, actor, plan, act, note, ...about, changes: [] };
}

/** An event that announces something. `unique` as above: of one that is made again with another, two are announced. */
export function announce(
  announcement: Announcement,
  note: string,
  author: Author,
  now: number,
  unique: string,
): LedgerEvent {
  return { ...otherEvent(announcement.act, note, author, now, unique), announcement };
}

/** ISO times of the same length sort as text. */
function eventId(now: number, unique: string): string {
  return `${new Date(now).toISOString()}#${unique}`;
}
