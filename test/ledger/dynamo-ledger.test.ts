import { randomBytes } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoLedger } from '../../lambdas/adapters/ledger/dynamo-ledger.ts';
import { keyOf } from '../../lambdas/adapters/ledger/items.ts';
import { forget } from '../../lambdas/core/checkpoint/hold.ts';
import { otherEvent } from '../../lambdas/core/events/checkpoint-event.ts';
import type { Author } from '../../lambdas/core/events/event.ts';
import { LEDGER, PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';
import { aCheckpoint, aHold, aPermission, MODEL, T0 } from '../builders/checkpoints.ts';
import { eventually } from '../contracts/eventually.ts';
import { describeLedgerContract, type MakeLedger } from '../contracts/ledger-contract.ts';
import { useTable } from './table.ts';

const table = useTable();
const AUTHOR = { actor: 'test', plan: null, now: () => T0 };

const makeLedger: MakeLedger = async (author = AUTHOR) => {
  await table.empty();
  const by = (other: Author) => createDynamoLedger(table.client, table.name, { ...other, now: author.now });
  return { ...by(author), as: by };
};

describeLedgerContract('the ledger on DynamoDB', makeLedger);

it('a page of checkpoints ends before 1 MB, and says where the next begins', async () => {
  const ledger = await makeLedger();
  const reason = randomBytes(187_500).toString('base64');
  for (let step = 0; step < 6; step++) {
    const record = { ...aCheckpoint(aPermission('proj_A', 'rejected', { reason })), checkpoint: `${MODEL}:${step}` };
    await ledger.saveCheckpoint(record, record);
  }
  const first = await ledger.listCheckpoints(null);
  expect(first.items.length).toBeLessThan(6);
  expect(first.cursor).toBe(first.items.at(-1)?.checkpoint);
});

it('an error that is no failed condition is passed on', async () => {
  const elsewhere = createDynamoLedger(table.client, `${table.name}-that-is-not-there`, AUTHOR);
  const record = aCheckpoint();
  await expect(elsewhere.saveCheckpoint(record, record)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(elsewhere.acquireLease('drain', 'a', 1, 1)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

describe('an item that was written before there were holds, pauses and events', () => {
  const { version: _, ...body } = aCheckpoint(aPermission('proj_A', 'pending'));

  async function withOldItem() {
    const ledger = await makeLedger();
    const Item = {
      ...keyOf(PARTITION.checkpoint, MODEL),
      [LEDGER.dueLane]: { S: 'create' },
      [LEDGER.dueOrder]: { S: `0#${String(T0).padStart(15, '0')}` },
      version: { N: '4' },
      body: { S: JSON.stringify(body) },
    };
    await table.client.send(new PutItemCommand({ TableName: table.name, Item }));
    return ledger;
  }

  it('is read, found due, and changed like any other', async () => {
    const ledger = await withOldItem();
    const record = await ledger.getCheckpoint(MODEL);
    if (record === undefined) throw new Error('it was written');
    expect(record).toEqual({ ...body, version: 4 });
    await eventually(async () => (await ledger.dueCheckpoints('create', T0, 1)).length, 1);
    expect((await ledger.listEvents({ checkpoint: MODEL, cursor: null, limit: 10 })).items).toEqual([]);

    const forgotten = forget(record, ['proj_A'], aHold('forgotten'));
    expect(await ledger.saveCheckpoint(forgotten, record)).toBe(true);
    expect(await ledger.getCheckpoint(MODEL)).toEqual({ ...forgotten, version: 5 });
    const { items } = await ledger.listEvents({ checkpoint: MODEL, cursor: null, limit: 10 });
    expect(items.flatMap(({ changes }) => changes.map(({ act }) => act))).toEqual(['forgotten']);
  });
});

it('a page of events ends before 1 MB, and says where the next begins', async () => {
  const ledger = await makeLedger();
  const note = randomBytes(187_500).toString('base64');
  for (let count = 0; count < 6; count++) await ledger.addEvent(otherEvent('paused', note, AUTHOR, T0, `r${count}`));
  const first = await ledger.listEvents({ checkpoint: null, cursor: null, limit: 100 });
  expect(first.items.length).toBeLessThan(6);
  const rest = await ledger.listEvents({ checkpoint: null, cursor: first.cursor, limit: 100 });
  const ids = [...first.items, ...rest.items].map(({ id }) => id.split('#')[1]);
  expect(ids).toEqual(['r5', 'r4', 'r3', 'r2', 'r1', 'r0']);
});
