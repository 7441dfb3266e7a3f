import { type KeyWatch, NOTHING_WATCHED } from '../keys/key-watch.ts';
import { NOT_PAUSED, type Pause } from '../pause/pause.ts';
import { type Counted, type CountState, NO_COUNT } from '../plan/ledger-count.ts';
import type { UnwrittenRow, UnwrittenRows } from '../row-failure.ts';
import type { ShutdownGroup } from '../shutdown/shutdowns-ahead.ts';
import { type AsideRows, NOTHING_ASIDE } from './aside.ts';
import { NO_RESTS, type Rests } from './rests.ts';

/** What the ledger remembers of the system itself, one document each. Times are milliseconds since the epoch. */
export interface SystemState {
  readonly reconcile: ReconcileState;
  readonly pass: PassState;
  readonly count: CountState;
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

/**
 * What the last full pass, which looked at the whole ledger, has left to the sweeps after it, which look at what has changed.
 * Nothing but what is looked at follows from it.
 */
export interface PassState {
  readonly version: number;
  /** Of all that it decided by; null = none has come to its end yet, or one has left something undone. */
  readonly digest: string | null;
  /** When it began. */
  readonly at: number;
  /** The next one is due then, or with another digest. */
  readonly nextAt: number;
  /** What changed before this time has been looked at. */
  readonly changedTo: number;
  /** The checkpoint up to which verification has come on its round; null = it begins anew. */
  readonly verifiedTo: string | null;
  /** Checkpoints to be looked at from a time on though nothing has changed: their time is up, or something waits; 0 = in each sweep. */
  readonly again: readonly { readonly checkpoint: string; readonly at: number }[];
  /** Checkpoints of whose shutdown OpenAI is to be asked from a time on, with the source whose key sees them; the next first. */
  readonly lookups: readonly { readonly model: string; readonly source: string; readonly at: number }[];
  /** How many checkpoints the last full pass has seen. */
  readonly checkpoints: number;
  /** Permissions in force in all of them. */
  readonly tracked: number;
  /** One that has not come to its end; null = none is under way. */
  readonly walk: PassWalk | null;
}

/**
 * A full pass on its way through a ledger that is too large to be held in memory: first the jobs, for what they want that the
 * ledger does not have, then every checkpoint, and once all is counted, what is to be revoked.
 */
export interface PassWalk {
  readonly digest: string;
  readonly begunAt: number;
  /** Counts the writes of it. */
  readonly step: number;
  readonly part: 'jobs' | 'checkpoints' | 'revocations';
  /** Where it goes on within the part; null = at the beginning. */
  readonly after: string | null;
  /** A person has asked for every checkpoint to be put up for verification. */
  readonly verifyAll: boolean;
  readonly checkpoints: number;
  readonly jobs: number;
  /** For the guard: permissions in force, and those let go of within a day. */
  readonly tracked: number;
  readonly letGo: { readonly permissions: number; readonly untracked: number };
  /** What was found so far for the sweeps after it. */
  readonly again: PassState['again'];
  readonly stalest: readonly { readonly checkpoint: string; readonly seenAt: number }[];
  readonly unwritten: readonly UnwrittenRow[];
  readonly lookups: PassState['lookups'];
  /** What the shutdowns of base models take away, and by whose keys these are asked for. */
  readonly shutdowns: readonly ShutdownGroup[];
  readonly bases: Readonly<Record<string, readonly string[]>>;
  readonly counted: Counted;
  /** What the guard has said once all was counted. */
  readonly verdict: {
    readonly id: string | null;
    readonly revoking: 'none' | 'allowed' | 'confirmed' | 'waiting';
    /** The person's word by which it is let through; null = by none. */
    readonly word: string | null;
  } | null;
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
  pass: {
    version: 0,
    digest: null,
    at: 0,
    nextAt: 0,
    changedTo: 0,
    verifiedTo: null,
    again: [],
    lookups: [],
    checkpoints: 0,
    tracked: 0,
    walk: null,
  },
  count: NO_COUNT,
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
