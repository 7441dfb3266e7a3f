import type { AuditEvent } from './audit/event.ts';
import type { OpenAIError } from './errors.ts';
import type { LedgerEvent } from './events/event.ts';
import type { CheckpointFacts, JobFacts, JobRecord } from './model/job.ts';
import type { ModelRecord } from './model/openai-model.ts';
import type { ActualPermission, CheckpointRecord, Priority, RefusedProject } from './model/permission.ts';
import type { SystemState } from './model/system-state.ts';
import type { PacerWindow } from './pacing/window.ts';

/** Milliseconds since the epoch. */
export type Clock = () => number;

/** Waits for so many milliseconds. */
export type Sleep = (ms: number) => Promise<void>;

/** A lane of due work is the admin endpoint that it needs; each has its own throttle at OpenAI. */
export const LANES = ['create', 'list', 'delete'] as const;
export type Lane = (typeof LANES)[number];

/** OpenAI's checkpoint-permission endpoints. Every call is one admin call; each method may throw any `OpenAIError`. */
export interface PermissionApi {
  /** One POST. `complete` is false when the answer says that there is more than it shows. */
  create(
    checkpoint: string,
    projectIds: readonly string[],
  ): Promise<{ readonly permissions: readonly ActualPermission[]; readonly complete: boolean }>;
  /** One page of up to 100, oldest first. `next` is the cursor of the page after it, or null. */
  list(
    checkpoint: string,
    after: string | null,
  ): Promise<{ readonly permissions: readonly ActualPermission[]; readonly next: string | null }>;
  /** One DELETE. A permission or checkpoint that is not there counts as deleted. */
  delete(checkpoint: string, permissionId: string): Promise<void>;
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
}

/** What a project key may do; as `AdminProbes`, but not admin calls. */
export interface ProjectProbes {
  canListJobs(): Promise<Probe>;
  /** Any model will do, be it known or not. */
  canReadModels(model: string): Promise<Probe>;
}

/** An endpoint that OpenAI sends a project's webhooks to. Of its secret nothing is read, not even OpenAI's hint. */
export interface WebhookEndpoint {
  /** `whe_…` */
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** By OpenAI's names, `fine_tuning.job.succeeded`; unknown ones are kept as they are. */
  readonly eventTypes: readonly string[];
}

/** The webhook endpoints of one source project, with its project key. May throw any `OpenAIError`. */
export interface WebhookEndpointApi {
  /** All pages, newest first. */
  list(): Promise<readonly WebhookEndpoint[]>;
}

/** A job as OpenAI describes it, before its checkpoints are listed. */
export type Job = Omit<JobFacts, 'source' | 'checkpoints'>;

/** OpenAI's fine-tuning endpoints for one source project, with its project key. */
export interface JobApi {
  getJob(jobId: string): Promise<Job>;
  /** All pages. */
  listCheckpoints(jobId: string): Promise<readonly Omit<CheckpointFacts, 'final'>[]>;
  /** One page of up to 100, newest first. `next` is the cursor of the page after it, or null. */
  listJobs(after: string | null): Promise<{ readonly jobs: readonly Job[]; readonly next: string | null }>;
}

/** OpenAI's models as one source project sees them, with its project key. */
export interface ModelApi {
  /** When a model shuts down, `YYYY-MM-DD`; null while no date is announced. */
  getModel(model: string): Promise<{ readonly shutdownDate: string | null }>;
}

/** What is known of a source project beside its jobs. Times are milliseconds since the epoch. */
export interface SourceRecord {
  readonly alias: string;
  readonly lastWebhookAt: number | null;
  readonly lastJobId: string | null;
  readonly lastJobAt: number | null;
}

/** How far the sweep of one source's jobs has come. Times are milliseconds since the epoch. */
export interface SweepRecord {
  readonly version: number;
  readonly source: string;
  /** Every job created up to here has been seen by a sweep that came to its end; null = none has yet. */
  readonly seenTo: number | null;
  /** A sweep that has not come to its end: the page to go on with, and the newest job it began with. */
  readonly walk: { readonly after: string | null; readonly newest: number | null; readonly jobs: number } | null;
  /** Jobs to look at again: they had not ended, or have not reached the ledger yet. */
  readonly open: readonly string[];
  /** Those of them that have ended, and were handed to observe. */
  readonly handedOn: readonly string[];
  readonly sweptAt: number | null;
  /** Why the last sweep failed; null when it did not. */
  readonly error: string | null;
}

/**
 * The ledger: what is wanted, what was done, under which permission id. Writes are conditional; a write that finds
 * another version than it was decided on changes nothing and answers `false`.
 */
export interface Ledger {
  getCheckpoint(checkpoint: string): Promise<CheckpointRecord | undefined>;
  /**
   * Stores the record if the stored version still is `before.version`, as that version + 1, in one write. Permission
   * ids that `before` does not have can be found by `findPermission` from then on. What the write does about permissions is
   * kept as an event, in the same write.
   */
  saveCheckpoint(record: CheckpointRecord, before: CheckpointRecord): Promise<boolean>;
  /** Every checkpoint, a page at a time. */
  listCheckpoints(cursor: string | null): Promise<Page<CheckpointRecord>>;
  /** The checkpoint under which a permission id was recorded. */
  findPermission(
    permissionId: string,
  ): Promise<{ readonly checkpoint: string; readonly projectId: string } | undefined>;
  /** The checkpoint under which a permission id was once recorded, whether or not it still is. */
  traceOf(permissionId: string): Promise<string | undefined>;
  /** Checkpoints with work due in this lane, most urgent first. An index: it may lag, the record tells the truth. */
  dueCheckpoints(lane: Lane, now: number, limit: number): Promise<readonly DueCheckpoint[]>;

