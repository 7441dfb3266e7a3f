import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  AttributeValue,
  BatchWriteItemInput,
  GetItemInput,
  QueryInput,
  TransactWriteItemsInput,
} from '@aws-sdk/client-dynamodb';
import { LEDGER } from '../../../lambdas/shared/contract/ledger-keys.ts';
import { BenchTable, type Item, type Put, textOf } from './table.ts';

/** What DynamoDB takes for it, within a region: an assumption, on the side of slow. */
const TAKES_MS: Readonly<Record<string, number>> = { GetItem: 4, Query: 10, PutItem: 6, TransactWriteItems: 12 };

export interface TableServer {
  readonly endpoint: string;
  /** Takes an item in as it is. */
  fill(item: Item): void;
  /** Bytes of the largest item that it has had. */
  largest(): number;
  close(): Promise<void>;
}

/**
 * One ledger's table behind DynamoDB's protocol, on loopback: what of it the ledger asks for in a sweep, and nothing else. The
 * contract of the ledger holds on it (`table-server.test.ts`); the local cloud sorts all that there is for each page, which
 * takes hours where there is a hundred thousand times as much.
 */
export async function startTableServer(takesMs = TAKES_MS): Promise<TableServer> {
  const table = new BenchTable();
  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const input = JSON.parse(await text(request), asBytes);
    await sleep(takesMs[operation] ?? 0);
    const { status, body } = answer(table, operation, input);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body, asBase64));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fill: (item) => void table.put(item, false),
    largest: () => table.largest,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

const done = (body: object): Answer => ({ status: 200, body });

function answer(table: BenchTable, operation: string, input: unknown): Answer {
  const serve = OPERATIONS[operation];
  return serve === undefined ? failed('UnknownOperationException', { message: operation }) : serve(table, input);
}

const OPERATIONS: Readonly<Record<string, (table: BenchTable, input: never) => Answer>> & {
  readonly [operation: string]: ((table: BenchTable, input: unknown) => Answer) | undefined;
} = {
  GetItem: (table, { Key = {} }: GetItemInput) => {
    const stored = table.get(textOf(Key, LEDGER.partitionKey), textOf(Key, LEDGER.sortKey));
    return done(stored === undefined ? {} : { Item: stored });
  },
  Query: (table, input: QueryInput) => done(query(table, input)),
  PutItem: (table, put: Put) => {
    if (!table.holds(put)) return failed('ConditionalCheckFailedException');
    return done({ ConsumedCapacity: { CapacityUnits: table.put(put.Item, false) } });
  },
  TransactWriteItems: (table, { TransactItems = [] }: TransactWriteItemsInput) => {
    const puts = TransactItems.map(({ Put }) => Put as Put);
    const held = puts.map((put) => table.holds(put));
    if (held.includes(false)) {
      const CancellationReasons = held.map((holds) => ({ Code: holds ? 'None' : 'ConditionalCheckFailed' }));
      return failed('TransactionCanceledException', { CancellationReasons });
    }
    const units = puts.reduce((sum, { Item }) => sum + table.put(Item, true), 0);
    return done({ ConsumedCapacity: [{ CapacityUnits: units }] });
  },
  BatchWriteItem: (table, { RequestItems = {} }: BatchWriteItemInput) => {
    const items = Object.values(RequestItems).flatMap((requests) => requests.map(({ PutRequest }) => PutRequest?.Item));
    const units = items.reduce((sum, item) => sum + table.put(item ?? {}, false), 0);
    return done({ UnprocessedItems: {}, ConsumedCapacity: [{ CapacityUnits: units }] });
  },
} as Readonly<Record<string, (table: BenchTable, input: unknown) => Answer>>;

function failed(type: string, body: object = {}): Answer {
  return { status: 400, body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, ...body } };
}

function query(table: BenchTable, input: QueryInput) {
  const { IndexName, KeyConditionExpression = '', ExpressionAttributeValues: values = {} } = input;
  const isIndex = IndexName !== undefined;
  const of = (name: string) => values[name]?.S ?? '';
  const from = of(':part') || of(':first');
  const isIn = (key: string) => {
    if (KeyConditionExpression.includes('begins_with')) return key.startsWith(from);
    if (isIndex) return key >= from && key.slice(0, of(':last').length) <= of(':last');
    return key >= from;
  };
  const { ScanIndexForward = true, ExclusiveStartKey: startKey, Limit: limit = Number.POSITIVE_INFINITY } = input;
  const after = startKey === undefined ? null : textOf(startKey, LEDGER.sortKey);
  const page = table.query(of(isIndex ? ':lane' : ':pk'), isIndex, {
    from,
    isIn,
    after,
    step: ScanIndexForward ? 1 : -1,
    limit,
  });
  const last = page.items.at(-1) ?? {};
  const keys = Object.fromEntries([LEDGER.partitionKey, LEDGER.sortKey].map((name) => [name, last[name] ?? { S: '' }]));
  return { Items: page.items, ...(page.isMore && { LastEvaluatedKey: keys }) };
}

/** Bytes travel as base64, under the name `B`. */
function asBytes(name: string, value: unknown): unknown {
  return name === 'B' && typeof value === 'string' ? Buffer.from(value, 'base64') : value;
}

function asBase64(this: Readonly<Record<string, AttributeValue>>, name: string, value: unknown): unknown {
  const bytes: unknown = this[name];
  return name === 'B' && bytes instanceof Uint8Array ? Buffer.from(bytes).toString('base64') : value;
}
