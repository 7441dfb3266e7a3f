import type { Origin, PermissionState } from '../../core/model/permission.ts';
import type { Lane } from '../../core/ports.ts';

/** A time in UTC as `Date.toISOString` writes it, `2026-11-20T12:00:00.000Z`. */
export type IsoTime = string;

/**
 * One project's permission for one checkpoint, as `ckpt list --json` prints it. Null is what is not known. Scripts rely on
 * these very names.
 */
export interface ListedPermission {
  /** Model id, `ft:…`. */
  readonly checkpoint: string;
  /** Target project, `proj_…`. */
  readonly projectId: string;
  /** Alias of the target in the policy; null when the policy names the project only by its id, or not at all. */
  readonly project: string | null;
  /** `cp_…`; null until OpenAI has named it. */
  readonly permissionId: string | null;
  readonly state: PermissionState;
  /** Why it is in this state, for a person to read. */
  readonly reason: string | null;
  /** `ftjob-…`; null for a checkpoint whose job is in no source. */
  readonly jobId: string | null;
  /** Alias of the source project. */
  readonly source: string | null;
  /** Name of the rule that wants it. */
  readonly rule: string | null;
  readonly origin: Origin | null;
  readonly sharedAt: IsoTime | null;
  readonly verifiedAt: IsoTime | null;
  readonly expiresAt: IsoTime | null;
}

/** What `list` can be narrowed by. */
export const FILTERS = ['project', 'source', 'state', 'rule', 'job', 'checkpoint'] as const;
export type FilterName = (typeof FILTERS)[number];

/**
 * Values by filter. A permission has to fit every filter that has values, and fits a filter by fitting one of its values.
 * `project` is an alias or a `proj_…` id, `checkpoint` a glob; the others are compared whole.
 */
export type PermissionFilter = Readonly<Partial<Record<FilterName, readonly string[]>>>;

export interface ListRequest {
  readonly command: 'list';
  readonly filter: PermissionFilter;
  /** From the page before; null for the first. */
  readonly cursor: string | null;
}

/** Pages come in the order of the checkpoints, and a checkpoint's permissions in the order of the project ids. */
export interface ListPage {
  /** May be empty though more pages follow. */
  readonly permissions: readonly ListedPermission[];
  /** Null = that was the last page. */
  readonly cursor: string | null;
}

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
}

export interface SourceStatus {
  readonly alias: string;
  /** Null for a source that the deployed policy has no more. */
  readonly projectId: string | null;
  readonly lastWebhookAt: IsoTime | null;
  readonly lastJobId: string | null;
  /** When that job was last looked at. */
  readonly lastJobAt: IsoTime | null;
  /** Jobs in the ledger. */
  readonly jobs: number;
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

/** Every command of the operator function: what is asked, and what comes back. */
export interface OperatorCommands {
  readonly list: { readonly request: ListRequest; readonly result: ListPage };
  readonly status: { readonly request: StatusRequest; readonly result: Status };
}

export type CommandName = keyof OperatorCommands;
export type RequestOf<Name extends CommandName> = OperatorCommands[Name]['request'];
export type OperatorRequest = RequestOf<CommandName>;
export type ResultOf<Name extends CommandName> = OperatorCommands[Name]['result'];

/** An error is an answer, too: the function itself fails only where it cannot even start. */
export type OperatorAnswer<Result = unknown> =
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly error: Problem };

/** What went wrong, and the next step to take; both whole sentences. */
export interface Problem {
  readonly name: string;
  readonly message: string;
  readonly next: string;
}
