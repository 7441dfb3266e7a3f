import { findProject } from '../../../lambdas/core/policy/policy.ts';
import type { JobApi, ModelApi } from '../../../lambdas/core/ports/openai.ts';
import { reconcile } from '../../../lambdas/use-cases/reconcile/reconcile.ts';
import type { Process } from '../engine/process.ts';
import type { World } from '../world.ts';
import { ledgerFor } from './ledger.ts';
import { logOf } from './log.ts';
import { wakerOf } from './share.ts';

const TIME_MS = 300_000;
/** As `lambdas/reconcile` is wired. */
const RESERVED_MS = 45_000;

/** `verifyAll`: a person asks for every checkpoint to be verified. */
export function startReconcile(world: World, verifyAll = false): void {
  const { policy, sabotage } = world;
  const { reconcileLedger = (port) => port } = sabotage;
  world.start('reconcile', TIME_MS, async (process) => {
    const ledger = reconcileLedger(ledgerFor(world, process));
    const deps = {
      policy,
      ledger,
      ledgerOf: () => ledger,
      queue: process.port(
        'queue',
        world.queue.port(() => delaysOf(world)),
      ),
      jobsOf: (source: string) => sourceJobs(world, process, source),
      modelsOf: (source: string) => sourceJobs(world, process, source),
      waker: process.port('share', wakerOf(world)),
      now: process.now,
      log: logOf(world, process),
    };
    await reconcile(deps, verifyAll, process.now() + TIME_MS - RESERVED_MS);
  });
}

/** The jobs of a source that the policy which is deployed now has; undefined for any other. */
export function sourceJobs(
  { policy, openai }: World,
  process: Process,
  source: string,
): (JobApi & ModelApi) | undefined {
  return findProject(policy, source)?.source ? openai.jobsFor(process, source) : undefined;
}

/** When a message comes: not at all, once or twice, at once or minutes later. */
export function delaysOf(world: World): readonly number[] {
  const { draw, scenario } = world;
  const delay = () => (world.strikes(0.2) ? draw.int(0, 300_000) : draw.int(10, 500));
  if (world.strikes(scenario.storm.loss)) return [];
  return world.strikes(scenario.storm.duplicate) ? [delay(), delay()] : [delay()];
}
