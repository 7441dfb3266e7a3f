import { DEFAULT_PACER_RULES } from '../../../lambdas/core/pacing/window.ts';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import type { Ledger, PacerStore } from '../../../lambdas/core/ports/ledger.ts';
import type { ReconcileOrder } from '../../../lambdas/core/ports/queue.ts';
import { openAIFor } from '../../../lambdas/operator/openai.ts';
import type { OperatorAnswer, OperatorRequest, ResultOf } from '../../../lambdas/shared/contract/operator.ts';
import type { OperateDeps, SourceApi } from '../../../lambdas/use-cases/operate/deps.ts';
import { createOperator } from '../../../lambdas/use-cases/operate/operate.ts';
import { createPacer } from '../../../lambdas/use-cases/pacer.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import { createInMemorySecrets, type StoredSecret } from '../../in-memory/secrets.ts';
import { operatorDeps } from '../operate/ask.ts';
import { createSweeper } from '../reconcile/sweeping.ts';
import { inAnHour, type Scene } from '../scene.ts';
import { shareJobs } from '../share/auditing.ts';

export const ADMIN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin';
export const PROJECT_KEY = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:research-key';
export const JANE = 'arn:aws:sts::123456789012:assumed-role/operators/jane';

/** What may be swapped of the operator's ports. */
export interface HandParts {
  readonly ledger?: Ledger;
  readonly pacerStore?: PacerStore;
  readonly policy?: Policy;
  readonly admin?: (admin: OperateDeps['admin']) => OperateDeps['admin'];
  readonly waker?: OperateDeps['waker'];
  readonly reconciler?: OperateDeps['reconciler'];
  readonly redrive?: OperateDeps['redrive'];
  readonly sourceApi?: (api: SourceApi) => SourceApi;
}

/** A person at the command line of a scene: the operator function with the real client, over loopback to the fake. */
export function handsOn(scene: Scene) {
  const { fake, time, ledger: shared, store } = scene;
  const stored = new Map<string, StoredSecret>([
    [ADMIN, fake.adminKey],
    [PROJECT_KEY, fake.addProjectKey('proj_RESEARCH').value],
  ]);
  const secrets = createInMemorySecrets(stored);
  const secretIds = {
    adminKey: ADMIN,
    projectKeys: new Map([['research', PROJECT_KEY]]),
    webhookSecrets: new Map<string, string>(),
  };
  const openai = openAIFor(fake.url, secrets, secretIds);
  const sweeper = createSweeper(scene);
  const orders: ReconcileOrder[] = [];
  let woken = 0;
  let requests = 0;

  function deps(parts: HandParts = {}): OperateDeps {
    const { ledger, policy = scene.policy, pacerStore = store, admin = (port) => port } = parts;
    const pacerRules = { ...DEFAULT_PACER_RULES, limit: 6 };
    return operatorDeps({
      policy,
      ledger: ledger ?? shared,
      ledgerAs: (author) => ledger ?? shared.as(author),
      pacerStore,
      pacerRules,
      pacer: createPacer(pacerStore, pacerRules, time.now),
      waker: parts.waker ?? { wake: async () => void woken++ },
      reconciler: parts.reconciler ?? { start: async (order) => void orders.push(order) },
      ...(parts.redrive && { redrive: parts.redrive }),
      admin: admin(openai.admin),
      sourceApi: (source) => {
        const api = openai.sourceApi(source);
        return api && (parts.sourceApi?.(api) ?? api);
      },
      secrets,
      secretIds,
      now: time.now,
      sleep: time.sleep,
    });
  }

  const answer = (request: object, parts?: HandParts): Promise<OperatorAnswer> =>
    time.busy(createOperator(deps(parts))({ by: JANE, ...request }, `request-${++requests}`));

  return {
    /** Mutable: what Secrets Manager holds. */
    stored,
    sweeper,
    /** Reconciles that were asked for since this was read last. */
    orders: () => orders.splice(0),
    /** How often the share function was woken since this was read last. */
    woken() {
      const times = woken;
      woken = 0;
      return times;
    },
    answer,

    /** Asks, and expects an answer that is no error. */
    async ask<Request extends OperatorRequest>(
      request: Request,
      parts?: HandParts,
    ): Promise<ResultOf<Request['command']>> {
      const given = await answer(request, parts);
      if (!given.ok) throw new Error(`${given.error.message} ${given.error.next}`);
      return given.result as ResultOf<Request['command']>;
    },

    /** Asks, and expects a refusal. */
    async refusal(request: object, parts?: HandParts) {
      const given = await answer(request, parts);
      if (given.ok) throw new Error(`This was to be refused: ${JSON.stringify(given.result)}`);
      const { error, retryAfterSeconds = null } = given;
      return { ...error, retryAfterSeconds };
    },

    /** The share function's next turn, until nothing is due. */
    share: () => drain(scene.deps(), 'share', inAnHour(scene)),

    /** A sweep, all that observe has to do after it, and the share function's turn. */
    async reconcile(policy: Policy = scene.policy): Promise<void> {
      await time.busy(sweeper.reconcile({ policy }));
      await time.busy(sweeper.observeAll());
      await drain(scene.deps(), 'share', inAnHour(scene));
    },

    /** Some sweeps and minutes later: nothing is left to be done. */
    async comeToRest(policy: Policy = scene.policy): Promise<void> {
      for (let round = 0; round < 3; round++) {
        await this.reconcile(policy);
        time.advance(5 * 60_000);
      }
    },

    /** The project's row; undefined where there is none. */
    row: async (checkpoint: string, projectId: string) =>
      (await shared.getCheckpoint(checkpoint))?.permissions[projectId],

    /** Who has the checkpoint at OpenAI. */
    holders: (checkpoint: string) => fake.permissions(checkpoint).map(({ projectId }) => projectId),

    /** What was done to the checkpoint, oldest first, `act project`. */
    async history(checkpoint: string): Promise<readonly string[]> {
      const { items } = await shared.listEvents({ checkpoint, cursor: null, limit: 1_000 });
      return items.toReversed().flatMap(({ changes }) => changes.map(({ act, projectId }) => `${act} ${projectId}`));
    },
  };
}

