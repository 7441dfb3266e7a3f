import type { Origin, PermissionState } from '../../core/model/permission.ts';
import type {
  AdoptedJob,
  AdoptJobRequest,
  AdoptRequest,
  AdoptResult,
  ForgetJobRequest,
  ForgetRequest,
  ForgottenJob,
  HeldResult,
  IgnoreRequest,
  RevokeRequest,
  RevokeResult,
  Settling,
  SettlingRequest,
  ShareRequest,
  ShareResult,
} from './by-hand.ts';
import type {
  Checked,
  DoctorRequest,
  ModelAccess,
  ModelAccessRequest,
  SignedEvent,
  SignRequest,
  VerifiedDelivery,
  VerifyDeliveryRequest,
} from './checks.ts';
import type { EventsPage, EventsRequest } from './events.ts';
import type { IsoTime } from './iso-time.ts';
import type { PauseRequest, PauseStatus, Redriven, RedriveRequest, ResumeRequest } from './pause.ts';
import type { Applied, ApplyRequest, Believed, Confirmed, ConfirmRequest, Plan, PlanRequest } from './plan.ts';
import type {
  Progress,
  ProgressRequest,
  ReconcileRequest,
  ReconcileStarted,
  Repaired,
  RepairRequest,
} from './reconcile.ts';
import type { JobsPage, JobsRequest, Shown, ShowRequest } from './show.ts';
import type { Status, StatusRequest } from './status.ts';

export type * from './by-hand.ts';
export type * from './checks.ts';
export type * from './events.ts';
export type * from './iso-time.ts';
export type * from './pause.ts';
export type * from './plan.ts';
export type * from './reconcile.ts';
export type * from './show.ts';
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
  readonly confirm: { readonly request: ConfirmRequest; readonly result: Believed | Confirmed };
  readonly reconcile: { readonly request: ReconcileRequest; readonly result: ReconcileStarted };
  readonly progress: { readonly request: ProgressRequest; readonly result: Progress };
  readonly repair: { readonly request: RepairRequest; readonly result: Repaired };
  readonly show: { readonly request: ShowRequest; readonly result: Shown };
  readonly jobs: { readonly request: JobsRequest; readonly result: JobsPage };
  readonly events: { readonly request: EventsRequest; readonly result: EventsPage };
  readonly share: { readonly request: ShareRequest; readonly result: ShareResult };
  readonly revoke: { readonly request: RevokeRequest; readonly result: RevokeResult };
  readonly adopt: { readonly request: AdoptRequest; readonly result: AdoptResult };
  readonly forget: { readonly request: ForgetRequest; readonly result: HeldResult };
  readonly ignore: { readonly request: IgnoreRequest; readonly result: HeldResult };
  readonly 'adopt-job': { readonly request: AdoptJobRequest; readonly result: AdoptedJob };
  readonly 'forget-job': { readonly request: ForgetJobRequest; readonly result: ForgottenJob };
  readonly settling: { readonly request: SettlingRequest; readonly result: Settling };
  readonly pause: { readonly request: PauseRequest; readonly result: PauseStatus };
  readonly resume: { readonly request: ResumeRequest; readonly result: PauseStatus };
  readonly redrive: { readonly request: RedriveRequest; readonly result: Redriven };
  readonly 'model-access': { readonly request: ModelAccessRequest; readonly result: ModelAccess };
  readonly doctor: { readonly request: DoctorRequest; readonly result: Checked };
  readonly 'webhook-sign': { readonly request: SignRequest; readonly result: SignedEvent };
  readonly 'webhook-verify': { readonly request: VerifyDeliveryRequest; readonly result: VerifiedDelivery };
}

export type CommandName = keyof OperatorCommands;
export type RequestOf<Name extends CommandName> = OperatorCommands[Name]['request'];
export type OperatorRequest = RequestOf<CommandName>;
export type ResultOf<Name extends CommandName> = OperatorCommands[Name]['result'];

/** An error is an answer, too: the function itself fails only where it cannot even start. */
export type OperatorAnswer<Result = unknown> =
  | { readonly ok: true; readonly result: Result }
  | {
      readonly ok: false;
      readonly error: Problem;
      /** Asked again after so many seconds, it may be done: a slot of the pacer, or a call that is on its way. */
      readonly retryAfterSeconds?: number;
    };

/**
 * Goes with any request: who asks, as they told it. Whether AWS let them is decided before; CloudTrail has the proof, under
 * the request id.
 */
export interface Asker {
  /** An ARN; 200 characters at most. */
  readonly by?: string;
}

/** What went wrong, and the next step to take; both whole sentences. */
export interface Problem {
  readonly name: string;
  readonly message: string;
  readonly next: string;
}
