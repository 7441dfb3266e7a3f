import { ContentionError } from '../core/errors.ts';
import type { CheckpointRecord } from '../core/model/permission.ts';
import type { Ledger } from '../core/ports.ts';

const MAX_TRIES = 32;

/**
 * Reads a checkpoint, changes it and stores it, again from the start when somebody came between: the change must be
 * good for whatever it finds. Returning the very record it was given writes nothing. `fresh` stands in for a checkpoint
 * that the ledger does not have. Throws `ContentionError`.
 */
export async function changeCheckpoint(
  ledger: Ledger,
  fresh: CheckpointRecord,
  change: (record: CheckpointRecord) => CheckpointRecord,
): Promise<CheckpointRecord> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const before = (await ledger.getCheckpoint(fresh.checkpoint)) ?? fresh;
    const after = change(before);
    if (after === before || (await ledger.saveCheckpoint(after, before))) return after;
  }
  throw new ContentionError(`${fresh.checkpoint} changed ${MAX_TRIES} times underneath one change`);
}

/**
 * The same of a checkpoint that was read a moment ago. It is read again only where somebody came between, which halves the
 * requests of a sweep that changes thousands.
 */
export async function changeAsRead(
  ledger: Ledger,
  record: CheckpointRecord,
  change: (record: CheckpointRecord) => CheckpointRecord,
): Promise<CheckpointRecord> {
  const after = change(record);
  if (after === record || (await ledger.saveCheckpoint(after, record))) return after;
  return changeCheckpoint(ledger, record, change);
}
