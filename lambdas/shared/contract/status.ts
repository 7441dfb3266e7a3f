import type { PermissionState } from '../../core/model/permission.ts';
import type { Lane } from '../../core/ports.ts';
import type { IsoTime } from './iso-time.ts';
import type { PauseStatus } from './pause.ts';

export interface StatusRequest {
  readonly command: 'status';
}

/** How the system stands at one moment, by the operator function's clock. */
export interface Status {
  readonly at: IsoTime;
  /** Digest of what the deployed policy decides (SHA-256, hex): who gets and who keeps what. */
  readonly policyDigest: string;
  readonly sources: readonly SourceStatus[];
  /** How many permissions are in each state; every state is there. */
  readonly permissions: Readonly<Record<PermissionState, number>>;
  readonly checkpoints: number;
  /** Permissions that were repaired so often that they are left alone until a person says otherwise; they are drifted, too. */
  readonly flapping: number;
  /** Checkpoints that wait for an admin call, by the kind of call. */
  readonly due: Readonly<Record<Lane, DueStatus>>;
  readonly pacer: readonly EndpointStatus[];
  /** The queue of jobs to look at; null when it could not be read. */
  readonly queue: QueueDepth | null;
  /** Messages that failed every time; null when it could not be read. */
  readonly deadLetters: QueueDepth | null;
  readonly jobs: JobsStatus;
  /** Projects that are left out of every POST until their next try. */
  readonly refusedProjects: readonly RefusedProjectStatus[];
  readonly reconcile: ReconcileStatus;
  readonly verification: VerificationStatus;
  readonly auditLog: AuditLogStatus;
  /** Shutdowns of shared models within 90 days, and those that have come; the earliest first. */
  readonly shutdowns: readonly ShutdownStatus[];
  /** Null when no plan waits for a person. */
  readonly waitingPlan: WaitingPlanStatus | null;
  readonly paused: PauseStatus;
  readonly unwritten: UnwrittenStatus;
  /** Null while OpenAI shows what the ledger has. */
  readonly absent: AbsentStatus | null;
}

/** Rows that could not be written when it was last tried; other rows are not held up. */
export interface UnwrittenStatus {
  readonly count: number;
  /** The first of them. */
  readonly rows: readonly UnwrittenRowStatus[];
}

export interface UnwrittenRowStatus {
  /** Mostly a checkpoint. */
  readonly row: string;
  /** The function that tried. */
  readonly by: 'reconcile' | 'share';
  readonly reason: string;
  readonly at: IsoTime;
  /** Null = with the next reconcile. */
  readonly retryAt: IsoTime | null;
}

/** A base model that OpenAI shuts down, with what is shared of it. */
export interface ShutdownStatus {
  readonly baseModel: string;
  /** `YYYY-MM-DD`, from 00:00 UTC on. */
  readonly date: string;
  /** Where the date is from: OpenAI's answer, the table that ships with the code, or `sharing.yaml`. */
  readonly source: 'openai' | 'table' | 'sharing.yaml';
  /** 0 or less once the date has come. */
  readonly daysLeft: number;
  readonly checkpoints: number;
  readonly permissions: number;
  /** Projects that lose any of these. */
  readonly projects: number;
}

export interface SourceStatus {
  readonly alias: string;
  /** Null for a source that the deployed policy has no more. */
  readonly projectId: string | null;
  readonly lastWebhookAt: IsoTime | null;
  readonly lastJobId: string | null;
  /** When that job was last looked at. */
  readonly lastJobAt: IsoTime | null;
  /**
   * The last job that was to be looked at and that OpenAI does not have, and when that was found: a test event's, or one of
   * a project that the source's key is not of. Null where there was none, or it has come since.
   */
  readonly lastUnknownJob: { readonly jobId: string; readonly at: IsoTime } | null;
  /** Jobs in the ledger. */
  readonly jobs: number;
  /** How far the sweep of its jobs has come; null before the first one. */
  readonly sweep: SweepStatus | null;
}

export interface SweepStatus {
  /** When a sweep last came to its end. */
  readonly sweptAt: IsoTime | null;
  /** A sweep that has not come to its end yet, and how many jobs it has seen so far; null = none is under way. */
  readonly backfill: { readonly jobs: number } | null;
  /** Jobs to be looked at again: not ended when last seen, not in the ledger yet, or not told whole by OpenAI. */
  readonly openJobs: number;
  /** Jobs that OpenAI lists in a form that cannot be read, at most some 100; `jobId` is null where it has none. */
  readonly oddJobs: readonly { readonly jobId: string | null; readonly problem: string }[];
  /** Why the last sweep failed; null when it did not. */
  readonly error: string | null;
}

