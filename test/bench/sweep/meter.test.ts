import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { itemSize, readUnits } from './item-size.ts';
import { meter } from './meter.ts';

describe('the size of an item', () => {
  it('is that of its names and values: texts in UTF-8, two digits a byte and one more', () => {
    expect(itemSize({ pk: { S: 'é' }, n: { N: '1794' } })).toBe(2 + 2 + 1 + 3);
    expect(itemSize({ n: { N: '12000' } })).toBe(1 + 2);
  });

  it('is not guessed for what the ledger does not have', () => {
    expect(() => itemSize({ list: { L: [] } })).toThrow('L');
  });

  it('is read 4 KB a unit, at half the price where the read need not be consistent', () => {
    expect([0, 4096, 4097].map((bytes) => readUnits(bytes, true))).toEqual([1, 1, 2]);
    expect([0, 4096, 1_000_000].map((bytes) => readUnits(bytes, false))).toEqual([0.5, 0.5, 122.5]);
  });
});

describe('a metered client', () => {
  /** Answers with two items of 5 KB, and says that each request took seven units, if it is asked. */
  const server = createServer(async (request, response) => {
    const { ReturnConsumedCapacity: asked, Key } = JSON.parse(await text(request));
    const item = { body: { S: 'x'.repeat(5_000) } };
    const capacity = asked === 'TOTAL' ? { ConsumedCapacity: { CapacityUnits: 7 } } : {};
    if (Key?.pk.S === 'refused') response.statusCode = 400;
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(JSON.stringify({ Items: [item, item], Item: item, ...capacity }));
  });
  let client: DynamoDBClient;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  beforeEach(() => {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    client = new DynamoDBClient({ endpoint, region: 'none', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const TableName = 'ledger';
  const Key = { pk: { S: 'CHECKPOINT' }, sk: { S: 'ft:one' } };

  it('counts reads by the size of what comes back, and writes as DynamoDB says', async () => {
    const metered = meter(client);
    await client.send(new QueryCommand({ TableName }));
    await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    await client.send(new GetItemCommand({ TableName, Key }));
    await client.send(new PutItemCommand({ TableName, Item: Key }));
    const requests = { Query: 1, GetItem: 2, PutItem: 1 };
    expect(metered()).toEqual({ requests, readUnits: 1.5 + 2 + 1, writeUnits: 7 });
  });

  it('counts what is refused as a request', async () => {
    const metered = meter(client);
    const refused = new GetItemCommand({ TableName, Key: { pk: { S: 'refused' } } });
    await expect(client.send(refused)).rejects.toThrow();
    expect(metered()).toEqual({ requests: { GetItem: 1 }, readUnits: 0, writeUnits: 0 });
  });
});
