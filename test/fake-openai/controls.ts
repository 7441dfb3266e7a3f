import { deliverLate, deliverToEndpoints, type EndpointReceipt } from './endpoint-delivery.ts';
import type { AuditEvent } from './state/audit-log.ts';
import type { FakeFederationRule, FakeIdentityProvider } from './state/identities.ts';
import type { JobSpec } from './state/job-spec.ts';
import type { FakeJob } from './state/jobs.ts';
import type { ApiKey } from './state/keys.ts';
import type { FakeModel } from './state/models.ts';
import type { FakePermission } from './state/permissions.ts';
import type { FakeProject, ModelPermissions } from './state/projects.ts';
import type { FakeServiceAccount } from './state/service-accounts.ts';
import { addJob, finishJob } from './state/training.ts';
import type { FakeWebhookEndpoint } from './state/webhook-endpoints.ts';
import type { World } from './state/world.ts';
import { deliverWebhook, type WebhookDelivery, type WebhookEvent, type WebhookReceipt } from './webhook.ts';

/** What a new key may be told; the rest is made up. Scopes left out: all. */
export interface KeySpec {
  readonly value?: string;
  readonly id?: string;
  readonly scopes?: readonly string[];
}

/** What a test does to OpenAI behind its API. */
export interface Controls {
  /** A project, with a key of its own that has all scopes. */
  addProject(project: {
    readonly id: string;
    readonly name?: string;
    readonly archived?: boolean;
    readonly modelPermissions?: ModelPermissions;
  }): FakeProject & { readonly apiKey: string };
  /** By a person; its permissions stay where they are. */
  archiveProject(projectId: string): void;
  /** By a person: the project is unknown from now on; its permissions stay where they are. */
  deleteProject(projectId: string): void;
  /** Null: the project has no list. */
  setModelPermissions(projectId: string, permissions: ModelPermissions | null): void;
  addProjectKey(projectId: string, key?: KeySpec): ApiKey;
  addAdminKey(key?: KeySpec): ApiKey;
  /** The truth: those of a project, or the organisation's admin keys for null; oldest first, expired ones included. */
  keysOf(projectId: string | null): readonly ApiKey[];
  /** What was given for identities, of all projects. */
  tokens(): readonly ApiKey[];
  serviceAccounts(projectId: string): readonly FakeServiceAccount[];
  identityProviders(): readonly FakeIdentityProvider[];
  /** Of all providers. */
  federationRules(): readonly FakeFederationRule[];
  /** By a person: the key is unknown from now on. */
  revokeKey(value: string): void;
  addJob(job: JobSpec): FakeJob;
  /** Ends a job now, well unless told; its models can be used from now on. */
  finishJob(jobId: string, status?: 'succeeded' | 'failed' | 'cancelled'): FakeJob;
  /**
   * Tells of a job (`ftjob-…`) or listed checkpoint (`ftckpt_…`) in another form than documented: with these fields, or as
   * this instead, wherever it is asked for. Undefined: as it is again.
   */
  distort(id: string, told: unknown): void;
  /** One of OpenAI's own models, unless a project is told; jobs add theirs by themselves. */
  addModel(model: Partial<FakeModel> & { readonly id: string }): FakeModel;
  /** The model is unknown from now on, and so are its permissions. */
  deleteModel(modelId: string): void;
  /** The truth, oldest first: no lag, no page. */
  permissions(checkpoint: string): readonly FakePermission[];
  /** As a person in the dashboard does it: always a new permission, even where there is one. */
  grant(checkpoint: string, projectId: string): FakePermission;
  /** As a person in the dashboard does it. */
  revoke(checkpoint: string, permissionId: string): void;
  /** The audit log as it is, oldest first: no lag, whether or not it is switched on. */
  auditEvents(): readonly AuditEvent[];
  /** The truth, newest first, with the secrets that are accepted. */
  webhookEndpoints(projectId: string): readonly FakeWebhookEndpoint[];
  /** Subscribed to the ends of jobs unless told; nothing is delivered to it by itself. */
  addWebhookEndpoint(
    projectId: string,
    endpoint: Pick<FakeWebhookEndpoint, 'url'> &
      Partial<Omit<FakeWebhookEndpoint, 'projectId' | 'secrets'>> & { readonly secret?: string },
  ): FakeWebhookEndpoint;
  /**
   * Tells every endpoint of the project that subscribed to it, signed with whatever secrets it has now. The project is that
   * of the event's job unless told. Rejects when one of them does not answer.
   */
  deliverToEndpoints(event: WebhookEvent, projectId?: string): Promise<readonly EndpointReceipt[]>;
  /** Sends the events of tests that were to be sent later. */
  deliverLate(): Promise<readonly EndpointReceipt[]>;
  /** Signed and stamped by the fake's clock. */
  deliverWebhook(delivery: WebhookDelivery): Promise<WebhookReceipt>;
}

