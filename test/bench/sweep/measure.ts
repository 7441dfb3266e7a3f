import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import { startFakeOpenAI } from '../../fake-openai/fake-openai.ts';
import { round } from '../median.ts';
import { fillTable } from './fill.ts';
import type { Done, Order } from './process.ts';
import { run } from './run.ts';
import { makeWorkload, policyFor, SOURCE_ID, TARGETS } from './workload.ts';

export const WHATS = ['list', 'plan', 'sweep, nothing to do', 'sweep, one more project'] as const;

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
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly rssMb: number;
  readonly heapMb: number;
  /** Checkpoints that were to be changed, and were not. */
  readonly leftUndone: number;
  /** Jobs that were handed to observe, which knows them all. */
  readonly handedOn: number;
}

export interface Measured {
  readonly rows: readonly Row[];
  /** Bytes of the mean item, by its partition. */
  readonly itemBytes: Readonly<Record<string, number>>;
}

/** What `takeOrder` leaves of the function's five minutes. */
const SWEEP_MS = 255_000;

/** Fills a table of its own with so many checkpoints, and reads, plans and sweeps it with the module of `process.ts`. */
export async function measure(
  module: string,
  dynamo: Order['dynamo'] & DynamoDBClientConfig,
  checkpoints: number,
): Promise<Measured> {
  const fake = await startFakeOpenAI();
  try {
    const { apiKey: projectKey } = fake.addProject({ id: SOURCE_ID });
    const policy = policyFor(TARGETS, fake.url);
    const wider = policyFor(TARGETS + 1, fake.url);
    const table = `sweep-${process.pid}-${checkpoints}`;
    const itemBytes = await fillTable(dynamo, table, makeWorkload(fake, policy, checkpoints, Date.now()), policy);

    const once = async (what: Row['what'], kind: Order['kind'], by: Policy, toChange = 0): Promise<Row> => {
      fake.calls.reset();
      const done = await run(module, { kind, dynamo, table, policy: by, projectKey, timeMs: SWEEP_MS });
      const [adminCalls, all] = [fake.calls.count({ keyKind: 'admin' }), fake.calls.count()];
      return { checkpoints, what, adminCalls, projectCalls: all - adminCalls, ...figuresOf(done, toChange) };
    };
    const rows = [
      await once('list', 'list', policy),
      await once('plan', 'plan', wider),
      await once('sweep, nothing to do', 'sweep', policy),
      await once('sweep, one more project', 'sweep', wider, checkpoints),
    ];
    return { rows, itemBytes };
  } finally {
    await fake.close();
  }
}

function figuresOf(done: Done, toChange: number) {
  const { requests, readUnits, writeUnits, seconds, cpuSeconds, peakRss, peakHeap, changed, handedOn } = done;
  return {
    requests: Object.values(requests).reduce((sum, count) => sum + count, 0),
    operations: requests,
    readUnits,
    writeUnits,
    seconds: round(seconds, 2),
    cpuSeconds: round(cpuSeconds, 2),
    rssMb: round(peakRss / 2 ** 20, 0),
    heapMb: round(peakHeap / 2 ** 20, 0),
    leftUndone: Math.abs(toChange - changed),
    handedOn,
  };
}
