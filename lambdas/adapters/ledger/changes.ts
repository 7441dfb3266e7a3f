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
  const told = await queryFrom(table, PARTITION.event, new Date(from).toISOString(), limit);
  const marked = await queryFrom(table, PARTITION.change, timeOf(from), limit);
  const changes = [...told.flatMap(changeTold), ...marked.map(changeMarked)];
  return changes.sort((a, b) => a.at - b.at).slice(0, limit);
}

async function queryFrom(table: Table, partition: string, from: string, limit: number): Promise<readonly Attributes[]> {
  const items: Attributes[] = [];
  let cursor: string | null = null;
  do {
    const page = await queryPartition(table, partition, cursor, {
      consistent: true,
      from,
      limit: limit - items.length,
    });
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== null && items.length < limit);
  return items;
}

function changeTold(item: Attributes): readonly Change[] {
  const { checkpoint, at }: LedgerEvent = decode(item);
  return checkpoint === null ? [] : [{ kind: 'checkpoint', id: checkpoint, at, ...countsOf(item) }];
}

function changeMarked(item: Attributes): Change {
  const [at, kind, ...id] = (understood(item)[LEDGER.sortKey]?.S ?? '').split('#');
  return { kind: kind === 'job' ? 'job' : 'checkpoint', id: id.join('#'), at: Number(at), ...countsOf(item) };
}

function countsOf({ counts }: Attributes): Pick<Change, 'counts'> {
  return counts?.S === undefined ? {} : { counts: JSON.parse(counts.S) };
}
