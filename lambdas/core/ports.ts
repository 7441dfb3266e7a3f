import type { LedgerEvent } from './events/event.ts';
import type { JobRecord } from './model/job.ts';
import type { ModelRecord } from './model/openai-model.ts';
import type { CheckpointRecord, Priority, RefusedProject } from './model/permission.ts';
import type { SweepRecord } from './model/sweep.ts';
import type { SystemState } from './model/system-state.ts';
import type { PacerWindow } from './pacing/window.ts';

/** Milliseconds since the epoch. */
export type Clock = () => number;

/** Waits for so many milliseconds. */
export type Sleep = (ms: number) => Promise<void>;

/** A lane of due work is the admin endpoint that it needs; each has its own throttle at OpenAI. */
export const LANES = ['create', 'list', 'delete'] as const;
export type Lane = (typeof LANES)[number];

/** What is known of a source project beside its jobs. Times are milliseconds since the epoch. */
export interface SourceRecord {
  readonly alias: string;
  readonly lastWebhookAt: number | null;
  /** When one last came that only the secret's value before the present one showed to be genuine; left out: none has. */
  readonly lastUnderPreviousAt?: number;
  readonly lastJobId: string | null;
  readonly lastJobAt: number | null;
  /** The last job that was to be looked at and that OpenAI does not have, and when that was found; absent before the first. */
  readonly lastUnknownJobId?: string;
  readonly lastUnknownJobAt?: number;
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
  /** Ids of jobs whose `lookAt` lies between two times, earliest first. An index: it may lag, the job tells the truth. */
  dueJobs(from: number, to: number, limit: number): Promise<readonly string[]>;

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

/** So long, in milliseconds, a function may go on with a value that it has read, though another one has been put in. */
export const SECRET_CACHE_MS = 5 * 60_000;

export interface ReadSecretOptions {
  /** Goes past any cache. */
  readonly fresh?: boolean;
}

/** Secrets by ARN or name. Throws `SecretUnusableError`. */
export interface Secrets {
  /** The current value, trimmed, whatever it is: a key is read with `readKey`, which judges it. */
  current(secretId: string, options?: ReadSecretOptions): Promise<string>;
  /** The current value and, where there is one, the previous. */
  currentAndPrevious(secretId: string, options?: ReadSecretOptions): Promise<readonly string[]>;
}

export interface SecretDates {
  /** When the current value was put in, in milliseconds since the epoch; null where nobody tells. Throws `SecretUnusableError`. */
  changedAt(secretId: string): Promise<number | null>;
}

/** Which thing to look at again: all that a message ever says. */
export interface ObserveRequest {
  readonly source: string;
  readonly jobId: string;
  /** When the webhook came in, in milliseconds since the epoch; null when no webhook asked. */
  readonly webhookAt: number | null;
  /** Who made the webhook that asked, where it does not show that OpenAI signs with the secret that we hold now. */
  readonly signedBy?: WebhookSigner;
  /** When a person asked, in milliseconds since the epoch: OpenAI is to be asked whatever the ledger has. */
  readonly askedAt?: number;
}

/** `us`: a test event of our own. `previous-secret`: only the secret's value before the present one verifies it. */
export const WEBHOOK_SIGNERS = ['us', 'previous-secret'] as const;
export type WebhookSigner = (typeof WEBHOOK_SIGNERS)[number];

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
