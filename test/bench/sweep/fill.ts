import {
  type AttributeValue,
  BatchWriteItemCommand,
  DynamoDBClient,
  type PutItemInput,
  type TransactWriteItemsInput,
} from '@aws-sdk/client-dynamodb';
import { createDynamoLedger } from '../../../lambdas/adapters/ledger/dynamo-ledger.ts';
import { newSweep } from '../../../lambdas/core/model/sweep.ts';
import { type Policy, policyDigest } from '../../../lambdas/core/policy/policy.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import { LEDGER, PARTITION } from '../../../lambdas/shared/contract/ledger-keys.ts';
import { itemSize } from './item-size.ts';
import type { TableServer } from './table-server.ts';
import type { Workload } from './workload.ts';

type Item = Record<string, AttributeValue>;

/** The most items that one BatchWriteItem takes. */
const BATCH = 25;
const WRITERS = 4;

/** Puts the workload into the bench's own table. Returns the mean size of an item, in bytes, by its partition. */
export async function fillServer(
  server: TableServer,
  workload: Workload,
  policy: Policy,
): Promise<Readonly<Record<string, number>>> {
  const sizes = createMeans();
  await eachItem(
    'ledger',
    (ledger) => save(ledger, workload, policy),
    (item) => {
      server.fill(item);
      sizes.add(item);
    },
  );
  return sizes.means();
}

/** Puts the workload into a table that is there already. */
export async function fillLedger(
  client: DynamoDBClient,
  table: string,
  workload: Workload,
  policy: Policy,
): Promise<void> {
  const items: Item[] = [];
  await eachItem(
    table,
    (ledger) => save(ledger, workload, policy),
    (item) => void items.push(item),
  );
  const batches = Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) =>
    items.slice(index * BATCH, (index + 1) * BATCH),
  );
  const write = async () => {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) await writeAll(client, table, batch);
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
}

/**
 * Everything that the ledger would put into its table, in the very form in which it would: one by one, the writes of
 * 10,000 checkpoints would take longer than all that is measured.
 */
async function eachItem(
  table: string,
  write: (ledger: Ledger) => Promise<void>,
  take: (item: Item) => void,
): Promise<void> {
  const client = new DynamoDBClient({ region: 'none' });
  client.middlewareStack.add(
    (_, { commandName }) =>
      async ({ input }) => {
        if (commandName === 'PutItemCommand') take((input as PutItemInput).Item ?? {});
        else if (commandName === 'TransactWriteItemsCommand') {
          const { TransactItems = [] } = input as TransactWriteItemsInput;
          for (const { Put } of TransactItems) if (Put?.Item !== undefined && isKept(Put.Item)) take(Put.Item);
        } else throw new Error(`The filling of a table has no use for ${commandName}.`);
        return { response: undefined, output: { $metadata: {} } };
      },
    { step: 'initialize', name: 'gather' },
  );
  await write(createDynamoLedger(client, table, { actor: 'bench', plan: null, now: Date.now }));
}

/** The marks of changes are long gone. */
function isKept(item: Item): boolean {
  return item[LEDGER.partitionKey]?.S !== PARTITION.change;
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

function createMeans() {
  const totals = new Map<string, { count: number; bytes: number }>();
  return {
    add(item: Item): void {
      const partition = item[LEDGER.partitionKey]?.S ?? '';
      const { count, bytes } = totals.get(partition) ?? { count: 0, bytes: 0 };
      totals.set(partition, { count: count + 1, bytes: bytes + itemSize(item) });
    },
    means: (): Record<string, number> =>
      Object.fromEntries([...totals].map(([name, { count, bytes }]) => [name, Math.round(bytes / count)])),
  };
}
