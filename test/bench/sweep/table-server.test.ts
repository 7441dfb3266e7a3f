import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { createDynamoLedger } from '../../../lambdas/adapters/ledger/dynamo-ledger.ts';
import { keyOf } from '../../../lambdas/adapters/ledger/items.ts';
import type { Author } from '../../../lambdas/core/events/event.ts';
import { LEDGER } from '../../../lambdas/shared/contract/ledger-keys.ts';
import { T0 } from '../../builders/checkpoints.ts';
import { changeRules } from '../../contracts/ledger-changes.ts';
import { checkpointRules } from '../../contracts/ledger-checkpoints.ts';
import type { MakeLedger } from '../../contracts/ledger-contract.ts';
import { dueRules } from '../../contracts/ledger-due.ts';
import { eventRules } from '../../contracts/ledger-events.ts';
import { jobRules } from '../../contracts/ledger-jobs.ts';
import { modelRules } from '../../contracts/ledger-models.ts';
import { permissionIdRules } from '../../contracts/ledger-permission-ids.ts';
import { stateRules } from '../../contracts/ledger-states.ts';
import { startTableServer } from './table-server.ts';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

async function connect(): Promise<DynamoDBClient> {
  const server = await startTableServer({});
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint: server.endpoint, region: 'none', credentials, maxAttempts: 1 });
  opened.push(async () => {
    client.destroy();
    await server.close();
  });
  return client;
}

const makeLedger: MakeLedger = async (author = { actor: 'test', plan: null, now: () => T0 }) => {
  const client = await connect();
  const by = (other: Author) => createDynamoLedger(client, 'ledger', { ...other, now: author.now });
  return { ...by(author), as: by };
};

describe("the bench's table keeps the ledger's contract", () => {
  describe('checkpoints', () => checkpointRules(makeLedger));
  describe('an event', () => eventRules(makeLedger));
  describe('the index of due work', () => dueRules(makeLedger));
  describe('changes', () => changeRules(makeLedger));
  describe('permission ids', () => permissionIdRules(makeLedger));
  describe('jobs and sweeps', () => jobRules(makeLedger));
  describe('models', () => modelRules(makeLedger));
  describe('the state of the system', () => stateRules(makeLedger));
});

it('a write takes a unit for each KB of the larger of what was and what is, and one for each change in the index', async () => {
  const client = await connect();
  const due = { [LEDGER.dueLane]: { S: 'create' }, [LEDGER.dueOrder]: { S: '0#1' } };
  const put = async (bytes: number, indexed = {}) => {
    const Item = { ...keyOf('P', 'one'), ...indexed, body: { S: 'x'.repeat(bytes) } };
    const { ConsumedCapacity } = await client.send(
      new PutItemCommand({ TableName: 'ledger', Item, ReturnConsumedCapacity: 'TOTAL' }),
    );
    return ConsumedCapacity?.CapacityUnits;
  };
  expect([await put(2_000), await put(100), await put(100, due), await put(100, due), await put(100)]).toEqual([
    2, 2, 2, 1, 2,
  ]);
  const moved = { ...due, [LEDGER.dueOrder]: { S: '0#2' } };
  expect([await put(100, due), await put(100, moved)]).toEqual([2, 3]);
});
