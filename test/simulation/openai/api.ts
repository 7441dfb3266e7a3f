import { BadCredentialsError, ThrottledError } from '../../../lambdas/core/errors.ts';
import type { AdminCall } from '../../../lambdas/core/pacing/endpoints.ts';
import type {
  AuditLogApi,
  JobApi,
  ModelApi,
  OrganisationApi,
  PermissionApi,
} from '../../../lambdas/core/ports/openai.ts';
import { Throttle } from '../../fake-openai/throttle.ts';
import type { Draw } from '../engine/draw.ts';
import type { Process } from '../engine/process.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { isDuring, type Weather } from '../scenario/weather.ts';
import { Front, unknown } from './front.ts';
import { getJob, listJobCheckpoints, listJobs } from './jobs.ts';
import type { Organization, Permission } from './organization.ts';
import { createPermissions, deletePermission, listPermissions } from './permissions.ts';

/** As the adapters have them: no answer is taken later than this after a call began. */
export const ADMIN_CALL_MS = 30_000;
export const JOB_CALL_MS = 15_000;

/** The share function's: nobody asks for a project's models in a simulated world. */
export type SharingCall = Exclude<AdminCall, 'model-permissions'>;

/** A call that a function is about to make. */
export interface BegunCall {
  readonly call: SharingCall;
  /** Empty where the call is about none. */
  readonly checkpoint: string;
  /** Of a creating or deleting call. */
  readonly projectIds: readonly string[];
  readonly caller: Process;
}

/** Told of what functions do to OpenAI, and of what happens there. */
export interface Witness {
  readonly onBegin: (call: BegunCall) => void;
  readonly onCall: (call: SharingCall, caller: Process) => void;
  /** OpenAI lets no more calls of this kind in for a while. */
  readonly onThrottled: (call: SharingCall) => void;
  readonly onCreated: (permission: Permission) => void;
  readonly onDelete: (permission: Permission) => void;
}

/** OpenAI's endpoints, as one process reaches them. */
export class OpenAI {
  isKeyGood = true;
  /** Whether all entries of all lists can be read, whatever the weather. */
  isLegible = false;
  readonly #organization: Organization;
  readonly #draw: Draw;
  readonly #throttle: Throttle;
  readonly #now: () => number;
  readonly #witness: Witness;
  readonly #weather: Weather;

  constructor(organization: Organization, scenario: Scenario, draw: Draw, now: () => number, witness: Witness) {
    this.#organization = organization;
    this.#draw = draw;
    this.#throttle = new Throttle(scenario.throttle, now);
    this.#now = now;
    this.#witness = witness;
    this.#weather = scenario.weather;
  }

