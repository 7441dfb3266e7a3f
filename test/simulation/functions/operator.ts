import type { ReconcileOrder } from '../../../lambdas/core/ports/queue.ts';
import type { OperatorAnswer, OperatorRequest, Plan } from '../../../lambdas/shared/contract/operator.ts';
import type { Status } from '../../../lambdas/shared/contract/status.ts';
import type { SourceApi } from '../../../lambdas/use-cases/operate/deps.ts';
import { createOperator } from '../../../lambdas/use-cases/operate/operate.ts';
import { createPacer, pacerRules } from '../../../lambdas/use-cases/pacer.ts';
import { unprepared } from '../../use-cases/operate/ask.ts';
import type { Process } from '../engine/process.ts';
import type { World } from '../world.ts';
import { ledgerFor } from './ledger.ts';
import { logOf } from './log.ts';
import { sourceJobs, startReconcile } from './reconcile.ts';
import { wakerOf } from './share.ts';

/** As the stack has it. */
const TIME_MS = 180_000;

/** What a person does at the command line. */
export const COMMANDS = ['apply', 'confirm', 'verify', 'repair', 'status'] as const;
export type Command = (typeof COMMANDS)[number] | 'believe';

type Ask = (payload: object) => Promise<OperatorAnswer>;

export function startCommand(world: World, command: Command): void {
  world.start('operator', TIME_MS, async (process) => {
    const operate = createOperator(operateDeps(world, process));
    await CARRY_OUT[command]((payload) => operate(payload, process.name), world);
  });
}

/** A request that a person makes, and makes again some times where the answer says when. */
export function startAsking(world: World, request: OperatorRequest, tries = MOST_TRIES): void {
  world.start('operator', TIME_MS, async (process) => {
    const answer = await createOperator(operateDeps(world, process))(request, process.name);
    if (answer.ok || answer.retryAfterSeconds === undefined || tries <= 1 || world.isCalm) return;
    world.scheduler.after(answer.retryAfterSeconds * 1_000, () => startAsking(world, request, tries - 1));
  });
}

const MOST_TRIES = 3;

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
  /** What OpenAI shows no more is gone indeed. */
  believe: async (ask, { watch }) => {
    const answer = await ask({ command: 'status' });
    const waiting = answer.ok ? (answer.result as Status).absent?.waiting : null;
    if (!waiting) return;
    watch.onBelief();
    await ask({ command: 'confirm', id: waiting.id });
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
  const { policy, sabotage } = world;
  const { operatorLedger = (port) => port } = sabotage;
  const ledger = operatorLedger(ledgerFor(world, process));
  const depth = async () => ({ waiting: 0, inFlight: 0 });
  const pacerStore = process.port('pacer', world.pacerStore);
  const rules = pacerRules(policy);
  return {
    policy,
    ledger,
    ledgerAs: () => ledger,
    pacerStore,
    pacerRules: rules,
    pacer: createPacer(pacerStore, rules, process.now),
    queues: { observe: depth, deadLetters: depth },
    waker: process.port('share', wakerOf(world)),
    reconciler: process.port('reconcile', {
      start: async (order: ReconcileOrder) => startReconcile(world, order),
    }),
    redrive: { deadLetters: unprepared('deadLetters'), queue: unprepared('queue') },
    admin: {
      ...unprepared<Parameters<typeof createOperator>[0]['admin']>('admin'),
      ...world.openai.permissionsFor(process),
    },
    sourceApi: (source) => {
      const api = sourceJobs(world, process, source);
      return api && { ...unprepared<SourceApi>('sourceApi'), ...api };
    },
    identity: { web: unprepared('web'), connected: unprepared('connected'), roles: new Map() },
    secrets: { current: async () => 'sk-admin-simulated', currentAndPrevious: async () => [] },
    secretDates: { changedAt: async () => null },
    secretIds: { adminKey: 'arn:admin', projectKeys: new Map(), webhookSecrets: new Map() },
    webhookUrl: 'https://api.example.com/webhooks',
    clockSkew: () => null,
    version: '0.1.0',
    now: process.now,
    sleep: process.sleep,
    log: logOf(world, process),
  };
}
