import { type KeyWatch, NOTHING_WATCHED } from '../keys/key-watch.ts';
import { NOT_PAUSED, type Pause } from '../pause/pause.ts';
import type { UnwrittenRows } from '../row-failure.ts';
import { type AsideRows, NOTHING_ASIDE } from './aside.ts';
import { NO_RESTS, type Rests } from './rests.ts';

/** What the ledger remembers of the system itself, one document each. Times are milliseconds since the epoch. */
export interface SystemState {
  readonly reconcile: ReconcileState;
  readonly waitingPlan: WaitingPlan;
  readonly audit: AuditState;
  readonly pause: Pause;
  readonly absences: AbsenceState;
  readonly rests: Rests;
  readonly aside: AsideRows;
  readonly keyWatch: KeyWatch;
}

/** What was taken for gone at OpenAI of late, so that a key or a gateway that hides everything is not believed. */
export interface AbsenceState {
  readonly version: number;
  /** How many permissions were, by the time; those of one day. */
  readonly believed: readonly { readonly at: number; readonly permissions: number }[];
  /** So many more may be, until then: a person has said so. */
  readonly confirmed: { readonly until: number; readonly permissions: number } | null;
  /** Under which id it was last announced that more waits; left out before the first time. */
  readonly announced?: string;
}

/** The last reconcile that came to its end: of those that have, the one that started last. They may overlap. */
export interface ReconcileState {
  readonly version: number;
  readonly startedAt: number;
  /** Null before the first has ended. */
  readonly endedAt: number | null;
  /** When the last one started, whether it has ended, runs or was cut off; left out by older versions. */
  readonly begunAt?: number;
  /** Every tracked checkpoint was put up for verification at this time, because a person asked for it. */
  readonly verifiedAllAt: number | null;
  /** What failed; null when nothing did. */
  readonly error: string | null;
  /** Checkpoints that it could not write; left out when there were none. */
  readonly unwritten?: UnwrittenRows;
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
  /** While a plan waits: what was let go of after this time counts with it; left out by older versions. */
  readonly countsFrom?: number;
  /** The plan that a person has let through, while that word stands: `confirmation.id`, under the name that older versions know. */
  readonly confirmedId: string | null;
  /** Left out by older versions, whose word is no word. */
  readonly confirmation?: Confirmation | null;
  /** How the last confirmation came to its end. */
  readonly ended?: ConfirmationEnd;
}

/** A person's word that one plan's revocations may be carried out. */
export interface Confirmation {
  /** The plan that they named. */
  readonly id: string;
  readonly policyDigest: string;
  readonly expiresAt: number;
  /** Of each revocation that is still to be carried out, a short hash, one after the other; null = too many to be kept. */
  readonly hashes: string | null;
}

export interface ConfirmationEnd {
  readonly id: string;
  readonly why: 'used-up' | 'policy-changed' | 'expired';
  readonly at: number;
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

/** What stands in a state's place before it was first written. */
export const INITIAL_STATE: SystemState = {
  reconcile: { version: 0, startedAt: 0, endedAt: null, verifiedAllAt: null, error: null },
  waitingPlan: { version: 0, id: null, revocations: 0, tracked: 0, since: 0, confirmedId: null },
  audit: {
    version: 0,
    dueAt: null,
    readTo: null,
    readFrom: null,
    seen: [],
    walk: null,
    access: 'unknown',
    refusal: null,
    readAt: null,
  },
  pause: NOT_PAUSED,
  absences: { version: 0, believed: [], confirmed: null },
  rests: NO_RESTS,
  aside: NOTHING_ASIDE,
  keyWatch: NOTHING_WATCHED,
};
