import { randomUUID } from 'node:crypto';
import { BatchWriteItemCommand, DeleteTableCommand, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, inject } from 'vitest';
import { LEDGER } from '../../lambdas/shared/contract/ledger-keys.ts';
import { createTable } from './create-table.ts';

export interface TestTable {
  readonly client: DynamoDBClient;
  readonly name: string;
  /** Takes everything out. */
  empty(): Promise<void>;
}

/** The most items that one BatchWriteItem takes. */
const BATCH = 25;

/** A table of the test file's own, under a name nobody else has; made before its tests and deleted after them. */
export function useTable(): TestTable {
  const client = connect();
  const name = `ledger-contract-${randomUUID()}`;
  beforeAll(() => createTable(client, name));
  afterAll(async () => {
    await client.send(new DeleteTableCommand({ TableName: name }));
    client.destroy();
  });
  return { client, name, empty: () => empty(client, name) };
}

function connect(): DynamoDBClient {
  const { endpoint, region } = inject('dynamo');
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(new URL(endpoint).hostname);
  // On loopback any key will do; elsewhere the usual chain of credentials finds one.
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new DynamoDBClient({ endpoint, region, ...(isLocal ? { credentials } : {}) });
}

async function empty(client: DynamoDBClient, name: string): Promise<void> {
  const names = { '#pk': LEDGER.partitionKey, '#sk': LEDGER.sortKey };
  const scan = { TableName: name, ProjectionExpression: '#pk, #sk', ExpressionAttributeNames: names };
  for await (const { Items = [] } of paginateScan({ client }, { ...scan, ConsistentRead: true })) {
    let left = Items.map((Key) => ({ DeleteRequest: { Key } }));
    while (left.length > 0) {
      const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [name]: left.slice(0, BATCH) } }));
      const unprocessed = (answer.UnprocessedItems?.[name] ?? []) as typeof left;
      left = [...unprocessed, ...left.slice(BATCH)];
    }
  }
}
