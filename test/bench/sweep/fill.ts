import {
  type AttributeValue,
  BatchWriteItemCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  type PutItemInput,
} from '@aws-sdk/client-dynamodb';
import { createDynamoLedger } from '../../../lambdas/adapters/ledger/dynamo-ledger.ts';
import { newSweep } from '../../../lambdas/core/model/sweep.ts';
import { type Policy, policyDigest } from '../../../lambdas/core/policy/policy.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import { LEDGER } from '../../../lambdas/shared/contract/ledger-keys.ts';
import { createTable } from '../../ledger/create-table.ts';
import { itemSize } from './item-size.ts';
import type { Workload } from './workload.ts';

type Item = Record<string, AttributeValue>;

/** The most items that one BatchWriteItem takes. */
const BATCH = 25;
const WRITERS = 4;

/** Makes a table with the workload in it. Returns the mean size of an item, in bytes, by its partition. */
export async function fillTable(
  config: DynamoDBClientConfig,
  table: string,
  workload: Workload,
  policy: Policy,
): Promise<Readonly<Record<string, number>>> {
  const client = new DynamoDBClient(config);
  try {
    await createTable(client, table);
    return await fillLedger(client, table, workload, policy);
  } finally {
    client.destroy();
  }
}

/** The same with a table that is there already. */
export async function fillLedger(
  client: DynamoDBClient,
  table: string,
  workload: Workload,
  policy: Policy,
): Promise<Readonly<Record<string, number>>> {
  const items = await itemsOf(table, (ledger) => save(ledger, workload, policy));
  const batches = Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) =>
    items.slice(index * BATCH, (index + 1) * BATCH),
  );
  const write = async () => {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) await writeAll(client, table, batch);
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  return meanSizes(items);
}

/**
 * Everything that the ledger would put into its table, in the very form in which it would: one by one, the writes of
 * 10,000 checkpoints would take longer than all that is measured.
 */
async function itemsOf(table: string, write: (ledger: Ledger) => Promise<void>): Promise<readonly Item[]> {
  const items: Item[] = [];
  const client = new DynamoDBClient({ region: 'none' });
  client.middlewareStack.add(
    (_, { commandName }) =>
      async ({ input }) => {
        if (commandName !== 'PutItemCommand') throw new Error(`The filling of a table has no use for ${commandName}.`);
        items.push((input as PutItemInput).Item ?? {});
        return { response: undefined, output: { $metadata: {} } };
      },
    { step: 'initialize', name: 'gather' },
  );
  await write(createDynamoLedger(client, table, { actor: 'bench', plan: null, now: Date.now }));
  return items;
}

async function save(ledger: Ledger, { jobs, checkpoints, models }: Workload, policy: Policy): Promise<void> {
  const plannedWith = policyDigest(policy);
  for (const record of checkpoints) await ledger.saveCheckpoint(record, record);
  for (const job of jobs) {
    const observedAt = job.finishedAt ?? job.createdAt;
    await ledger.saveJob({ ...job, version: 0, plannedWith, note: null, observedAt });
  }
  for (const model of models) await ledger.saveModel(model);
  const seenTo = jobs.at(-1)?.createdAt ?? null;
  await ledger.saveSweep({ ...newSweep('research'), seenTo, sweptAt: seenTo });
}

async function writeAll(client: DynamoDBClient, table: string, items: readonly Item[]): Promise<void> {
  let left = items.map((Item) => ({ PutRequest: { Item } }));
  while (left.length > 0) {
    const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: left } }));
    left = (answer.UnprocessedItems?.[table] ?? []) as typeof left;
  }
}

function meanSizes(items: readonly Item[]): Record<string, number> {
  const byPartition = Map.groupBy(items, (item) => item[LEDGER.partitionKey]?.S ?? '');
  return Object.fromEntries(
    [...byPartition].map(([partition, all]) => {
      const bytes = all.reduce((sum, item) => sum + itemSize(item), 0);
      return [partition, Math.round(bytes / all.length)];
    }),
  );
}