  permissionsFor(process: Process): PermissionApi {
    const organization = this.#organization;
    const front = this.#front();
    const admin = { access: 'write', deadlineMs: ADMIN_CALL_MS } as const;
    const begin = (call: SharingCall, checkpoint: string, projectIds: readonly string[]) =>
      this.#witness.onBegin({ call, checkpoint, projectIds, caller: process });
    return {
      create: (checkpoint, projectIds) => {
        begin('create', checkpoint, projectIds);
        return process.call({
          ...admin,
          label: 'POST',
          args: [checkpoint, projectIds],
          arrive: (isThrottled) => this.#arrive(front, 'create', checkpoint, process, isThrottled),
          work: () =>
            front.create(checkpoint, projectIds, () =>
              createPermissions(organization, this.#draw, checkpoint, projectIds, (permission) =>
                this.#witness.onCreated(permission),
              ),
            ),
        });
      },
      list: (checkpoint, after) => {
        begin('list', checkpoint, []);
        return process.call({
          ...admin,
          access: 'read',
          label: 'LIST',
          args: [checkpoint, after],
          arrive: (isThrottled) => this.#arrive(front, 'list', checkpoint, process, isThrottled),
          work: () =>
            front.list('list', checkpoint, NO_PERMISSIONS, () =>
              listPermissions(organization, checkpoint, after, this.#unread()),
            ),
        });
      },
      delete: (checkpoint, permissionId) => {
        begin('delete', checkpoint, [organization.find(permissionId)?.projectId ?? '']);
        return process.call({
          ...admin,
          label: 'DELETE',
          args: [checkpoint, permissionId],
          arrive: (isThrottled) => this.#arrive(front, 'delete', checkpoint, process, isThrottled),
          work: () =>
            front.delete(() =>
              deletePermission(organization, checkpoint, permissionId, (permission) =>
                this.#witness.onDelete(permission),
              ),
            ),
        });
      },
    };
  }

  organisationFor(process: Process): OrganisationApi {
    const front = this.#front();
    return {
      hasProject: (projectId) => {
        this.#witness.onBegin({ call: 'project', checkpoint: '', projectIds: [], caller: process });
        return process.call({
          access: 'read',
          deadlineMs: ADMIN_CALL_MS,
          label: 'GET project',
          args: [projectId],
          arrive: (isThrottled) => this.#arrive(front, 'project', '', process, isThrottled),
          work: () => front.hasProject(() => this.#organization.projects.has(projectId)),
        });
      },
    };
  }

  auditLogFor(process: Process): AuditLogApi {
    const front = this.#front();
    return {
      list: ({ from, after }) => {
        this.#witness.onBegin({ call: 'audit', checkpoint: '', projectIds: [], caller: process });
        return process.call({
          access: 'read',
          deadlineMs: ADMIN_CALL_MS,
          label: 'GET audit log',
          args: [from, after],
          arrive: (isThrottled) => this.#arrive(front, 'audit', '', process, isThrottled),
          work: () =>
            front.list('audit', 'the audit log', NO_EVENTS, () => this.#organization.auditLog.list(from, after)),
        });
      },
    };
  }

  jobsFor(process: Process, source: string): JobApi & ModelApi {
    const jobs = this.#organization.jobs.filter((job) => job.source === source);
    const front = this.#front();
    const { factsLag } = this.#weather;
    const arrive = (isThrottled: boolean) => {
      front.checkAccount();
      throttled(isThrottled);
    };
    const read = { access: 'read', deadlineMs: JOB_CALL_MS, arrive } as const;
    return {
      getJob: (jobId) =>
        process.call({
          ...read,
          label: 'GET job',
          args: [jobId],
          work: () => getJob(jobs, jobId, this.#now(), factsLag),
        }),
      listCheckpoints: (jobId) =>
        process.call({
          ...read,
          label: 'GET checkpoints',
          args: [jobId],
          work: () => listJobCheckpoints(jobs, jobId, this.#now(), factsLag),
        }),
      listJobs: (after) =>
        process.call({
          ...read,
          label: 'GET jobs',
          args: [source, after],
          work: () => listJobs(jobs, after, this.#now(), this.#organization.quirks.pageSize, factsLag),
        }),
      getModel: (model) =>
        process.call({
          ...read,
          label: 'GET model',
          args: [model],
          work: () => front.model(model, () => this.#getModel(model)),
        }),
    };
  }

  #getModel(model: string): { readonly shutdownDate: null } {
    if (model.startsWith('ft:') && !this.#organization.hasModel(model)) throw unknown(model);
    return { shutdownDate: null };
  }

  #unread(): readonly string[] {
    const { unread } = this.#weather;
    return !this.isLegible && unread !== null && isDuring(unread, this.#now()) ? unread.projectIds : [];
  }

  #front(): Front {
    return new Front(this.#weather, this.#now);
  }

  #arrive(front: Front, call: SharingCall, checkpoint: string, process: Process, isThrottled: boolean): void {
    this.#witness.onCall(call, process);
    if (!this.isKeyGood) throw new BadCredentialsError('Incorrect API key provided', { status: 401 });
    front.admit(call, checkpoint);
    if (isThrottled) this.#witness.onThrottled(call);
    throttled(isThrottled);
    const waitMs = this.#throttle.admit(ENDPOINT[call], true);
    if (waitMs === null) return;
    this.#witness.onThrottled(call);
    const retryAfterSeconds = this.#throttle.settings.retryAfter ? Math.max(1, Math.ceil(waitMs / 1_000)) : null;
    throw new ThrottledError('Rate limit reached', { status: 429, retryAfterSeconds });
  }
}

const ENDPOINT = {
  create: 'permissions.create',
  list: 'permissions.list',
  delete: 'permissions.delete',
  audit: 'audit_logs.list',
  project: 'projects.get',
} as const;

const NO_PERMISSIONS = { permissions: [], next: null };
const NO_EVENTS = { events: [], next: null, unreadable: 0 };

/** Somebody else has used the endpoint up. */
function throttled(isThrottled: boolean): void {
  if (isThrottled) throw new ThrottledError('Rate limit reached', { status: 429, retryAfterSeconds: null });
}
