import { tellingProjects } from '../../../lambdas/core/policy/policy.ts';
import type { ShareWaker } from '../../../lambdas/core/ports/queue.ts';
import { createPacer, pacerRules } from '../../../lambdas/use-cases/pacer.ts';
import { type FunctionDeps, share } from '../../../lambdas/use-cases/share/share.ts';
import type { Process } from '../engine/process.ts';
import { ADMIN_CALL_MS } from '../openai/api.ts';
import type { World } from '../world.ts';
import { ledgerFor } from './ledger.ts';
import { logOf } from './log.ts';

/** As the stack has it. */
const TIME_MS = 300_000;

export function startShare(world: World): void {
  world.start('share', TIME_MS, (process) => share(shareDeps(world, process), process.name, TIME_MS));
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

function shareDeps(world: World, process: Process): FunctionDeps {
  const { sabotage, policy } = world;
  const { pacerStore = same, permissions = same, organisation = same, shareLedger = same } = sabotage;
  return {
    ledger: shareLedger(ledgerFor(world, process)),
    pacer: createPacer(pacerStore(process.port('pacer', world.pacerStore)), pacerRules(policy), process.now),
    permissions: permissions(world.openai.permissionsFor(process)),
    auditLog: world.openai.auditLogFor(process),
    organisation: organisation(world.openai.organisationFor(process)),
    projectIds: tellingProjects(policy),
    now: process.now,
    sleep: process.sleep,
    log: logOf(world, process),
    callMs: ADMIN_CALL_MS,
    refreshKey: async () => false,
  };
}

function same<T>(port: T): T {
  return port;
}