export type Hands = ReturnType<typeof handsOn>;

/** A policy that wants nothing of what the scene's jobs leave. */
export const NO_RULE: Policy = aPolicy([aRule({ from: ['elsewhere'] })]);

/** The final model of a job that was observed, and of which no rule wants anything. */
export async function anUnwantedModel(scene: Scene): Promise<string> {
  const job = scene.addJob(1);
  await scene.observe(job.id, scene.ledger, NO_RULE);
  scene.fake.calls.reset();
  return job.finalModel;
}

/** The final model of a job that was observed and shared with all targets, ten minutes ago. */
export async function aSharedModel(scene: Scene): Promise<string> {
  const [model = ''] = await shareJobs(scene, 1);
  return model;
}

type Shares = Extract<OperatorRequest, { readonly command: 'share' }>;

export function toShare(checkpoint: string, projects: readonly string[], parts: Partial<Shares> = {}): Shares {
  return { command: 'share', checkpoint, projects, onDrift: 'repair', expiresAt: null, ...parts };
}

const NOBODY = { permissionId: null, projects: [], all: false };

export function toRevoke(
  checkpoint: string,
  projects: readonly string[],
  parts: Partial<Extract<OperatorRequest, { readonly command: 'revoke' }>> = {},
) {
  return { command: 'revoke', ...NOBODY, checkpoint, projects, dryRun: false, withhold: false, ...parts } as const;
}

export function toForget(
  checkpoint: string,
  projects: readonly string[],
  parts: Partial<Extract<OperatorRequest, { readonly command: 'forget' }>> = {},
) {
  return { command: 'forget', ...NOBODY, checkpoint, projects, ...parts } as const;
}

export function toIgnore(
  checkpoint: string,
  projects: readonly string[],
  parts: Partial<Extract<OperatorRequest, { readonly command: 'ignore' }>> = {},
) {
  return { command: 'ignore', ...NOBODY, checkpoint, projects, undo: false, ...parts } as const;
}

export function toAdopt(
  checkpoint: string | null,
  projects: readonly string[],
  parts: Partial<Extract<OperatorRequest, { readonly command: 'adopt' }>> = {},
) {
  return {
    command: 'adopt',
    checkpoint,
    permissionIds: [],
    projects,
    all: false,
    madeTogether: false,
    ...parts,
  } as const;
}
