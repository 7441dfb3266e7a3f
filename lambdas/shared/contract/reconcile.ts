import type { Lane, PermissionState } from '../../core/model/permission.ts';
import type { PauseStatus } from './pause.ts';
import type { WaitingPlanStatus } from './plan.ts';
import type { DueStatus, FullPassStatus } from './status.ts';

export interface ReconcileStarted {
  /** By the operator function's clock. A reconcile that says it started no earlier is this one, or one as good. */
  readonly askedAt: string;
}

/** How far a reconcile, and what came of it, has come. */
export interface Progress {
  readonly at: string;
  /** Nothing is left to wait for. */
  readonly settled: boolean;
  readonly reconcile: {
    readonly state: 'starting' | 'running' | 'ended';
    readonly endedAt: string | null;
    /** What failed; null when nothing did, or it has not ended. */
    readonly error: string | null;
  };
  /** Of the whole ledger; it is waited for, over as many reconciles as it takes. Left out by older versions. */
  readonly fullPass?: FullPassStatus;
  readonly sources: readonly SourceProgress[];
  /** Permissions that are being worked on. */
  readonly underWay: Readonly<Record<'pending' | 'unknown' | 'revoking' | 'rejected', number>>;
  /** Checkpoints that are to be listed. */
  readonly toVerify: number;
  /** The audit log is to be read, now or after a failure. */
  readonly auditDue: boolean;
  readonly due: Readonly<Record<Lane, DueStatus>>;
  /** When the next call can go for which work is due; null when none is. */
  readonly nextCallAt: string | null;
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
