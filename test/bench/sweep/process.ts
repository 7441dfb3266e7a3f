import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { createDynamoLedger } from '../../../lambdas/adapters/ledger/dynamo-ledger.ts';
import { createJobApis } from '../../../lambdas/adapters/openai/source-apis.ts';
import { NOT_PAUSED } from '../../../lambdas/core/pause/pause.ts';
import { planLedger } from '../../../lambdas/core/plan/ledger-plan.ts';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import { AWS_LIMITS } from '../../../lambdas/shared/runtime/aws-limits.ts';
import { everyItem } from '../../../lambdas/use-cases/pages.ts';
import { reconcile } from '../../../lambdas/use-cases/reconcile/reconcile.ts';
import { type Metered, meter } from './meter.ts';

/** What is to be run in a process of its own. */
export interface Order {
  /** `list` reads every checkpoint; `plan` reads what a plan reads, and makes it; `sweep` is one whole reconcile. */
  readonly kind: 'list' | 'plan' | 'sweep';
  readonly dynamo: Pick<DynamoDBClientConfig, 'endpoint' | 'region' | 'credentials'>;
  readonly table: string;
  readonly policy: Policy;
  readonly projectKey: string;
  /** Nothing is begun after so many milliseconds. */
  readonly timeMs: number;
}

/** How that went. */
export interface Done extends Metered {
  readonly seconds: number;
  /** Of the processor, this process only. */
  readonly cpuSeconds: number;
  /** The most memory that the process had, and that its heap held, in bytes. */
  readonly peakRss: number;
  readonly peakHeap: number;
  /** Checkpoints that the plan of the sweep has changed. */
  readonly changed: number;
  /** Jobs handed to observe. */
  readonly handedOn: number;
}

const SAMPLE_MS = 5;

/** A sweep that has something to complain about is not the one to be measured. */
function complain(message: string, fields: unknown): never {
  throw new Error(`${message}: ${JSON.stringify(fields)}`);
}

/** The reconcile function as it is wired, but for the secret, the queue and the share function, which it hardly uses. */
async function sweep(ledger: Ledger, { policy, projectKey, timeMs }: Order) {
  const project = async () => projectKey;
  const secrets = { current: project, currentAndPrevious: async () => [projectKey] };
  const keys = new Map([['research', 'project-key']]);
  const apiOf = createJobApis({ baseUrl: policy.openai.baseUrl, keys, secrets, tokens: new Map(), clock: Date.now });
  let handedOn = 0;
  let changed = 0;
  const deps = {
    policy,
    ledger,
    ledgerOf: () => ledger,
    jobsOf: apiOf,
    modelsOf: apiOf,
    queue: { send: async () => void handedOn++ },
    waker: { wake: async () => undefined },
    now: Date.now,
    log: {
      info: (_: string, fields: Readonly<Record<string, unknown>> = {}) => {
        if ('changed' in fields) changed += Number(fields.changed);
      },
      warn: complain,
      error: complain,
    },
  };
  await reconcile(deps, false, Date.now() + timeMs);
  return { changed, handedOn };
}

async function plan(ledger: Ledger, policy: Policy) {
  const [records, jobs] = await Promise.all([
    Array.fromAsync(everyItem(ledger.listCheckpoints)),
    Array.fromAsync(everyItem(ledger.listJobs)),
  ]);
  return planLedger({ policy, jobs, records, waiting: undefined, pause: NOT_PAUSED, now: Date.now() });
}

async function carryOut(order: Order): Promise<Done> {
  const client = new DynamoDBClient({ ...AWS_LIMITS, ...order.dynamo });
  const metered = meter(client);
  const ledger = createDynamoLedger(client, order.table, { actor: 'bench', plan: null, now: Date.now });
  let peakHeap = 0;
  const sampler = setInterval(() => {
    peakHeap = Math.max(peakHeap, process.memoryUsage().heapUsed);
  }, SAMPLE_MS);
  const begun = performance.now();
  const cpu = process.cpuUsage();
  let outcome = { changed: 0, handedOn: 0 };
  if (order.kind === 'list') await Array.fromAsync(everyItem(ledger.listCheckpoints));
  else if (order.kind === 'plan') await plan(ledger, order.policy);
  else outcome = await sweep(ledger, order);
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(sampler);
  return {
    ...metered(),
    ...outcome,
    seconds: (performance.now() - begun) / 1_000,
    cpuSeconds: (user + system) / 1e6,
    peakRss: process.resourceUsage().maxRSS * 1024,
    peakHeap,
  };
}

process.once('message', async (order: Order) => {
  const done = await carryOut(order);
  process.send?.(done, () => process.exit());
});
