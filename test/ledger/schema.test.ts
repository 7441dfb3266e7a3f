import { type AttributeValue, GetItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoIdentities } from '../../lambdas/adapters/ledger/dynamo-identities.ts';
import { createDynamoKeyLedger } from '../../lambdas/adapters/ledger/dynamo-key-ledger.ts';
import { createDynamoLedger } from '../../lambdas/adapters/ledger/dynamo-ledger.ts';
import { createDynamoPacerStore } from '../../lambdas/adapters/ledger/dynamo-pacer-store.ts';
import { keyOf } from '../../lambdas/adapters/ledger/items.ts';
import { newCheckpoint } from '../../lambdas/core/checkpoint/record.ts';
import { newModel } from '../../lambdas/core/model/openai-model.ts';
import { newSweep } from '../../lambdas/core/model/sweep.ts';
import { EMPTY_WINDOW } from '../../lambdas/core/pacing/window.ts';
import { NOT_PAUSED } from '../../lambdas/core/pause/pause.ts';
import { LEDGER, PARTITION, SCHEMA } from '../../lambdas/shared/contract/ledger-keys.ts';
import { aCheckpoint, aPermission, MODEL, T0 } from '../builders/checkpoints.ts';
import { aKeyRecord } from '../contracts/key-ledger-contract.ts';
import { aJobRecord } from '../use-cases/operate/ask.ts';
import { useTable } from './table.ts';

const table = useTable();
const ledger = () => createDynamoLedger(table.client, table.name, { actor: 'test', plan: null, now: () => T0 });
const keys = () => createDynamoKeyLedger(table.client, table.name);
const identities = () => createDynamoIdentities(table.client, table.name);
const pacer = () => createDynamoPacerStore(table.client, table.name);

/** What functions do with one kind of item. */
interface Kind {
  /** Writes it for the first time. */
  readonly write: () => Promise<unknown>;
  /** Left out where nothing reads it. */
  readonly read?: () => Promise<unknown>;
  /** As functions change it: what is under a version after reading it. Left out where an item stands as it was written. */
  readonly change?: () => Promise<unknown>;
}

/** Stores again what is there, as functions do: whoever has not read it has no version to give. */
async function again<T extends { readonly version: number }>(
  read: () => Promise<T | undefined>,
  save: (document: T) => Promise<boolean>,
): Promise<boolean> {
  const document = await read();
  if (document === undefined) throw new Error('it was written');
  return save(document);
}

const SHARED = aCheckpoint(aPermission('proj_A', 'active'));
const NEW = newCheckpoint(MODEL, { source: 'research', jobId: 'ftjob-1' });
const IDENTITY = {
  source: 'research',
  projectId: 'proj_1',
  version: 0,
  identityProviderId: 'idp_1',
  serviceAccountId: 'user-1',
  rules: {},
};
const share = () => ledger().saveCheckpoint(SHARED, NEW);
const events = (checkpoint: string | null) => ledger().listEvents({ checkpoint, cursor: null, limit: 10 });
const refuse = () => ledger().refuseProject({ projectId: 'proj_A', reason: 'archived', retryAt: T0 });