/** Whom the audit log names for what is done behind the API. */
const PERSON = { kind: 'session', id: 'user-SomebodyElse' } as const;

const JOB_ENDED = ['fine_tuning.job.succeeded', 'fine_tuning.job.failed', 'fine_tuning.job.cancelled'] as const;

export function createControls(world: World): Controls {
  const { ids, keys, now, projects } = world;
  const addKey = (kind: ApiKey['kind'], projectId: string | null, { value, id, scopes }: KeySpec = {}) =>
    keys.add({
      kind,
      projectId,
      value: value ?? (kind === 'admin' ? ids.adminKeyValue() : ids.projectKeyValue()),
      id: id ?? ids.key(),
      name: 'Made by a person',
      owner: { type: 'user', id: 'user-SomebodyElse', name: 'Somebody Else' },
      createdAt: now(),
      // A test may set the clock back: what it has made is good at any time.
      usableAt: 0,
      scopes: scopes ?? null,
      expiresAt: null,
      lastUsedAt: null,
    });

  return {
    addProject: ({ id, name = id, archived = false, modelPermissions = null }) => {
      const archivedAt = archived ? now() : null;
      const project = projects.add({ id, name, createdAt: now(), archivedAt, modelPermissions });
      return { ...project, apiKey: addKey('project', id).value };
    },
    archiveProject: (projectId) => {
      projects.need(projectId).archivedAt = now();
      world.auditLog.projectClosed('archived', projectId, PERSON);
    },
    deleteProject: (projectId) => {
      projects.delete(projects.need(projectId).id);
      world.auditLog.projectClosed('deleted', projectId, PERSON);
    },
    setModelPermissions: (projectId, permissions) => {
      projects.need(projectId).modelPermissions = permissions;
    },
    addProjectKey: (projectId, key) => addKey('project', projects.need(projectId).id, key),
    addAdminKey: (key) => addKey('admin', null, key),
    keysOf: (projectId) => keys.of(projectId),
    tokens: () => keys.tokens,
    serviceAccounts: (projectId) => world.serviceAccounts.of(projectId),
    identityProviders: () => world.identities.providers,
    federationRules: () => world.identities.providers.flatMap(({ id }) => world.identities.rulesOf(id)),
    revokeKey: (value) => world.auditLog.keyDeleted(keys.revoke(value).id, PERSON),
    addJob: (job) => addJob(world, job),
    finishJob: (jobId, status = 'succeeded') => finishJob(world, jobId, status),
    distort: (id, told) => {
      if (told === undefined) world.distortions.delete(id);
      else world.distortions.set(id, told);
    },
    addModel: (model) =>
      world.models.put({ projectId: null, createdAt: now(), ownedBy: 'system', shutdownDate: null, ...model }),
    deleteModel: (modelId) => {
      if (!world.models.delete(modelId)) throw new Error(`Add model ${modelId} first.`);
      world.permissions.drop(modelId);
    },
    permissions: (checkpoint) => world.permissions.of(checkpoint),
    grant: (checkpoint, projectId) => world.permissions.grant(checkpoint, projects.need(projectId).id, PERSON),
    revoke: (checkpoint, permissionId) => {
      if (world.permissions.revoke(checkpoint, permissionId, PERSON)) return;
      throw new Error(`${checkpoint} has no permission ${permissionId} to revoke.`);
    },
    auditEvents: () => world.auditLog.events,
    webhookEndpoints: (projectId) => world.webhookEndpoints.ofProject(projectId),
    addWebhookEndpoint: (projectId, { secret = ids.webhookSecret(), ...endpoint }) =>
      world.webhookEndpoints.add({
        projectId: projects.need(projectId).id,
        id: ids.webhookEndpoint(),
        name: 'Checkpoint sharing',
        eventTypes: JOB_ENDED,
        createdAt: now(),
        updatedAt: now(),
        secrets: [{ value: secret, until: null }],
        ...endpoint,
      }),
    deliverToEndpoints: (event, projectId) => deliverToEndpoints(world, event, projectId),
    deliverLate: () => deliverLate(world),
    deliverWebhook: (delivery) => deliverWebhook(delivery, now),
  };
}
