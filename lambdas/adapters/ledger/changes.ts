import type { LedgerEvent } from '../../core/events/event.ts';
import type { Change } from '../../core/ports/ledger.ts';
import { LEDGER, PARTITION } from '../../shared/contract/ledger-keys.ts';
import { timeOf } from './due-index.ts';
import { type Attributes, countsAttribute, decode, keyOf, STAMP, understood } from './items.ts';
import { queryPartition, type Table } from './table.ts';

/** A change is looked at within the hour; what was missed, the daily look at the whole ledger finds. */
const KEPT_SECONDS = 3 * 24 * 60 * 60;

/** The mark of a change that no event tells of, written together with it. */
export function changeItem({ kind, id, at, counts }: Change): Attributes {
  const expires = Math.ceil(at / 1_000) + KEPT_SECONDS;
  const key = keyOf(PARTITION.change, `${timeOf(at)}#${kind}#${id}`);
  return { ...key, ...STAMP, [LEDGER.ttl]: { N: String(expires) }, ...countsAttribute(counts) };
}

/**
 * What has changed: what events tell, which are there anyway, and marks. Consistently, so that a change whose time has come is
 * never missed because an index lags.
 */
export async function queryChanges(table: Table, from: number, limit: number): Promise<readonly Change[]> {
  const told = await queryFrom(table, PARTITION.event, new Date(from).toISOString(), limit, changeTold);
  const marked = await queryFrom(table, PARTITION.change, timeOf(from), limit, changeMarked);
  return [...told, ...marked].sort((a, b) => a.at - b.at).slice(0, limit);
}

/** Reads on until there are as many as were asked for: fewer means that there are no more, and not every event tells of a change. */
async function queryFrom(
  table: Table,
  partition: string,
  from: string,
  limit: number,
  read: (item: Attributes) => readonly Change[],
): Promise<readonly Change[]> {
  const changes: Change[] = [];
  let cursor: string | null = null;
  do {
    const page = await queryPartition(table, partition, cursor, { consistent: true, from, limit });
    changes.push(...page.items.flatMap(read));
    cursor = page.cursor;
  } while (cursor !== null && changes.length < limit);
  return changes;
}

function changeTold(item: Attributes): readonly Change[] {
  const { checkpoint, at }: LedgerEvent = decode(item);
  return checkpoint === null ? [] : [{ kind: 'checkpoint', id: checkpoint, at, ...countsOf(item) }];
}

function changeMarked(item: Attributes): readonly Change[] {
  const [at, kind, ...id] = (understood(item)[LEDGER.sortKey]?.S ?? '').split('#');
  return [{ kind: kind === 'job' ? 'job' : 'checkpoint', id: id.join('#'), at: Number(at), ...countsOf(item) }];
}

function countsOf({ counts }: Attributes): Pick<Change, 'counts'> {
  return counts?.S === undefined ? {} : { counts: JSON.parse(counts.S) };
}
