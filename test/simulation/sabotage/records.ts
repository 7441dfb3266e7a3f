import type { CheckpointRecord, PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';

/** The record with every permission changed. */
export function mapPermissions(
  record: CheckpointRecord,
  change: (permission: PermissionRecord) => PermissionRecord,
): CheckpointRecord {
  const entries = Object.entries(record.permissions).map(([id, permission]) => [id, change(permission)] as const);
  return { ...record, permissions: Object.fromEntries(entries) };
}

/** A ledger in whose place the function itself remembers that a POST is in flight: with the function, that is lost. */
export function markingInMemory(ledger: Ledger): Ledger {
  const marked = new Map<string, CheckpointRecord>();
  return {
    ...ledger,
    getCheckpoint: async (checkpoint) => marked.get(checkpoint) ?? ledger.getCheckpoint(checkpoint),
    saveCheckpoint: async (record, before) => {
      marked.delete(record.checkpoint);
      if (record.inFlight === null || before.inFlight !== null) return ledger.saveCheckpoint(record, before);
      marked.set(record.checkpoint, { ...record, version: before.version });
      return true;
    },
  };
}

/** A ledger that shows other records than it has. */
export function showing(ledger: Ledger, change: (record: CheckpointRecord) => CheckpointRecord): Ledger {
  return {
    ...ledger,
    async getCheckpoint(checkpoint) {
      const record = await ledger.getCheckpoint(checkpoint);
      return record && change(record);
    },
  };
}

/** A ledger that stores other records than it is given. */
export function storing(
  ledger: Ledger,
  change: (record: CheckpointRecord, before: CheckpointRecord) => CheckpointRecord,
): Ledger {
  return { ...ledger, saveCheckpoint: (record, before) => ledger.saveCheckpoint(change(record, before), before) };
}

/** A ledger that does not show what people have said, and keeps it. */
export function withoutHolds(ledger: Ledger): Ledger {
  const unsaid = ({ holds: _, ...record }: CheckpointRecord): CheckpointRecord => record;
  return {
    ...showing(ledger, unsaid),
    async listCheckpoints(cursor) {
      const page = await ledger.listCheckpoints(cursor);
      return { ...page, items: page.items.map(unsaid) };
    },
    async saveCheckpoint(record, before) {
      const stored = await ledger.getCheckpoint(record.checkpoint);
      return ledger.saveCheckpoint(stored?.holds ? { ...record, holds: stored.holds } : record, before);
    },
  };
}
