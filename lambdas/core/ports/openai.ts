import type { AuditEvent } from '../audit/event.ts';
import type { OpenAIError } from '../errors.ts';
import type { CheckpointFacts, JobFacts, OddItem } from '../model/job.ts';
import type { ActualPermission } from '../model/permission.ts';

/** OpenAI's checkpoint-permission endpoints. Every call is one admin call; each method may throw any `OpenAIError`. */
export interface PermissionApi {
  /** One POST. `complete` is false when the answer says that there is more than it shows. */
  create(
    checkpoint: string,
    projectIds: readonly string[],
  ): Promise<{ readonly permissions: readonly ActualPermission[]; readonly complete: boolean }>;
  /**
   * One page of up to 100, oldest first. `next` is the cursor of the page after it, or null. `odd` are the permissions of the
   * page that cannot be read; left out where there is none.
   */
  list(
    checkpoint: string,
    after: string | null,
  ): Promise<{
    readonly permissions: readonly ActualPermission[];
    readonly next: string | null;
    readonly odd?: readonly OddItem[];
  }>;
  /** One DELETE. `absent`: OpenAI answers that it has no such permission or checkpoint, which may be its word on the key. */
  delete(checkpoint: string, permissionId: string): Promise<'deleted' | 'absent'>;
}

/** OpenAI's audit log of the organisation. Every call is one admin call, and may throw any `OpenAIError`. */
export interface AuditLogApi {
  /**
   * One page of up to 100 events that took effect at `from` (ms since the epoch) or later, in an order that nobody
   * documents. `after` is the `next` of the page before, null for the first. `unreadable` counts the events of the page
   * that were left out because they have another form than documented.
   */
  list(query: { readonly from: number; readonly after: string | null }): Promise<{
    readonly events: readonly AuditEvent[];
    readonly next: string | null;
    readonly unreadable: number;
  }>;
}

/** Where OpenAI's audit log tells of one permission. One admin call, and may throw any `OpenAIError`. */
export interface AuditLookupApi {
  /**
   * Whose permission `cp_…` is, which its id alone does not tell; null where the log does not tell of its creation: it is
   * older than what is kept, or made before the log was switched on.
   */
  findCreated(permissionId: string): Promise<{ readonly checkpoint: string; readonly projectId: string } | null>;
}

/** Which models a project may use at all. Source: `ProjectModelPermissions` of OpenAI's OpenAPI document. */
export interface ModelPermissions {
  readonly mode: 'allow_list' | 'deny_list';
  /** Models by their ids; of which kind for a fine-tuned one, nobody documents. */
  readonly modelIds: readonly string[];
}

/** OpenAI's projects. Every call is one admin call, and may throw any `OpenAIError`. */
export interface ProjectApi {
  /** Null where the project has no list. Throws `NotFoundError` where OpenAI does not know the project. */
  getModelPermissions(projectId: string): Promise<ModelPermissions | null>;
}

/** Tells of which organisation an admin key is. One admin call, and may throw any `OpenAIError`. */
export interface OrganisationApi {
  /** Whether the key's organisation has this project, be it archived or not. */
  hasProject(projectId: string): Promise<boolean>;
}

/** What came of a call that changes nothing, made to see what a key may do. */
export type Probe = { readonly ok: true } | { readonly ok: false; readonly error: OpenAIError };

/**
 * What an admin key may do. Each method is one admin call without effect. What is no `OpenAIError` is thrown: that the
 * key's secret cannot be read says nothing about the key.
 */
export interface AdminProbes {
  canListPermissions(): Promise<Probe>;
  /** POST and DELETE of checkpoint permissions: one scope covers both. */
  canWritePermissions(): Promise<Probe>;
  /** Not where the organisation has not switched the audit log on, either. */
  canReadAuditLog(): Promise<Probe>;
  /** Of any project, be it known or not. */
  canReadModelPermissions(projectId: string): Promise<Probe>;
  /** What the organisation spends: nothing here needs it, so that a key restricted to what is needed lacks it. */
  canReadCosts(): Promise<Probe>;
}

/** What a project key may do; as `AdminProbes`, but not admin calls. */
export interface ProjectProbes {
  canListJobs(): Promise<Probe>;
  /** Any model will do, be it known or not. */
  canReadModels(model: string): Promise<Probe>;
}

/** An endpoint that OpenAI sends a project's webhooks to. */
export interface WebhookEndpoint {
  /** `whe_…` */
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** By OpenAI's names, `fine_tuning.job.succeeded`; unknown ones are kept as they are. */
  readonly eventTypes: readonly string[];
}

/** A webhook endpoint as it is listed, and what OpenAI shows of the secret that it signs with. */
export interface ListedEndpoint extends WebhookEndpoint {
  /** When it, or its secret, was last changed, in milliseconds since the epoch; null where OpenAI does not say. */
  readonly updatedAt: number | null;
  /**
   * Whether a secret (`whsec_…`) may be the one that OpenAI signs with, by the part of it that OpenAI shows; null where it shows
   * too little to tell. A function, so that the part is in no log and no answer.
   */
  readonly signsWith: (secret: string) => boolean | null;
}

/** The webhook endpoints of one source project, with its project key. May throw any `OpenAIError`. */
export interface WebhookEndpointApi {
  /** All pages, newest first. */
  list(): Promise<readonly ListedEndpoint[]>;
}

/** A job as OpenAI describes it, before its checkpoints are listed. */
export type Job = Omit<JobFacts, 'source' | 'checkpoints' | 'odd'>;

/** A checkpoint as its job lists it, or why it cannot be read. */
export type ListedCheckpoint = Omit<CheckpointFacts, 'final'> | OddItem;

/** OpenAI's fine-tuning endpoints for one source project, with its project key. */
export interface JobApi {
  /** Throws `OddAnswerError` where the job cannot be read. */
  getJob(jobId: string): Promise<Job>;
  /** All pages. */
  listCheckpoints(jobId: string): Promise<readonly ListedCheckpoint[]>;
  /**
   * One page of up to 100, newest first. `next` is the cursor of the page after it, or null. `odd` are the jobs of the page
   * that cannot be read; left out where there is none.
   */
  listJobs(after: string | null): Promise<{
    readonly jobs: readonly Job[];
    readonly next: string | null;
    readonly odd?: readonly OddItem[];
  }>;
}

/** OpenAI's models as one source project sees them, with its project key. */
export interface ModelApi {
  /** When a model shuts down, `YYYY-MM-DD`; null while no date is announced. */
  getModel(model: string): Promise<{ readonly shutdownDate: string | null }>;
}
