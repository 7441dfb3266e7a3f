import type { OddItem } from './job.ts';

/**
 * The state of one permission in the ledger.
 *
 * - `pending` wanted, not yet done
 * - `unknown` the creating call is in flight, or its answer never came: only a LIST can tell
 * - `active` granted, under a known permission id
 * - `drifted` gone at OpenAI, and its rule says report
 * - `rejected` OpenAI refuses it; tried again once a day, or when the policy for it changes
 * - `orphaned` granted, but no rule wants it any more, and pruning is off
 * - `revoking` to be deleted at OpenAI
 * - `revoked` deleted, or gone with nobody wanting it
 * - `foreign` seen at OpenAI, not ours: reported, never touched
 */
export const PERMISSION_STATES = [
  'pending',
  'unknown',
  'active',
  'drifted',
  'rejected',
  'orphaned',
  'revoking',
  'revoked',
  'foreign',
] as const;

export type PermissionState = (typeof PERMISSION_STATES)[number];

/** Whose wish a permission is. */
export const ORIGINS = ['policy', 'pinned', 'adopted', 'operator'] as const;
export type Origin = (typeof ORIGINS)[number];

/** The order in which due work is done, most urgent first. */
export const PRIORITIES = ['fresh', 'repair', 'verify', 'retry'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** A lane of due work is the admin endpoint that it needs; each has its own throttle at OpenAI. */
export const LANES = ['create', 'list', 'delete'] as const;
export type Lane = (typeof LANES)[number];

/** One project's wish to use one checkpoint, and the rule it comes from. */
export interface Want {
  readonly projectId: string;
  readonly origin: Origin;
  /** The rule's name; null for what no rule asked for. */
  readonly rule: string | null;
  readonly onDrift: 'repair' | 'report';
  /** Milliseconds since the epoch; null = never. */
  readonly expiresAt: number | null;
}

/**
 * Why a try did not succeed: `not-found` OpenAI does not know the checkpoint, `unavailable` the call certainly had no
 * effect, `lost` no answer came and a LIST shows no effect, `forbidden` OpenAI does not let the checkpoint be shared, `refused`
 * OpenAI does not take the project, which need not be its fault where nobody can tell whose the admin key is.
 */
export type Failure = 'not-found' | 'unavailable' | 'lost' | 'forbidden' | 'refused';

/** One project's permission for one checkpoint, as the ledger has it. Times are milliseconds since the epoch. */
export interface PermissionRecord {
  readonly projectId: string;
  readonly state: PermissionState;
  /** `cp_…`; null until OpenAI has named it. */
  readonly permissionId: string | null;
  /**
   * Further permissions for the same project, should OpenAI have made more than one. Owned as `permissionId` is: all of
   * them have to be deleted before the project is without access.
   */
  readonly duplicateIds: readonly string[];
  /** Null when nobody wants it. */
  readonly want: Want | null;
  /** Why it is in this state, for a person to read. */
  readonly reason: string | null;
  readonly priority: Priority;
  /** Not to be worked on before this time; null = not until something changes. */
  readonly notBefore: number | null;
  /** Tries in a row that failed in the same way. */
  readonly attempts: number;
  /** What those tries failed of; a failure of another kind starts the count anew. */
  readonly failing: Failure | null;
  /** When the last creating call for it started; null = never asked for. */
  readonly askedAt: number | null;
  /**
   * While `unknown`: the call was not (yet) answered, or its answer left this project out; or there was no call, and it was
   * forgotten before. While `revoking`: OpenAI answered that it has no such permission, which a LIST has to confirm.
   */
  readonly doubt: 'no-answer' | 'left-out' | 'forgotten' | 'not-there' | null;
  readonly sharedAt: number | null;
  readonly verifiedAt: number | null;
  /** When it was last shared anew because it was gone at OpenAI; those of one day, oldest first. */
  readonly repairs: readonly number[];
  /** The rule that wanted it last, where nobody does any more: while that is paused, it is not let go of. */
  readonly lastRule?: string;
  /** Who wanted it when its checkpoint was gone: should OpenAI show that again, they want it still. */
  readonly lastWant?: Want;
  /** Whose wish it was last, where nobody wants it any more; left out by older versions. */
  readonly lastOrigin?: Origin;
  /** Set aside because its rule or source is paused: nothing is granted or revoked before it is resumed. */
  readonly parked?: true;
  /** Nobody wants it any more because its time was up: it is revoked whatever the policy says of pruning. */
  readonly lapsed?: true;
  /** When it was let go of since no rule wants it any more, and no person has said so; ms since the epoch. */
  readonly letGoAt?: number;
  /** The audit log has told that it was deleted: a list that does not show it is not the only witness. */
  readonly toldDeleted?: true;
}

/**
 * What a person has said of one project's permission, against whatever the policy says.
 *
 * - `ignored` kept as it is: never repaired, changed, let expire or revoked
 * - `forgotten` not tracked any more, and not wanted again by itself
 * - `withheld` revoked by hand, and not wanted again by itself
 */
export const HOLDS = ['ignored', 'forgotten', 'withheld'] as const;

export interface Hold {
  readonly kind: (typeof HOLDS)[number];
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Who said so, as they told it; null when they did not. */
  readonly by: string | null;
}

/** A creating call that was begun and has not been recorded as ended. */
export interface InFlight {
  readonly projectIds: readonly string[];
  readonly startedAt: number;
  /** No answer can come after this time: the call's own deadline has passed. */
  readonly deadline: number;
}

/**
 * OpenAI has answered as if it had no more what it had granted. The answer may come from the wrong place (the key of another
 * organisation, a gateway), so nothing follows from it until something independent says the same.
 */
export interface Absence {
  /**
   * `gone`: it does not know the checkpoint; `left-out`: its list shows none of the permissions; `in-part`: nobody can read
   * some of its list, and what that does not show may be just that.
   */
  readonly kind: 'gone' | 'left-out' | 'in-part';
  /** What it answered, or why that is not believed, for a person to read. */
  readonly reason: string;
  /** When it first answered so; ms since the epoch. */
  readonly since: number;
  /** Whether the source's own project key sees the model; null until it was asked. */
  readonly model: 'there' | 'gone' | null;
  /** So much has vanished within a day that only a person's word lets it be believed. */
  readonly held: boolean;
}

/** A LIST that ran out of slots on its way through the pages, to be gone on with. */
export interface Listing {
  readonly begunAt: number;
  /** The cursor of the page to go on with. */
  readonly after: string;
  readonly permissions: readonly ActualPermission[];
  /** What of it cannot be read; left out where all can. */
  readonly odd?: readonly OddItem[];
}

/**
 * One checkpoint with every permission for it: the unit that is read, decided on and written at once. OpenAI's calls
 * are per checkpoint, too, so all that one call changes is recorded in one conditional write.
 */
export interface CheckpointRecord {
  readonly checkpoint: string;
  /** Counts the writes; 0 = not stored yet. A write names the version it was decided on. */
  readonly version: number;
  /** Alias of the source project; null when the job is in no source. */
  readonly source: string | null;
  readonly jobId: string | null;
  readonly permissions: Readonly<Record<string, PermissionRecord>>;
  readonly inFlight: InFlight | null;
  /** After a refusal that named no project: the target lists still to be tried, each alone. */
  readonly batches: readonly (readonly string[])[];
  /** When a complete LIST was last seen; null = never. */
  readonly listedAt: number | null;
  /** To be listed from this time on, to see whether OpenAI still has what the ledger has; null = not now. */
  readonly verifyAt: number | null;
  /** How urgent that is: `repair` where there is a sign that something changed, else `verify`. */
  readonly verifyPriority: Priority;
  /** What OpenAI said when it knew the checkpoint no more; null while it does. Nothing is asked for while it is gone. */
  readonly gone: string | null;
  /** Left out while OpenAI shows what the ledger has. */
  readonly absence?: Absence;
  /** Left out where no LIST is under way. */
  readonly listing?: Listing;
  /** When its job ended, where that was less than a day before somebody wanted it; ms since the epoch. */
  readonly jobEndedAt?: number;
  /** It is older than what the ledger knows of it: a LIST has to tell who has it already before anything is asked for. */
  readonly lookFirst?: true;
  /** By project id, also of projects that have no permission here; left out where nobody has said anything. */
  readonly holds?: Readonly<Record<string, Hold>>;
}

/** A permission as OpenAI shows it. */
export interface ActualPermission {
  readonly permissionId: string;
  readonly projectId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** A project that OpenAI refused as unknown or archived: left out of every POST until its next try. */
export interface RefusedProject {
  readonly projectId: string;
  readonly reason: string;
  readonly retryAt: number;
}
