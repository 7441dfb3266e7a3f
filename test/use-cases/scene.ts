import { createAuditLogApi } from '../../lambdas/adapters/openai/audit-logs.ts';
import { createDispatcher } from '../../lambdas/adapters/openai/exchange.ts';
import { createHttp } from '../../lambdas/adapters/openai/http.ts';
import { createJobApi } from '../../lambdas/adapters/openai/jobs.ts';
import { createPermissionApi } from '../../lambdas/adapters/openai/permissions.ts';
import { createProjectApi } from '../../lambdas/adapters/openai/projects.ts';
import { createModelApi } from '../../lambdas/adapters/openai/source-apis.ts';
import type { PermissionRecord } from '../../lambdas/core/model/permission.ts';
import { DEFAULT_PACER_RULES, type PacerRules } from '../../lambdas/core/pacing/window.ts';
import { type Policy, tellingProjects } from '../../lambdas/core/policy/policy.ts';
import type { Ledger, PacerStore } from '../../lambdas/core/ports/ledger.ts';
import type { AuditLogApi, JobApi, ModelApi, OrganisationApi, PermissionApi } from '../../lambdas/core/ports/openai.ts';
import type { Log } from '../../lambdas/core/ports/runtime.ts';
import { observe } from '../../lambdas/use-cases/observe/observe.ts';
import { createPacer } from '../../lambdas/use-cases/pacer.ts';
import type { ShareDeps } from '../../lambdas/use-cases/share/deps.ts';
import { aPolicy, aRule } from '../core/policy/builders.ts';
import { type FakeOpenAIOptions, startFakeOpenAI } from '../fake-openai/fake-openai.ts';
import { createInMemoryLedger } from '../in-memory/ledger.ts';
import { createInMemoryPacerStore } from '../in-memory/pacer-store.ts';
import { VirtualTime } from '../support/virtual-time.ts';

export const TARGETS = ['proj_EU', 'proj_US', 'proj_ASIA'] as const;

export const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A log that keeps its lines. */
export function recordLog(): { readonly log: Log; readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const write =
    (level: LogLine['level']) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      void lines.push({ level, message, fields });
  return { lines, log: { info: write('info'), warn: write('warn'), error: write('error') } };
}

export interface SceneOptions {
  readonly fake?: FakeOpenAIOptions;
  readonly targets?: readonly string[];
  /** Targets that OpenAI does not have. */
  readonly unknownTargets?: readonly string[];
  readonly rules?: Partial<PacerRules>;
  readonly callDeadlineMs?: number;
}

/** The real use-cases and the real OpenAI client over loopback to the fake, on virtual time. */
export async function createScene(options: SceneOptions = {}) {
  const { targets = TARGETS, unknownTargets = [], callDeadlineMs = 30_000 } = options;
  const time = new VirtualTime();
  const fake = await startFakeOpenAI({ now: time.now, ...options.fake });
  const research = fake.addProject({ id: 'proj_RESEARCH' });
  for (const id of targets) fake.addProject({ id });
  const to = [...targets, ...unknownTargets];
  const policy = aPolicy([aRule({ name: 'everything', checkpoints: { kind: 'all' }, to })]);
  const dispatcher = createDispatcher();
  let isClosed = false;
  const http = (key: string, baseUrl: string = fake.url) =>
    createHttp({ baseUrl, key: async () => key, dispatcher, clock: Date.now, deadlineMs: 2_000 });
  const jobApi = (key: string = research.apiKey): JobApi => createJobApi(http(key));
  const modelApi = (key: string = research.apiKey): ModelApi => createModelApi(http(key));
  const jobs = jobApi();
  const store = createInMemoryPacerStore();

  const ownLedger = createInMemoryLedger({ actor: 'test', plan: null, now: time.now });

  /** OpenAI's permission endpoints; time stands still while a call is on its way. */
  const permissionApi = (key: string = fake.adminKey, baseUrl?: string): PermissionApi => {
    const api = createPermissionApi(http(key, baseUrl));
    return {
      create: (checkpoint, projectIds) => time.busy(api.create(checkpoint, projectIds)),
      list: (checkpoint, after) => time.busy(api.list(checkpoint, after)),
      delete: (checkpoint, permissionId) => time.busy(api.delete(checkpoint, permissionId)),
    };
  };

  /** OpenAI's audit log; time stands still while a call is on its way. */
  const auditLogApi = (key: string = fake.adminKey, baseUrl?: string): AuditLogApi => {
    const api = createAuditLogApi(http(key, baseUrl));
    return { list: (query) => time.busy(api.list(query)) };
  };

  /** OpenAI's projects; time stands still while a call is on its way. */
  const organisationApi = (key: string = fake.adminKey, baseUrl?: string): OrganisationApi => {
    const api = createProjectApi(http(key, baseUrl));
    return { hasProject: (projectId) => time.busy(api.hasProject(projectId)) };
  };

  return {
    time,
    fake,
    policy,
    store,
    permissionApi,
    auditLogApi,
    organisationApi,
    /** OpenAI's job endpoints, with the source's own key unless told. */
    jobApi,
    /** OpenAI's models, as the source's own key sees them unless told. */
    modelApi,
    ledger: ownLedger,

    /** A job that has ended well, with so many checkpoints. */
    addJob: (checkpoints = 1) => fake.addJob({ projectId: 'proj_RESEARCH', checkpoints }),

    observe: (jobId: string, ledger: Ledger = ownLedger.as({ actor: 'observe', plan: null }), by: Policy = policy) => {
      const deps = { policy: by, ledger, jobsOf: () => jobs, now: time.now, log: SILENT };
      return time.busy(observe(deps, { source: 'research', jobId, webhookAt: time.now() }, 1));
    },

    /** What one share function is wired with; parts may be swapped, for one that crashes or has a wrong key. */
    deps: (
      parts: {
        ledger?: Ledger;
        pacerStore?: PacerStore;
        key?: string;
        api?: PermissionApi;
        auditLog?: AuditLogApi;
        organisation?: OrganisationApi;
      } = {},
    ): ShareDeps => {
      const api = parts.api ?? permissionApi(parts.key);
      const rules = { ...DEFAULT_PACER_RULES, limit: 6, ...options.rules };
      return {
        ledger: parts.ledger ?? ownLedger.as({ actor: 'share', plan: null }),
        pacer: createPacer(parts.pacerStore ?? store, rules, time.now),
        permissions: api,
        auditLog: parts.auditLog ?? auditLogApi(parts.key),
        organisation: parts.organisation ?? organisationApi(parts.key),
        projectIds: tellingProjects(policy),
        now: time.now,
        sleep: time.sleep,
        log: SILENT,
        callDeadlineMs,
        markingMs: 10_000,
        refreshKey: async () => false,
      };
    },

    /** Every permission that the ledger has, by state. */
    async recorded(ledger: Ledger = ownLedger): Promise<readonly (PermissionRecord & { checkpoint: string })[]> {
      const { items } = await ledger.listCheckpoints(null);
      return items.flatMap(({ checkpoint, permissions }) =>
        Object.values(permissions).map((permission) => ({ ...permission, checkpoint })),
      );
    },

    close: async () => {
      if (isClosed) return;
      isClosed = true;
      await fake.close();
      await dispatcher.destroy();
    },
  };
}

export type Scene = Awaited<ReturnType<typeof createScene>>;

/** Far enough away that a drain ends because nothing is due. */
export function inAnHour({ time }: Scene): number {
  return time.now() + 60 * 60_000;
}
