import { findProject } from '../../../lambdas/core/policy/policy.ts';
import type { JobApi, ModelApi } from '../../../lambdas/core/ports/openai.ts';
import type { ReconcileOrder } from '../../../lambdas/core/ports/queue.ts';
import { takeOrder } from '../../../lambdas/use-cases/reconcile/take-order.ts';
import type { Process } from '../engine/process.ts';
import { JOB_CALL_MS } from '../openai/api.ts';
import type { World } from '../world.ts';
import { ledgerFor } from './ledger.ts';
import { logOf } from './log.ts';
import { wakerOf } from './share.ts';

/** As the stack has it. */
const TIME_MS = 300_000;

/** `event`: what a person has asked for; left out, it is a tick. */
export function startReconcile(world: World, event?: Partial<ReconcileOrder>): void {
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
      callMs: JOB_CALL_MS,
      now: process.now,
      log: logOf(world, process),
      ...(world.scenario.weather.isPaged && { sizes: { atOnce: 0, page: 2 } }),
    };
    await takeOrder(deps, event, remainingMs(world));
  });
}

/** What is left of it for a sweep, with what `takeOrder` keeps back. */
function remainingMs({ scenario: { weather }, isCalm }: World): number {
  return isCalm || weather.sweepMs === null ? TIME_MS : JOB_CALL_MS + 30_000 + weather.sweepMs;
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
