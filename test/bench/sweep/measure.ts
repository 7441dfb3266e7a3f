import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoLedger } from '../../../lambdas/adapters/ledger/dynamo-ledger.ts';
import { permissionsOf } from '../../../lambdas/core/checkpoint/record.ts';
import { resolveByList } from '../../../lambdas/core/checkpoint/resolve.ts';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import { startFakeOpenAI } from '../../fake-openai/fake-openai.ts';
import { round } from '../median.ts';
import { fillServer } from './fill.ts';
import { CPU_SHARE, lambdaSeconds } from './limits.ts';
import type { Done, Order } from './process.ts';
import { run } from './run.ts';
import { startTableServer } from './table-server.ts';
import { makeWorkload, policyFor, SOURCE_ID, TARGETS } from './workload.ts';

export const WHATS = [
  'list',
  'plan',
  'status',
  'full pass, nothing to do',
  'sweep, nothing to do',
  'full pass, one more project',
] as const;

/** `ckpt plan` holds all in memory, which is more than its function has beyond that. */
const MOST_PLANNED = 10_000;

/** One thing done once, over a ledger of one size. */
export interface Row {
  readonly checkpoints: number;
  readonly what: (typeof WHATS)[number];
  /** Calls at OpenAI, by the kind of key. */
  readonly adminCalls: number;
  readonly projectCalls: number;
  /** Requests to DynamoDB, in all and by their operation. */
  readonly requests: number;
  readonly operations: Readonly<Record<string, number>>;
  /** Of the requests, those that write; what is written together is one. */
  readonly writes: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Of the function that it took, one after the other, and the seconds of the longest of them on Lambda. */
  readonly invocations: number;
  readonly longestSeconds: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly rssMb: number;
  readonly heapMb: number;
  /** Checkpoints that were to be changed, and were not. */
  readonly leftUndone: number;
  /** Jobs that were handed to observe, which knows them all. */
  readonly handedOn: number;
  /** Of the largest item that there was. */
  readonly itemBytes: number;
}

export interface Measured {
  readonly rows: readonly Row[];
  /** Bytes of the mean item, by its partition. */
  readonly itemBytes: Readonly<Record<string, number>>;
}

/**
 * What `takeOrder` leaves of the function's five minutes, were all of it computing: at the function's share of a processor, this one
 * does in so much time what that one does in 255 seconds.
 */
const SWEEP_MS = 255_000 * CPU_SHARE;

/** More would not be a matter of size. */
const MOST_INVOCATIONS = 100;

/** Fills a table of its own with so many checkpoints, and reads, plans and sweeps it with the module of `process.ts`. */
export async function measure(module: string, checkpoints: number): Promise<Measured> {
  const fake = await startFakeOpenAI();
  const server = await startTableServer();
  try {
    const { apiKey: projectKey } = fake.addProject({ id: SOURCE_ID });
    const policy = policyFor(TARGETS, fake.url);
    const wider = policyFor(TARGETS + 1, fake.url);
    const itemBytes = await fillServer(server, makeWorkload(fake, policy, checkpoints, Date.now()), policy);
    const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
    const dynamo = { endpoint: server.endpoint, region: 'none', credentials };

    const measureOne = async (what: Row['what'], kind: Order['kind'], by: Policy, toChange = 0): Promise<Row> => {
      fake.calls.reset();
      const order = { kind, dynamo, table: 'ledger', policy: by, projectKey, timeMs: SWEEP_MS };
      const all: Done[] = [];
      do all.push(await run(module, order));
      while (all.at(-1)?.goesOn && all.length < MOST_INVOCATIONS);
      const [adminCalls, calls] = [fake.calls.count({ keyKind: 'admin' }), fake.calls.count()];
      const figures = { adminCalls, projectCalls: calls - adminCalls, itemBytes: server.largest() };
      return { checkpoints, what, ...figures, ...figuresOf(all, toChange) };
    };
    const rows = [await measureOne('list', 'list', policy)];
    if (checkpoints <= MOST_PLANNED) rows.push(await measureOne('plan', 'plan', wider));
    rows.push(await measureOne('full pass, nothing to do', 'sweep', policy));
    await listDue(dynamo);
    rows.push(await measureOne('sweep, nothing to do', 'sweep', policy));
    rows.push(await measureOne('status', 'status', policy));
    rows.push(await measureOne('full pass, one more project', 'sweep', wider, checkpoints));
    return { rows, itemBytes };
  } finally {
    await server.close();
    await fake.close();
  }
}

/** What share does before the next sweep comes: whatever was put up for verification is listed, and is as it was. */
async function listDue(dynamo: Order['dynamo']): Promise<void> {
  const client = new DynamoDBClient(dynamo);
  try {
    const ledger = createDynamoLedger(client, 'ledger', { actor: 'bench', plan: null, now: Date.now });
    for (const { checkpoint } of await ledger.dueCheckpoints('list', Date.now(), MOST_LISTED)) {
      const record = await ledger.getCheckpoint(checkpoint);
      if (record === undefined) continue;
      const shown = permissionsOf(record).flatMap(({ projectId, permissionId, sharedAt }) => {
        return permissionId === null ? [] : [{ projectId, permissionId, createdAt: sharedAt ?? 0 }];
      });
      await ledger.saveCheckpoint(resolveByList(record, shown, Date.now()), record);
    }
  } finally {
    client.destroy();
  }
}

const MOST_LISTED = 1_000;

const WRITES: ReadonlySet<string> = new Set(['PutItem', 'TransactWriteItems', 'BatchWriteItem', 'UpdateItem']);

function figuresOf(all: readonly Done[], toChange: number) {
  const sum = (of: (done: Done) => number) => all.reduce((total, done) => total + of(done), 0);
  const most = (of: (done: Done) => number) => Math.max(...all.map(of));
  const names = new Set(all.flatMap(({ requests }) => Object.keys(requests)));
  const operations = Object.fromEntries([...names].map((name) => [name, sum(({ requests }) => requests[name] ?? 0)]));
  const requestsOf = (isMeant: (name: string) => boolean) =>
    [...names].filter(isMeant).reduce((total, name) => total + (operations[name] ?? 0), 0);
  return {
    requests: requestsOf(() => true),
    writes: requestsOf((name) => WRITES.has(name)),
    operations,
    readUnits: sum(({ readUnits }) => readUnits),
    writeUnits: sum(({ writeUnits }) => writeUnits),
    invocations: all.length,
    longestSeconds: round(most(lambdaSeconds), 1),
    seconds: round(
      sum(({ seconds }) => seconds),
      2,
    ),
    cpuSeconds: round(
      sum(({ cpuSeconds }) => cpuSeconds),
      2,
    ),
    rssMb: round(
      most(({ peakRss }) => peakRss / 2 ** 20),
      0,
    ),
    heapMb: round(
      most(({ peakHeap }) => peakHeap / 2 ** 20),
      0,
    ),
    leftUndone: Math.abs(toChange - sum(({ changed }) => changed)),
    handedOn: sum(({ handedOn }) => handedOn),
  };
}
