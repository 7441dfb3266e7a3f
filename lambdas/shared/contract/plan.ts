import type { Lane } from '../../core/ports.ts';
import type { IsoTime } from './iso-time.ts';

/**
 * What is to be done about one permission.
 *
 * - `share` a POST grants it
 * - `adopt` it is at OpenAI already, and becomes ours
 * - `change` it stays as it is, under another id, rule or other terms
 * - `revoke` a DELETE takes it away
 * - `orphan` no rule wants it any more, and it is kept: pruning is off
 * - `report` it differs from what is wanted, and is left so
 * - `close` it is gone, or was never granted, and nobody wants it
 * - `look-up` a call for it had no answer: a LIST has to tell
 */
export const CHANGES = ['share', 'adopt', 'change', 'revoke', 'orphan', 'report', 'close', 'look-up'] as const;
export type Change = (typeof CHANGES)[number];

export interface PlanRequest {
  readonly command: 'plan';
}

/** What would bring OpenAI to the policy, for all that the ledger knows. */
export interface Plan {
  /** Of the plan as a whole: the same changes by the same policy have the same id. */
  readonly id: string;
  readonly at: IsoTime;
  readonly policyDigest: string;
  /** In the order of the checkpoints. Not all of them where the answer would be too large: see `leftOut`. */
  readonly checkpoints: readonly PlannedCheckpoint[];
  /** Changes that are counted, and are not in `checkpoints`. */
  readonly leftOut: number;
  /** Of all changes; each kind is there. */
  readonly counts: Readonly<Record<Change, number>>;
  /** Of these, those that are in the ledger already and are being carried out. */
  readonly underWay: number;
  readonly calls: PlannedCalls;
  readonly guard: PlanGuard;
  /** What stays as it is until something changes. */
  readonly left: LeftAsItIs;
  /** While pruning is on: rules of the policy that have wanted something and match no job any more. */
  readonly unmatchedRules: readonly UnmatchedRule[];
}

/** More likely a mistake in the rule than the wish to take away all that it gave. */
export interface UnmatchedRule {
  readonly rule: string;
  /** Permissions in force that it wanted last. */
  readonly permissions: number;
}

export interface PlannedCheckpoint {
  readonly checkpoint: string;
  readonly jobId: string | null;
  readonly source: string | null;
  readonly changes: readonly PlannedChange[];
}

export interface PlannedChange {
  readonly change: Change;
  readonly projectId: string;
  readonly project: string | null;
  readonly permissionId: string | null;
  readonly reason: string;
  /** It is in the ledger already, and is being carried out. */
  readonly underWay: boolean;
}

/** The admin calls that all of it takes. */
export interface PlannedCalls extends Readonly<Record<Lane, number>> {
  /** How long they take at the pacer's pace as of now, the three kinds side by side. */
  readonly seconds: number;
}

/** Many revocations in one plan are likely a mistake in the policy. */
export interface PlanGuard {
  /** What `--confirm` takes; null when nothing is to be revoked. */
  readonly id: string | null;
  readonly revocations: number;
  /** Permissions in force that the ledger tracks. */
  readonly tracked: number;
  /** `waiting`: too many, and nobody has confirmed these. */
  readonly state: 'none' | 'allowed' | 'confirmed' | 'waiting';
  /** While it waits: why the last confirmation does not let it through; null where there was none. */
  readonly voided: string | null;
}

/** How many permissions are in a state that no plan ends by itself. */
export interface LeftAsItIs {
  /** Gone at OpenAI, and only reported; those that are flapping included. */
  readonly drifted: number;
  readonly flapping: number;
  /** Refused by OpenAI; tried again once a day. */
  readonly rejected: number;
  /** Set aside because their rule or source is paused. */
  readonly paused: number;
}

/** Carries out the plan that has this id, if it still is the plan. */
export interface ApplyRequest {
  readonly command: 'apply';
  readonly planId: string;
  /** The guard's id, given by a person; null when none was given. */
  readonly confirm: string | null;
}

/** A row of the ledger that could not be written, mostly a checkpoint. */
export interface UnwrittenCheckpoint {
  readonly row: string;
  readonly reason: string;
}

export interface Applied {
  readonly planId: string;
  readonly counts: Plan['counts'];
  readonly underWay: number;
  readonly calls: PlannedCalls;
  /** Checkpoints that were to be written, and those of them that were not: plan again. */
  readonly checkpoints: number;
  readonly notWritten: number;
  /** The first of these that could not be written, and why; the others had no time left. */
  readonly unwritten: readonly UnwrittenCheckpoint[];
}

/** Lets the plan that waits under this id through, and starts a reconcile, which carries it out. */
export interface ConfirmRequest {
  readonly command: 'confirm';
  /** The guard's id. */
  readonly id: string;
}

export interface Confirmed {
  readonly id: string;
  readonly revocations: number;
  readonly tracked: number;
}

/** What had vanished at OpenAI, and waited, is believed to be gone. */
export interface Believed {
  readonly id: string;
  /** How many permissions are taken for gone, where OpenAI says so once more. */
  readonly absent: number;
  readonly tracked: number;
}
