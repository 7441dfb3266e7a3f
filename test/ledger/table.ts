import { randomUUID } from 'node:crypto';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  paginateScan,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, inject } from 'vitest';
import { LEDGER } from '../../lambdas/shared/contract/ledger-keys.ts';

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
  beforeAll(() => create(client, name));
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

async function create(client: DynamoDBClient, name: string): Promise<void> {
  const { partitionKey, sortKey, dueIndex, dueLane, dueOrder } = LEDGER;
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [partitionKey, sortKey, dueLane, dueOrder].map((attribute) => ({
        AttributeName: attribute,
        AttributeType: 'S',
      })),
      KeySchema: keys(partitionKey, sortKey),
      GlobalSecondaryIndexes: [
        { IndexName: dueIndex, KeySchema: keys(dueLane, dueOrder), Projection: { ProjectionType: 'KEYS_ONLY' } },
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 90, minDelay: 0.1, maxDelay: 2 }, { TableName: name });
}

function keys(hash: string, range: string) {
  return [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
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
