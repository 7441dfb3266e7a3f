import type { Rests } from '../pacing/rests.ts';
import type { Pause } from '../pause/pause.ts';

/** What the ledger remembers of the system itself, one document each. Times are milliseconds since the epoch. */
export interface SystemState {
  readonly reconcile: ReconcileState;
  readonly waitingPlan: WaitingPlan;
  readonly audit: AuditState;
  readonly pause: Pause;
  readonly absences: AbsenceState;
  readonly rests: Rests;
}

/** What was taken for gone at OpenAI of late, so that a key or a gateway that hides everything is not believed. */
export interface AbsenceState {
  readonly version: number;
  /** How many permissions were, by the time; those of one day. */
  readonly believed: readonly { readonly at: number; readonly permissions: number }[];
  /** So many more may be, until then: a person has said so. */
  readonly confirmed: { readonly until: number; readonly permissions: number } | null;
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
  /** When the newest event took effect that has been read; null before the first one. */
  readonly readTo: number | null;
  /** The next read begins with the events of this time, some of which were read before; null before the first one. */
  readonly readFrom: number | null;
  /** Ids of the events from `readFrom` on that were read, so that none counts twice. */
  readonly seen: readonly string[];
  /** A read that has not come to its end yet. */
  readonly walk: AuditWalk | null;
  /** `off`: it is not switched on, or the key may not read it. */
  readonly access: 'unknown' | 'on' | 'off';
  /** What OpenAI said when it was last refused; null when it was not. */
  readonly refusal: string | null;
  /** When it was last read to its end, or refused. */
  readonly readAt: number | null;
}

/** A read of the audit log on its way through the pages. */
export interface AuditWalk {
  /** It reads the events from this time on. */
  readonly from: number;
  /** The page to go on with. */
  readonly after: string | null;
  /** The newest events that it has read so far, newest first. */
  readonly newest: readonly { readonly id: string; readonly at: number }[];
  /** When the oldest event took effect that is to be looked at again; null = none is. */
  readonly againFrom: number | null;
}
