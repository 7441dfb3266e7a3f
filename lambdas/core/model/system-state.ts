/** What the ledger remembers of the system itself, one document each. Times are milliseconds since the epoch. */
export interface SystemState {
  readonly reconcile: ReconcileState;
  readonly waitingPlan: WaitingPlan;
  readonly audit: AuditState;
}

/** The last reconcile. */
export interface ReconcileState {
  readonly version: number;
  readonly startedAt: number;
  /** Null while it runs, or when it was cut off. */
  readonly endedAt: number | null;
  /** Every tracked checkpoint was put up for verification at this time, because a person asked for it. */
  readonly verifiedAllAt: number | null;
  /** What failed; null when nothing did. */
  readonly error: string | null;
}

/** Revocations that are too many to be carried out before a person has confirmed them. */
export interface WaitingPlan {
  readonly version: number;
  /** Follows from the very permissions to be revoked; null = no plan waits. */
  readonly id: string | null;
  readonly revocations: number;
  /** Permissions that the ledger tracked when the plan was made. */
  readonly tracked: number;
  readonly since: number;
  /** The plan that a person has let through; it is carried out while it is still the plan. */
  readonly confirmedId: string | null;
}

/** How far the organisation's audit log has been read. */
export interface AuditState {
  readonly version: number;
  /** To be read from this time on; null = not now. */
  readonly dueAt: number | null;
  /** Events up to this time have been read. */
  readonly readTo: number | null;
  /** Ids of the events read in the overlap before `readTo`, so that none counts twice. */
  readonly seen: readonly string[];
  /** `off`: it is not switched on, or the key may not read it. */
  readonly access: 'unknown' | 'on' | 'off';
  /** What OpenAI said when it was last refused; null when it was not. */
  readonly refusal: string | null;
  readonly readAt: number | null;
}
