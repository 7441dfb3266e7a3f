import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  QueryCommand,
  TransactionConflictException,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { LEDGER } from '../../shared/contract/ledger-keys.ts';
import { Pace } from './back-off.ts';
import { type Attributes, keyOf } from './items.ts';

/** One table, the client that reaches it, and how fast it takes writes. */
export interface Table {
  readonly client: DynamoDBClient;
  readonly name: string;
  readonly pace: Pace;
}

export function tableOf(client: DynamoDBClient, name: string, pace = new Pace()): Table {
  return { client, name, pace };
}

/**
 * Whether a conditional write went through; anything but a failed condition is thrown on. Whoever meets a transaction on the
 * same item has lost to it just the same: DynamoDB then says so without having looked at the condition.
 */
export async function conditionHeld(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException || error instanceof TransactionConflictException) return false;
    throw error;
  }
}

/** What of a partition is read, and how. */
interface Reading {
  readonly consistent?: boolean;
  /** Only ids that begin so. */
  readonly prefix?: string;
  /** Only ids that are not before this one. */
  readonly from?: string;
  readonly backwards?: boolean;
  readonly limit?: number;
}

/** One page (up to 1 MB) of a partition, in the order of the ids. `cursor` is the id after which it goes on. */
export async function queryPartition(
  table: Table,
  partition: string,
  cursor: string | null = null,
  { consistent = false, prefix = '', from = '', backwards = false, limit }: Reading = {},
): Promise<{ readonly items: readonly Attributes[]; readonly cursor: string | null }> {
  const part = prefix !== '' ? ' AND begins_with(#sk, :part)' : from !== '' ? ' AND #sk >= :part' : '';
  const isPart = part !== '';
  const { Items = [], LastEvaluatedKey } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      ConsistentRead: consistent,
      KeyConditionExpression: `#pk = :pk${part}`,
      ExpressionAttributeNames: { '#pk': LEDGER.partitionKey, ...(isPart && { '#sk': LEDGER.sortKey }) },
      ExpressionAttributeValues: { ':pk': { S: partition }, ...(isPart && { ':part': { S: prefix || from } }) },
      ScanIndexForward: !backwards,
      Limit: limit,
      ...(cursor === null ? {} : { ExclusiveStartKey: keyOf(partition, cursor) }),
    }),
  );
  return { items: Items, cursor: LastEvaluatedKey?.[LEDGER.sortKey]?.S ?? null };
}

/** A partition of which there are at most some hundred small items, whole and as it is now. */
export async function queryWholePartition(table: Table, partition: string): Promise<readonly Attributes[]> {
  const items: Attributes[] = [];
  let cursor: string | null = null;
  do {
    const page = await queryPartition(table, partition, cursor, { consistent: true });
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== null);
  return items;
}

/** The most items that one BatchWriteItem takes. */
const BATCH = 25;

/** Puts and deletes without conditions, each until DynamoDB has taken it. `what` they are, for the error. */
export async function writeBatches(table: Table, what: string, requests: readonly WriteRequest[]): Promise<void> {
  for (let first = 0; first < requests.length; first += BATCH) {
    let left = requests.slice(first, first + BATCH);
    while (left.length > 0) {
      await table.pace.write(what, async () => {
        const sent = left.length;
        const { UnprocessedItems } = await table.client.send(
          new BatchWriteItemCommand({ RequestItems: { [table.name]: [...left] } }),
        );
        left = UnprocessedItems?.[table.name] ?? [];
        return left.length === sent ? 'busy' : left.length;
      });
    }
  }
}
