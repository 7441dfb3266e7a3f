import { DEFAULT_PACER_RULES } from '../../../lambdas/core/pacing/window.ts';
import type { OperatorAnswer, Plan } from '../../../lambdas/shared/contract/operator.ts';
import { createOperator } from '../../../lambdas/use-cases/operate/operate.ts';
import type { Process } from '../engine/process.ts';
import type { World } from '../world.ts';
import { ledgerFor } from './ledger.ts';
import { logOf } from './log.ts';
import { startReconcile } from './reconcile.ts';
import { wakerOf } from './share.ts';

const TIME_MS = 60_000;

/** What a person does at the command line. */
export const COMMANDS = ['apply', 'confirm', 'verify', 'repair', 'status'] as const;
export type Command = (typeof COMMANDS)[number];

type Ask = (payload: object) => Promise<OperatorAnswer>;

export function startCommand(world: World, command: Command): void {
  world.start('operator', TIME_MS, async (process) => {
    const operate = createOperator(operateDeps(world, process));
    await CARRY_OUT[command]((payload) => operate(payload, process.name), world);
  });
}

const CARRY_OUT: Readonly<Record<Command, (ask: Ask, world: World) => Promise<unknown>>> = {
  apply: async (ask) => {
    const plan = await askForPlan(ask);
    if (plan === undefined) return;
    const confirm = plan.guard.state === 'waiting' ? plan.guard.id : null;
    await ask({ command: 'apply', planId: plan.id, confirm });
  },
  confirm: async (ask) => {
    const guard = (await askForPlan(ask))?.guard;
    if (guard?.state === 'waiting') await ask({ command: 'confirm', id: guard.id });
  },
  verify: (ask) => ask({ command: 'reconcile', verifyAll: true }),
  repair: async (ask, { watch, draw }) => {
    const drifted = [...watch.records.values()].filter(({ permissions }) =>
      Object.values(permissions).some(({ state }) => state === 'drifted'),
    );
    if (drifted.length === 0) return;
    await ask({ command: 'repair', checkpoint: draw.pick(drifted).checkpoint, project: [] });
  },
  status: (ask) => ask({ command: 'status' }),
};

async function askForPlan(ask: Ask): Promise<Plan | undefined> {
  const answer = await ask({ command: 'plan' });
  return answer.ok ? (answer.result as Plan) : undefined;
}

function operateDeps(world: World, process: Process): Parameters<typeof createOperator>[0] {
  const { policy } = world;
  const depth = async () => ({ waiting: 0, inFlight: 0 });
  return {
    policy,
    ledger: ledgerFor(world, process),
    pacerStore: process.port('pacer', world.pacerStore),
    pacerRules: { ...DEFAULT_PACER_RULES, limit: policy.openai.adminRequestsPerMinute },
    queues: { observe: depth, deadLetters: depth },
    waker: process.port('share', wakerOf(world)),
    reconciler: process.port('reconcile', {
      start: async ({ verifyAll }: { readonly verifyAll: boolean }) => startReconcile(world, verifyAll),
    }),
    now: process.now,
    log: logOf(world, process),
  };
}