/** The last reconcile; all null before the first. */
export interface ReconcileStatus {
  readonly startedAt: IsoTime | null;
  /** Null while it runs, or when it was cut off. */
  readonly endedAt: IsoTime | null;
  readonly error: string | null;
}

/** How old the knowledge is that OpenAI has what the ledger has: when a list, or the granting call, last showed it. */
export interface VerificationStatus {
  /** Checkpoints with permissions that a list can tell something of. */
  readonly checkpoints: number;
  readonly oldestAt: IsoTime | null;
  readonly medianAt: IsoTime | null;
  /** How long it takes to list all of them within the budget; null when the budget is 0 or there are none. */
  readonly fullPassSeconds: number | null;
}

export interface AuditLogStatus {
  /** What `sharing.yaml` says. */
  readonly setting: 'auto' | 'off' | 'required';
  /** What OpenAI says: `off` is not switched on, or not for the admin key. */
  readonly access: 'unknown' | 'on' | 'off';
  readonly readAt: IsoTime | null;
  /** What OpenAI said when it was last refused. */
  readonly refusal: string | null;
  /** LIST calls that verification takes a day as things are, and would take where the audit log is read. */
  readonly listsPerDay: number;
  readonly listsPerDayWithLog: number;
}

/** What OpenAI does not show any more, and what is not believed to be gone. */
export interface AbsentStatus {
  readonly checkpoints: number;
  /** Permissions of these checkpoints that are kept. */
  readonly permissions: number;
  /** When OpenAI first answered so. */
  readonly since: IsoTime;
  /** What it answered, and why that is not believed; of the one that is in doubt for the longest time. */
  readonly reason: string;
  /** Too much within a day to be believed without a person's word; null where it is not. */
  readonly waiting: WaitingAbsenceStatus | null;
}

export interface WaitingAbsenceStatus {
  /** What `ckpt apply --confirm` takes. */
  readonly id: string;
  readonly checkpoints: number;
  readonly permissions: number;
  readonly since: IsoTime;
}

/** Revocations that are too many to be carried out before a person has confirmed them. */
export interface WaitingPlanStatus {
  /** What `ckpt apply --confirm` takes. */
  readonly id: string;
  readonly revocations: number;
  /** Permissions that the ledger tracked when the plan was made. */
  readonly tracked: number;
  readonly since: IsoTime;
  /** Confirmed, and not carried out yet. */
  readonly confirmed: boolean;
}

export interface DueStatus {
  /** Due by now. */
  readonly now: number;
  readonly oldestAt: IsoTime | null;
  /** Due later: retries and rechecks. */
  readonly later: number;
  readonly nextAt: IsoTime | null;
}

/** How one admin endpoint is paced. */
export interface EndpointStatus {
  readonly endpoint: string;
  /** Calls a window as of now; below `configuredLimit` after a 429. */
  readonly limit: number;
  readonly configuredLimit: number;
  readonly windowSeconds: number;
  /** Calls that the pacer counts against the limit now. */
  readonly callsInWindow: number;
  /** When the next urgent call may go; `at` of the status when it may go at once. */
  readonly nextCallAt: IsoTime;
  /** Why no call goes before `nextCallAt`; null when only the limit says so. */
  readonly holdReason: string | null;
}

/** Numbers of messages, approximate as SQS counts them. */
export interface QueueDepth {
  readonly waiting: number;
  readonly inFlight: number;
}

export interface JobsStatus {
  readonly known: number;
  readonly notEnded: number;
  /** Jobs that have something to say: why nothing, or less than a rule asked for, was shared. */
  readonly withNotes: number;
  /** The last observed of them. */
  readonly notes: readonly JobNote[];
}

export interface JobNote {
  readonly jobId: string;
  readonly source: string;
  readonly status: string;
  readonly note: string;
  readonly observedAt: IsoTime;
}

export interface RefusedProjectStatus {
  readonly projectId: string;
  readonly project: string | null;
  readonly reason: string;
  readonly retryAt: IsoTime;
}
