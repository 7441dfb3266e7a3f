import type { Tally } from '../checkpoint/tally.ts';
import type { LedgerEvent } from '../events/event.ts';
import type { JobRecord } from '../model/job.ts';
import type { ModelRecord } from '../model/openai-model.ts';
import type { CheckpointRecord, Lane, Priority, RefusedProject } from '../model/permission.ts';
import type { SourceRecord } from '../model/source.ts';
import type { SweepRecord } from '../model/sweep.ts';
import type { SystemState } from '../model/system-state.ts';
import type { PacerWindow } from '../pacing/window.ts';
import type { Revocation } from '../plan/guard.ts';

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
  /** Every checkpoint in the order of their names, a page at a time; of at most so many. */
  listCheckpoints(cursor: string | null, limit?: number): Promise<Page<CheckpointRecord>>;
  /** Those of them that the ledger has, in any order. */
  getCheckpoints(checkpoints: readonly string[]): Promise<readonly CheckpointRecord[]>;
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
  /** Events that were not yet told to be published, oldest first, some at a time; as of now. */
  unpublishedEvents(cursor: string | null): Promise<Page<LedgerEvent>>;
  /** From now on these are published; nothing happens to those that are already. */
  markPublished(ids: readonly string[]): Promise<void>;

  getJob(jobId: string): Promise<JobRecord | undefined>;
  /** With the event, if one is given: both or neither. */
  saveJob(record: JobRecord, event?: LedgerEvent): Promise<boolean>;
  listJobs(cursor: string | null, limit?: number): Promise<Page<JobRecord>>;
  /** Those of them that the ledger has, in any order. */
  getJobs(jobIds: readonly string[]): Promise<readonly JobRecord[]>;
  /** Ids of jobs whose `lookAt` lies between two times, earliest first. An index: it may lag, the job tells the truth. */
  dueJobs(from: number, to: number, limit: number): Promise<readonly string[]>;

  /**
   * Which checkpoints and jobs were written from a time on (ms since the epoch, by the clocks of their writers), earliest first, each
   * as often as it was; those of some days. The write of a checkpoint that makes no difference to a plan need not be among them.
   */
  changesSince(from: number, limit: number): Promise<readonly Change[]>;

  /**
   * Keeps what a full pass, named by its beginning, is to revoke of one of its pages; what it has kept of that page before stands.
   */
  putAside(pass: number, page: PutAside): Promise<void>;
  /** What it has put aside, in the order of the pages. */
  listAside(pass: number, cursor: string | null, limit?: number): Promise<Page<PutAside>>;

  getSources(): Promise<readonly SourceRecord[]>;
  /** Writes only what is given and keeps the rest; with a webhook that is older than the last one, nothing. */
  touchSource(alias: string, seen: Partial<Omit<SourceRecord, 'alias'>>): Promise<void>;

  getSweep(source: string): Promise<SweepRecord | undefined>;
  saveSweep(record: SweepRecord): Promise<boolean>;

  /** Every model that was looked up or warned of, a page at a time. It may lag: `saveModel` tells. */
  listModels(cursor: string | null, limit?: number): Promise<Page<ModelRecord>>;
  getModel(model: string): Promise<ModelRecord | undefined>;
  /** With the event, if one is given: both or neither. */
  saveModel(record: ModelRecord, event?: LedgerEvent): Promise<boolean>;

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

/** Revocations of one page of the ledger, in their order, that wait until those of all pages are counted. */
export interface PutAside {
  /** The last checkpoint before the page; empty = it is the first. */
  readonly after: string;
  readonly revocations: readonly Revocation[];
  /** Those of them that are neither over nor named by a person. */
  readonly pruned: number;
}

/** A row that was written. */
export interface Change {
  readonly kind: 'checkpoint' | 'job';
  readonly id: string;
  /** By the clock of its writer; ms since the epoch. */
  readonly at: number;
  /** What the write has changed of what there is; left out where nothing, and of a job. */
  readonly counts?: Tally;
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
