import { type Due, dueOf } from '../../../lambdas/core/checkpoint/due.ts';
import { PRIORITIES } from '../../../lambdas/core/model/permission.ts';
import type { DueCheckpoint, Ledger } from '../../../lambdas/core/ports/ledger.ts';

interface IndexEntry {
  readonly from: number;
  readonly due: Due | null;
}

/**
 * The ledger with an index of due work that runs behind it, as DynamoDB's does: an entry changes up to `lagMs()` after
 * its record, the entries of one record in the order of its writes.
 */
export function withLaggingIndex(ledger: Ledger, lagMs: () => number, now: () => number): Ledger {
  const index = new Map<string, IndexEntry[]>();
  return {
    ...ledger,
    async saveCheckpoint(record, before) {
      const saved = await ledger.saveCheckpoint(record, before);
      if (!saved) return false;
      const entries = index.get(record.checkpoint) ?? [];
      const from = Math.max(entries.at(-1)?.from ?? 0, now() + lagMs());
      index.set(record.checkpoint, [...current(entries, now()), { from, due: dueOf(record) }]);
      return true;
    },
    async dueCheckpoints(lane, until, limit) {
      const due: DueCheckpoint[] = [];
      for (const [checkpoint, entries] of index) {
        const entry = entries.findLast(({ from }) => from <= now())?.due;
        if (entry?.lane === lane && entry.at <= until) due.push({ checkpoint, priority: entry.priority, at: entry.at });
      }
      const rank = ({ priority }: DueCheckpoint) => PRIORITIES.indexOf(priority);
      return due.sort((a, b) => rank(a) - rank(b) || a.at - b.at).slice(0, limit);
    },
  };
}

/** Without the entries that a later one has replaced. */
function current(entries: readonly IndexEntry[], now: number): readonly IndexEntry[] {
  const last = entries.findLastIndex(({ from }) => from <= now);
  return last <= 0 ? entries : entries.slice(last);
}