  /**
   * Events, newest first; of one checkpoint, or of all. They are only ever added. `cursor` goes on where a page ended.
   */
  listEvents(query: {
    readonly checkpoint: string | null;
    readonly cursor: string | null;
    readonly limit: number;
  }): Promise<Page<LedgerEvent>>;
  /** Keeps an event that is about no checkpoint. One of the same id that is there already stands as it is. */
  addEvent(event: LedgerEvent): Promise<void>;

  getJob(jobId: string): Promise<JobRecord | undefined>;
  /** With the event, if one is given: both or neither. */
  saveJob(record: JobRecord, event?: LedgerEvent): Promise<boolean>;
  listJobs(cursor: string | null): Promise<Page<JobRecord>>;

  getSources(): Promise<readonly SourceRecord[]>;
  /** Writes only what is given and keeps the rest; with a webhook that is older than the last one, nothing. */
  touchSource(alias: string, seen: Partial<Omit<SourceRecord, 'alias'>>): Promise<void>;

  getSweep(source: string): Promise<SweepRecord | undefined>;
  saveSweep(record: SweepRecord): Promise<boolean>;

  /** Every model that was looked up or warned of, a page at a time. It may lag: `saveModel` tells. */
  listModels(cursor: string | null): Promise<Page<ModelRecord>>;
  saveModel(record: ModelRecord): Promise<boolean>;

  getState<Name extends keyof SystemState>(name: Name): Promise<SystemState[Name] | undefined>;
  /** With the event, if one is given: both or neither. */
  saveState<Name extends keyof SystemState>(
    name: Name,
    state: SystemState[Name],
    event?: LedgerEvent,
  ): Promise<boolean>;

  refusedProjects(): Promise<readonly RefusedProject[]>;
  refuseProject(project: RefusedProject): Promise<void>;
  pardonProject(projectId: string): Promise<void>;

  /** Takes or renews a lease; false while somebody else holds it. */
  acquireLease(name: string, owner: string, now: number, ttlMs: number): Promise<boolean>;
  /** Gives a lease back; nothing happens if it is no longer the owner's. */
  releaseLease(name: string, owner: string): Promise<void>;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Pass it back for the next page; null = that was the last. */
  readonly cursor: string | null;
}

export interface DueCheckpoint {
  readonly checkpoint: string;
  readonly priority: Priority;
  readonly at: number;
}

/** Where the pacer keeps one window per endpoint. */
export interface PacerStore {
  read(endpoint: string): Promise<PacerWindow | undefined>;
  /** Stores the window if the stored version still is `window.version`, as version + 1; else false. */
  save(endpoint: string, window: PacerWindow): Promise<boolean>;
}

export interface ReadSecretOptions {
  /** Goes past any cache. */
  readonly fresh?: boolean;
}

/** Secrets by ARN or name. Throws `SecretUnusableError`. */
export interface Secrets {
  /** The current value, trimmed. */
  current(secretId: string, options?: ReadSecretOptions): Promise<string>;
  /** The current value and, where there is one, the previous. */
  currentAndPrevious(secretId: string, options?: ReadSecretOptions): Promise<readonly string[]>;
}

/** Which thing to look at again: all that a message ever says. */
export interface ObserveRequest {
  readonly source: string;
  readonly jobId: string;
  /** When the webhook came in, in milliseconds since the epoch; null when no webhook asked. */
  readonly webhookAt: number | null;
}

export interface ObserveQueue {
  send(request: ObserveRequest): Promise<void>;
}

/** A queue that takes a message as it was. */
export interface MessageQueue {
  sendBody(body: string): Promise<void>;
}

/** What the observe queue has set aside after too many receives. */
export interface DeadLetters {
  /**
   * Up to ten messages; none may mean that there are none to see just now. What is received is hidden from others for a
   * minute and then comes back, unless it was deleted.
   */
  receive(): Promise<readonly DeadLetter[]>;
  delete(receiptHandle: string): Promise<void>;
}

export interface DeadLetter {
  /** The same however often the message is received, unlike its receipt. */
  readonly messageId: string;
  readonly body: string;
  readonly receiptHandle: string;
}

/** Wakes the share function; it finds its work in the ledger. */
export interface ShareWaker {
  wake(): Promise<void>;
}

/** What a person asks of the reconcile function. */
export interface ReconcileOrder {
  /** Every tracked checkpoint is put up for verification, not only the stalest within the budget. */
  readonly verifyAll: boolean;
  /** When it was asked for; milliseconds since the epoch. */
  readonly askedAt: number;
}

/** Starts the reconcile function, without waiting for it. */
export interface ReconcileStarter {
  start(order: ReconcileOrder): Promise<void>;
}

/** Structured logging. Fields are flat; ids go under `jobId`, `checkpoint`, `requestId`, `projectId`, `permissionId`. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}
