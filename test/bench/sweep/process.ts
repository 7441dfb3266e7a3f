import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { createDynamoLedger } from '../../../lambdas/adapters/ledger/dynamo-ledger.ts';
import { createJobApis } from '../../../lambdas/adapters/openai/source-apis.ts';
import { permissionsOf } from '../../../lambdas/core/checkpoint/record.ts';
import { NOT_PAUSED } from '../../../lambdas/core/pause/pause.ts';
import { planLedger } from '../../../lambdas/core/plan/ledger-plan.ts';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import { AWS_LIMITS } from '../../../lambdas/shared/runtime/aws-limits.ts';
import { readState } from '../../../lambdas/use-cases/change.ts';
import { countLedger } from '../../../lambdas/use-cases/operate/count.ts';
import { everyItem } from '../../../lambdas/use-cases/pages.ts';
import { reconcile } from '../../../lambdas/use-cases/reconcile/reconcile.ts';
import { type Metered, meter } from './meter.ts';

/** What is to be run in a process of its own. */
export interface Order {
  /** `list` reads every checkpoint; `plan` reads what a plan reads, and makes it; `status` counts; `sweep` is one invocation of reconcile. */
  readonly kind: 'list' | 'plan' | 'status' | 'sweep';
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
  /** Checkpoints of which one more permission is wanted since. */
  readonly changed: number;
  /** A full pass is under way, and goes on with the next invocation. */
  readonly goesOn: boolean;
  /** Jobs handed to observe. */
  readonly handedOn: number;
}

const SAMPLE_MS = 5;

/** A sweep that has something to complain about is not the one to be measured. */
function complain(message: string, fields: unknown): never {
  throw new Error(`${message}: ${JSON.stringify(fields)}`);
}

/** The reconcile function as it is wired, but for the secret, the queue and the share function, which it hardly uses. */
async function sweep(stored: Ledger, { policy, projectKey, timeMs }: Order) {
  const project = async () => projectKey;
  const secrets = { current: project, currentAndPrevious: async () => [projectKey] };
  const keys = new Map([['research', 'project-key']]);
  const apiOf = createJobApis({ baseUrl: policy.openai.baseUrl, keys, secrets, tokens: new Map(), clock: Date.now });
  let handedOn = 0;
  let changed = 0;
  const saveCheckpoint: Ledger['saveCheckpoint'] = async (record, before) => {
    const saved = await stored.saveCheckpoint(record, before);
    if (saved && permissionsOf(record).length > permissionsOf(before).length) changed++;
    return saved;
  };
  const ledger = { ...stored, saveCheckpoint };
  const deps = {
    policy,
    ledger,
    ledgerOf: () => ledger,
    jobsOf: apiOf,
    modelsOf: apiOf,
    queue: { send: async () => void handedOn++ },
    waker: { wake: async () => undefined },
    now: Date.now,
    log: { info: () => undefined, warn: complain, error: complain },
  };
  await reconcile(deps, false, Date.now() + timeMs);
  return { changed, handedOn, goesOn: (await readState(stored, 'pass')).walk !== null };
}

/** A page at a time, as `ckpt list` asks for it. */
async function list(ledger: Ledger): Promise<void> {
  for await (const _ of everyItem(ledger.listCheckpoints));
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
  let outcome = { changed: 0, handedOn: 0, goesOn: false };
  if (order.kind === 'list') await list(ledger);
  else if (order.kind === 'status') await countLedger(ledger, order.policy, Date.now());
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