/** Every kind of item there is: a new one does not compile, and fails, before it has its line here. */
const KINDS: { readonly [Name in keyof typeof PARTITION]: Kind } = {
  checkpoint: {
    write: share,
    read: () => ledger().getCheckpoint(MODEL),
    change: () =>
      again(
        () => ledger().getCheckpoint(MODEL),
        (record) => ledger().saveCheckpoint({ ...record, holds: {} }, record),
      ),
  },
  job: {
    write: () => ledger().saveJob(aJobRecord()),
    read: () => ledger().listJobs(null),
    change: () => again(() => ledger().getJob(aJobRecord().jobId), ledger().saveJob),
  },
  permissionId: { write: share, read: () => ledger().traceOf('cp_proj_A') },
  event: { write: share, read: () => events(null) },
  history: { write: share, read: () => events(MODEL) },
  change: { write: () => ledger().saveJob(aJobRecord()), read: () => ledger().changesSince(0, 10) },
  outbox: { write: share, read: () => ledger().unpublishedEvents(null) },
  source: {
    write: () => ledger().touchSource('research', { lastWebhookAt: T0 }),
    read: () => ledger().getSources(),
    change: () => ledger().touchSource('research', { lastWebhookAt: T0 + 1, lastJobId: 'ftjob-1' }),
  },
  sweep: {
    write: () => ledger().saveSweep(newSweep('research')),
    read: () => ledger().getSweep('research'),
    change: () => again(() => ledger().getSweep('research'), ledger().saveSweep),
  },
  state: {
    write: () => ledger().saveState('pause', NOT_PAUSED),
    read: () => ledger().getState('pause'),
    change: () =>
      again(
        () => ledger().getState('pause'),
        (pause) => ledger().saveState('pause', pause),
      ),
  },
  model: {
    write: () => ledger().saveModel(newModel('gpt-x')),
    read: () => ledger().listModels(null),
    change: () => again(async () => (await ledger().listModels(null)).items[0], ledger().saveModel),
  },
  refusedProject: { write: refuse, read: () => ledger().refusedProjects(), change: refuse },
  key: {
    write: () => keys().saveKey(aKeyRecord()),
    read: () => keys().listKeys(),
    change: () => again(async () => (await keys().listKeys())[0], keys().saveKey),
  },
  identity: {
    write: () => identities().save(IDENTITY),
    read: () => identities().get('research'),
    change: () => again(() => identities().get('research'), identities().save),
  },
  revocation: {
    write: () => ledger().putAside(T0, { after: 'ft:x', revocations: [], pruned: 0 }),
    read: () => ledger().listAside(T0, null),
  },
  lease: {
    write: () => ledger().acquireLease('drain', 'one', T0, 1_000),
    change: () => ledger().acquireLease('drain', 'other', T0 + 2_000, 1_000),
  },
  pacer: {
    write: () => pacer().save('create', EMPTY_WINDOW),
    read: () => pacer().read('create'),
    change: () =>
      again(
        () => pacer().read('create'),
        (window) => pacer().save('create', window),
      ),
  },
};

type Item = Readonly<Record<string, AttributeValue>>;

/** The one item of a kind. */
async function itemOf(name: keyof typeof PARTITION): Promise<Item> {
  const { Items } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': LEDGER.partitionKey },
      ExpressionAttributeValues: { ':pk': { S: PARTITION[name] } },
      ConsistentRead: true,
    }),
  );
  expect(Items).toHaveLength(1);
  return Items?.[0] ?? {};
}

async function setSchema(name: keyof typeof PARTITION, schema: number | null): Promise<Item> {
  const { [LEDGER.partitionKey]: pk, [LEDGER.sortKey]: sk, [LEDGER.schema]: _, ...rest } = await itemOf(name);
  const Key = keyOf(pk?.S ?? '', sk?.S ?? '');
  const names = { '#schema': LEDGER.schema };
  const update = { TableName: table.name, Key, ExpressionAttributeNames: names };
  await table.client.send(
    new UpdateItemCommand(
      schema === null
        ? { ...update, UpdateExpression: 'REMOVE #schema' }
        : {
            ...update,
            UpdateExpression: 'SET #schema = :schema, later = :schema',
            ExpressionAttributeValues: { ':schema': { N: String(schema) } },
          },
    ),
  );
  const { Item = {} } = await table.client.send(new GetItemCommand({ TableName: table.name, Key }));
  expect(Item).toMatchObject(rest);
  return Item;
}

describe.each(Object.entries(KINDS))('an item of the kind %s', (kind, { write, read, change }) => {
  const name = kind as keyof typeof PARTITION;

  it('says under which schema it was written', async () => {
    await table.empty();
    await write();
    expect((await itemOf(name))[LEDGER.schema]).toEqual({ N: String(SCHEMA) });
  });

  it('that a newer version has written is not read for something else, nor written over', async () => {
    await table.empty();
    await write();
    const newer = await setSchema(name, SCHEMA + 1);
    if (read !== undefined) {
      await expect(read()).rejects.toMatchObject({ name: 'RowRefusedError', message: /deploy that version again/ });
    }
    await change?.().catch(() => undefined);
    expect(await itemOf(name)).toEqual(newer);
  });

  it('that an older version has written, before there was a number, is read and changed like any other', async () => {
    await table.empty();
    await write();
    const before = await read?.();
    const older = await setSchema(name, null);
    expect(older[LEDGER.schema]).toBeUndefined();
    expect(await read?.()).toEqual(before);
    if (change === undefined) return;
    expect(await change()).not.toBe(false);
    expect((await itemOf(name))[LEDGER.schema]).toEqual({ N: String(SCHEMA) });
  });
});

it('every kind of item is tried here', () => {
  expect(Object.keys(KINDS).sort()).toEqual(Object.keys(PARTITION).sort());
});
