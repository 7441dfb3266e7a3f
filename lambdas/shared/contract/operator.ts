import type { Origin, PermissionState } from '../../core/model/permission.ts';
import type { IsoTime } from './iso-time.ts';
import type { Applied, ApplyRequest, Confirmed, ConfirmRequest, Plan, PlanRequest } from './plan.ts';
import type {
  Progress,
  ProgressRequest,
  ReconcileRequest,
  ReconcileStarted,
  Repaired,
  RepairRequest,
} from './reconcile.ts';
import type { Status, StatusRequest } from './status.ts';

export type * from './iso-time.ts';
export type * from './plan.ts';
export type * from './reconcile.ts';
export type * from './status.ts';

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

/** Every command of the operator function: what is asked, and what comes back. */
export interface OperatorCommands {
  readonly list: { readonly request: ListRequest; readonly result: ListPage };
  readonly status: { readonly request: StatusRequest; readonly result: Status };
  readonly plan: { readonly request: PlanRequest; readonly result: Plan };
  readonly apply: { readonly request: ApplyRequest; readonly result: Applied };
  readonly confirm: { readonly request: ConfirmRequest; readonly result: Confirmed };
  readonly reconcile: { readonly request: ReconcileRequest; readonly result: ReconcileStarted };
  readonly progress: { readonly request: ProgressRequest; readonly result: Progress };
  readonly repair: { readonly request: RepairRequest; readonly result: Repaired };
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
