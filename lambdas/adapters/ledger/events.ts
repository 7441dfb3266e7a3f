import { setTimeout as sleep } from 'node:timers/promises';
import {
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { ContentionError } from '../../core/errors.ts';
import type { LedgerEvent } from '../../core/events/event.ts';
import type { Page } from '../../core/ports.ts';
import { LEDGER, PARTITION } from '../../shared/contract/ledger-keys.ts';
import { type Attributes, conditionHeld, keyOf, type Table } from './table.ts';

/** An event is written once, under an id that only it has. */
const NOT_THERE_YET = 'attribute_not_exists(#pk)';

export function createEvents(table: Table) {
  return {
    async addEvent(event: LedgerEvent): Promise<void> {
      await conditionHeld(table.client.send(new PutItemCommand(put(table, keyOf(PARTITION.event, event.id), event))));
    },

    async listEvents(query: {
      readonly checkpoint: string | null;
      readonly cursor: string | null;
      readonly limit: number;
    }): Promise<Page<LedgerEvent>> {
      const { checkpoint, cursor, limit } = query;
      const partition = checkpoint === null ? PARTITION.event : PARTITION.history;
      const prefix = checkpoint === null ? '' : historyPrefix(checkpoint);
      const { Items = [], LastEvaluatedKey } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          KeyConditionExpression: checkpoint === null ? '#pk = :pk' : '#pk = :pk AND begins_with(#sk, :prefix)',
          ExpressionAttributeNames: {
            '#pk': LEDGER.partitionKey,
            ...(checkpoint !== null && { '#sk': LEDGER.sortKey }),
          },
          ExpressionAttributeValues: {
            ':pk': { S: partition },
            ...(checkpoint !== null && { ':prefix': { S: prefix } }),
          },
          ScanIndexForward: false,
          // One more than asked for: whether there is more is not to be told by a page that turns out to be empty.
          Limit: limit + 1,
          ...(cursor !== null && { ExclusiveStartKey: keyOf(partition, `${prefix}${cursor}`) }),
        }),
      );
      const items = Items.slice(0, limit).map((item): LedgerEvent => JSON.parse(item.body?.S ?? ''));
      const isMore = Items.length > limit || LastEvaluatedKey !== undefined;
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
  const { checkpoint, id } = event;
  const histories = checkpoint === null ? [] : [keyOf(PARTITION.history, `${historyPrefix(checkpoint)}${id}`)];
  const keys = [keyOf(PARTITION.event, id), ...histories];
  const TransactItems = [{ Put: write }, ...keys.map((key) => ({ Put: put(table, key, event) }))];
  for (let tries = 1; ; tries++) {
    const outcome = await tryTransaction(table, TransactItems);
    if (outcome !== 'throttled') return outcome;
    if (tries === MAX_TRIES) throw new ContentionError(`DynamoDB was too busy to write ${checkpoint ?? event.act}`);
    await sleep(FIRST_WAIT_MS * 2 ** (tries - 1) * (0.5 + Math.random() / 2));
  }
}

/** The SDK repeats a write that is throttled, but not a transaction. */
const MAX_TRIES = 6;
const FIRST_WAIT_MS = 100;
const THROTTLED = ['ThrottlingError', 'ProvisionedThroughputExceeded'];

async function tryTransaction(table: Table, TransactItems: TransactWriteItem[]): Promise<boolean | 'throttled'> {
  try {
    await table.client.send(new TransactWriteItemsCommand({ TransactItems }));
    return true;
  } catch (error) {
    const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
    const isLost = reasons.some(({ Code }) => Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict');
    if (isLost) return false;
    if (reasons.some(({ Code }) => THROTTLED.includes(Code ?? ''))) return 'throttled';
    throw error;
  }
}

function put(table: Table, key: Attributes, event: LedgerEvent) {
  return {
    TableName: table.name,
    Item: { ...key, body: { S: JSON.stringify(event) } },
    ConditionExpression: NOT_THERE_YET,
    ExpressionAttributeNames: { '#pk': LEDGER.partitionKey },
  };
}

/** No model id has a `#`. */
function historyPrefix(checkpoint: string): string {
  return `${checkpoint}#`;
}
