import {
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { Tally } from '../../core/checkpoint/tally.ts';
import { RowRefusedError } from '../../core/errors.ts';
import type { LedgerEvent } from '../../core/events/event.ts';
import type { Ledger, Page } from '../../core/ports/ledger.ts';
import { LEDGER, PARTITION } from '../../shared/contract/ledger-keys.ts';
import { type Attributes, decode, eventItems, historyPrefix, keyOf } from './items.ts';
import { queryPartition, type Table, writeBatches } from './table.ts';

/** An event is written once, under an id that only it has. */
const NOT_THERE_YET = 'attribute_not_exists(#pk)';

/** One event may have some 300 KB, most have less than 1. */
const OUTBOX_PAGE = 100;

export function createEvents(table: Table) {
  return {
    async addEvent(event: LedgerEvent): Promise<void> {
      // All of it or nothing: what is made again after it was published is not to be published again.
      await table.pace.write(event.id, () => tryTransaction(table, puts(table, event), event.id));
    },

    async unpublishedEvents(cursor: string | null): Promise<Page<LedgerEvent>> {
      const page = await queryPartition(table, PARTITION.outbox, cursor, { consistent: true, limit: OUTBOX_PAGE });
      return { items: page.items.map((item): LedgerEvent => decode(item)), cursor: page.cursor };
    },

    markPublished: (ids: readonly string[]) =>
      writeBatches(
        table,
        'the outbox',
        ids.map((id) => ({ DeleteRequest: { Key: keyOf(PARTITION.outbox, id) } })),
      ),

    async listEvents({ checkpoint, cursor, limit }: Parameters<Ledger['listEvents']>[0]): Promise<Page<LedgerEvent>> {
      const partition = checkpoint === null ? PARTITION.event : PARTITION.history;
      const prefix = checkpoint === null ? '' : historyPrefix(checkpoint);
      // One more than asked for: whether there is more is not to be told by a page that turns out to be empty.
      const reading = { prefix, backwards: true, limit: limit + 1 };
      const page = await queryPartition(table, partition, cursor && `${prefix}${cursor}`, reading);
      const items = page.items.slice(0, limit).map((item): LedgerEvent => decode(item));
      const isMore = page.items.length > limit || page.cursor !== null;
      return { items, cursor: isMore ? (items.at(-1)?.id ?? null) : null };
    },
  };
}

/** What is written together with a row: the event of it, or the mark that it has changed. */
export interface Beside {
  readonly event?: LedgerEvent | undefined;
  readonly mark?: Attributes | undefined;
  /** For the event; a mark has its own. */
  readonly counts?: Tally | undefined;
}

/**
 * A write, the event that it makes and the mark that something has changed: all or none. False when the write's condition does not hold, or somebody writes
 * the same item at this very moment: the same to whoever asks, for both have to read again.
 */
export async function writeTogether(
  table: Table,
  write: NonNullable<TransactWriteItem['Put']>,
  { event, mark, counts }: Beside,
): Promise<boolean> {
  const events = event === undefined ? [] : puts(table, event, counts);
  const marks = mark === undefined ? [] : [{ Put: { TableName: table.name, Item: mark } }];
  const TransactItems = [{ Put: write }, ...events, ...marks];
  const row = event?.checkpoint ?? event?.act ?? write.Item?.[LEDGER.sortKey]?.S ?? '';
  return table.pace.write(row, () => tryTransaction(table, TransactItems, row));
}

const THROTTLED = ['ThrottlingError', 'ProvisionedThroughputExceeded'];

/** The SDK repeats a write that is throttled, but not a transaction. */
async function tryTransaction(
  table: Table,
  TransactItems: TransactWriteItem[],
  row: string,
): Promise<boolean | 'busy'> {
  try {
    await table.client.send(new TransactWriteItemsCommand({ TransactItems }));
    return true;
  } catch (error) {
    const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
    const isLost = reasons.some(({ Code }) => Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict');
    if (isLost) return false;
    if (reasons.some(({ Code }) => THROTTLED.includes(Code ?? ''))) return 'busy';
    const refused = reasons.find(({ Code }) => Code === 'ValidationError');
    if (refused) throw new RowRefusedError(row, refused.Message ?? 'DynamoDB refuses it', { cause: error });
    throw error;
  }
}

function puts(table: Table, event: LedgerEvent, counts?: Tally): TransactWriteItem[] {
  return eventItems(event, counts).map((Item) => ({
    Put: {
      TableName: table.name,
      Item,
      ConditionExpression: NOT_THERE_YET,
      ExpressionAttributeNames: { '#pk': LEDGER.partitionKey },
    },
  }));
}
