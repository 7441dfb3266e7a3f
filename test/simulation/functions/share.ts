import { DEFAULT_PACER_RULES } from '../../../lambdas/core/pacing/window.ts';
import { tellingProjects } from '../../../lambdas/core/policy/policy.ts';
import type { ShareWaker } from '../../../lambdas/core/ports/queue.ts';
import { createPacer } from '../../../lambdas/use-cases/pacer.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import type { ShareDeps } from '../../../lambdas/use-cases/share/turn.ts';
import type { Process } from '../engine/process.ts';
import { ADMIN_CALL_MS } from '../openai/api.ts';
import type { World } from '../world.ts';
import { ledgerFor } from './ledger.ts';
import { logOf } from './log.ts';

/** As `lambdas/share` is wired, and given five minutes. */
const TIME_MS = 300_000;
const MARKING_MS = 10_000;
const RESERVED_MS = ADMIN_CALL_MS + MARKING_MS + 5_000;
const LOOK_AGAIN_MS = 1_000;

export function startShare(world: World): void {
  world.start('share', TIME_MS, async (process) => {
    const deps = shareDeps(world, process);
    const stopAt = process.now() + TIME_MS - RESERVED_MS;
    const report = await drain(deps, process.name, stopAt);
    if (report.kind === 'busy' || report.calls > 0) return;
    await deps.sleep(LOOK_AGAIN_MS);
    await drain(deps, process.name, stopAt);
  });
}

/** A wake-up may be lost; the next minute's tick finds the work. */
export function wakerOf(world: World): ShareWaker {
  const { scheduler, draw, scenario } = world;
  return {
    wake: async () => {
      if (!world.strikes(scenario.storm.loss)) scheduler.after(draw.int(20, 500), () => startShare(world));
    },
  };
}

function shareDeps(world: World, process: Process): ShareDeps {
  const { sabotage, policy } = world;
  const { pacerStore = same, permissions = same, organisation = same, shareLedger = same } = sabotage;
  const rules = { ...DEFAULT_PACER_RULES, limit: policy.openai.adminRequestsPerMinute };
  return {
    ledger: shareLedger(ledgerFor(world, process)),
    pacer: createPacer(pacerStore(process.port('pacer', world.pacerStore)), rules, process.now),
    permissions: permissions(world.openai.permissionsFor(process)),
    auditLog: world.openai.auditLogFor(process),
    organisation: organisation(world.openai.organisationFor(process)),
    projectIds: tellingProjects(policy),
    now: process.now,
    sleep: process.sleep,
    log: logOf(world, process),
    callDeadlineMs: ADMIN_CALL_MS + MARKING_MS,
    markingMs: MARKING_MS,
    refreshKey: async () => false,
  };
}

function same<T>(port: T): T {
  return port;
}
