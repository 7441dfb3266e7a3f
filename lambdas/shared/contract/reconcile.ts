import type { PermissionState } from '../../core/model/permission.ts';
import type { Lane } from '../../core/ports.ts';
import type { IsoTime } from './iso-time.ts';
import type { PauseStatus } from './pause.ts';
import type { DueStatus, WaitingPlanStatus } from './status.ts';

/** The reconcile function is cut off after this time. */
export const RECONCILE_TIMEOUT_SECONDS = 300;

/** Starts the reconcile function, and does not wait for it. */
export interface ReconcileRequest {
  readonly command: 'reconcile';
  /** Every tracked checkpoint is listed at OpenAI, not only the stalest within the budget. */
  readonly verifyAll: boolean;
}

export interface ReconcileStarted {
  /** By the operator function's clock. A reconcile that says it started no earlier is this one, or one as good. */
  readonly askedAt: IsoTime;
}

export interface ProgressRequest {
  readonly command: 'progress';
  readonly askedAt: IsoTime;
  readonly verifyAll: boolean;
  /** When the reconcile was first seen to have ended; null before. What later ticks put up is not waited for. */
  readonly endedAt: IsoTime | null;
}

/** How far a reconcile, and what came of it, has come. */
export interface Progress {
  readonly at: IsoTime;
  /** Nothing is left to wait for. */
  readonly settled: boolean;
  readonly reconcile: {
    readonly state: 'starting' | 'running' | 'ended';
    readonly endedAt: IsoTime | null;
    /** What failed; null when nothing did, or it has not ended. */
    readonly error: string | null;
  };
  readonly sources: readonly SourceProgress[];
  /** Permissions that are being worked on. */
  readonly underWay: Readonly<Record<'pending' | 'unknown' | 'revoking' | 'rejected', number>>;
  /** Checkpoints that are to be listed. */
  readonly toVerify: number;
  /** The audit log is to be read, now or after a failure. */
  readonly auditDue: boolean;
  readonly due: Readonly<Record<Lane, DueStatus>>;
  /** When the next call can go for which work is due; null when none is. */
  readonly nextCallAt: IsoTime | null;
  readonly permissions: Readonly<Record<PermissionState, number>>;
  readonly flapping: number;
  readonly waitingPlan: WaitingPlanStatus | null;
  /** What is paused is not waited for. */
  readonly paused: PauseStatus;
}

export interface SourceProgress {
  readonly alias: string;
  readonly swept: boolean;
  /** Jobs that an unfinished sweep has seen; null when none is under way. */
  readonly backfillJobs: number | null;
  /** Ended jobs that wait for observe. */
  readonly toObserve: number;
  readonly error: string | null;
}

/** Shares what is drifted of one checkpoint once more, whatever its rule says and however often it was gone. */
export interface RepairRequest {
  readonly command: 'repair';
  readonly checkpoint: string;
  /** Aliases or `proj_…` ids; none = all that are drifted. */
  readonly project: readonly string[];
}

export interface Repaired {
  readonly checkpoint: string;
  readonly projects: readonly { readonly projectId: string; readonly project: string | null }[];
}
