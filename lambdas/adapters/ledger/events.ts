import {
  PutItemCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { RowRefusedError } from '../../core/errors.ts';
import type { LedgerEvent } from '../../core/events/event.ts';
import type { Ledger, Page } from '../../core/ports/ledger.ts';
import { LEDGER, PARTITION } from '../../shared/contract/ledger-keys.ts';
import { type Attributes, decode, eventItems, historyPrefix } from './items.ts';
import { conditionHeld, queryPartition, type Table } from './table.ts';

/** An event is written once, under an id that only it has. */
const NOT_THERE_YET = 'attribute_not_exists(#pk)';

export function createEvents(table: Table) {
  return {
    async addEvent(event: LedgerEvent): Promise<void> {
      for (const item of eventItems(event)) {
        await table.pace.write(event.id, () => conditionHeld(table.client.send(new PutItemCommand(put(table, item)))));
      }
    },

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

/**
 * A write and the event that it makes, both or neither. False when the write's condition does not hold, or somebody writes
 * the same item at this very moment: the same to whoever asks, for both have to read again.
 */
export async function writeWithEvent(
  table: Table,
  write: NonNullable<TransactWriteItem['Put']>,
  event: LedgerEvent,
): Promise<boolean> {
  const TransactItems = [{ Put: write }, ...eventItems(event).map((item) => ({ Put: put(table, item) }))];
  const row = event.checkpoint ?? event.act ?? event.id;
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

function put(table: Table, Item: Attributes) {
  return {
    TableName: table.name,
    Item,
    ConditionExpression: NOT_THERE_YET,
    ExpressionAttributeNames: { '#pk': LEDGER.partitionKey },
  };
}
