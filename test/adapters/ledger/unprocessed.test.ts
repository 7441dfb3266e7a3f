import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Pace } from '../../../lambdas/adapters/ledger/back-off.ts';
import { createPermissionIds } from '../../../lambdas/adapters/ledger/permission-ids.ts';
import { tableOf } from '../../../lambdas/adapters/ledger/table.ts';
import { ContentionError } from '../../../lambdas/core/errors.ts';
import { VirtualTime } from '../../support/virtual-time.ts';

interface Put {
  readonly PutRequest: { readonly Item: { readonly sk: { readonly S: string } } };
}

let server: Server;
const time = new VirtualTime();
let client: DynamoDBClient;
/** The ids of each batch that came in. */
let batches: string[][];
/** How many of a batch DynamoDB leaves unprocessed. */
let leavesOut: (size: number) => number;

beforeEach(async () => {
  batches = [];
  server = createServer(async (request, response) => {
    if (request.headers['x-amz-target'] !== 'DynamoDB_20120810.BatchWriteItem') {
      response.writeHead(500).end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { RequestItems } = JSON.parse(Buffer.concat(chunks).toString());
    const puts: readonly Put[] = RequestItems.ledger;
    batches.push(puts.map(({ PutRequest }) => PutRequest.Item.sk.S));
    const left = puts.slice(puts.length - leavesOut(puts.length));
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(JSON.stringify({ UnprocessedItems: left.length > 0 ? { ledger: left } : {} }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  server.close();
  await once(server, 'close');
});

function point(count: number): Promise<void> {
  const ids = Array.from({ length: count }, (_, index) => ({ permissionId: `cp_${index}`, projectId: 'proj_A' }));
  const pace = new Pace({ now: time.now, sleep: async (ms) => time.advance(ms) });
  return createPermissionIds(tableOf(client, 'ledger', pace)).point('ft:a:b:c:d', ids);
}

describe('permission ids that DynamoDB takes only in part', () => {
  it('are sent again until it has taken them all, 25 at a time', async () => {
    leavesOut = (size) => Math.floor(size / 2);
    await point(30);
    expect(batches.map(({ length }) => length)).toEqual([25, 12, 6, 3, 1, 5, 2, 1]);
    expect(new Set(batches.flat()).size).toBe(30);
  });

  it('are an error when it will not take them: the record that has them is not written then', async () => {
    leavesOut = (size) => size;
    const begun = time.now();
    await expect(point(3)).rejects.toBeInstanceOf(ContentionError);
    expect(time.now() - begun).toBeGreaterThan(5_000);
  });

  it('cost no call where there are none', async () => {
    leavesOut = () => 0;
    await point(0);
    expect(batches).toEqual([]);
  });
});
