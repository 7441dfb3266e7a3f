import type { Origin, PermissionState } from '../model/permission.ts';
import type { Threshold } from '../shutdown/days.ts';
import type { ShutdownAhead } from '../shutdown/shutdowns-ahead.ts';

/**
 * What was done about one permission.
 *
 * - `wanted` somebody wants it, and it is to be shared
 * - `shared` OpenAI has granted it
 * - `adopted` it was at OpenAI already, and is tracked from now on
 * - `changed` it is kept under another id, rule or other terms
 * - `repair` it was gone at OpenAI, and is to be shared again
 * - `drifted` it is gone at OpenAI, and is left so
 * - `found` it was gone, or might have been, and is at OpenAI
 * - `rejected` OpenAI refuses it
 * - `orphaned` nobody wants it any more, and it is kept
 * - `revoking` it is to be deleted
 * - `revoked` it is deleted, or gone with nobody wanting it
 * - `dropped` it was never granted, and nobody wants it any more
 * - `foreign` it was seen at OpenAI, and is not ours
 * - `forgotten`, `ignored`, `withheld` a person said so; `heeded` a person took that back
 */
export const ACTS = [
  'wanted',
  'shared',
  'adopted',
  'changed',
  'repair',
  'drifted',
  'found',
  'rejected',
  'orphaned',
  'revoking',
  'revoked',
  'dropped',
  'foreign',
  'forgotten',
  'ignored',
  'withheld',
  'heeded',
] as const;
export type Act = (typeof ACTS)[number];

/** What was done about something else than a permission. */
export const OTHER_ACTS = [
  'paused',
  'resumed',
  'confirmed',
  'redriven',
  'job-adopted',
  'job-forgotten',
  'key-made',
  'key-changed',
  'key-deleted',
  'source-connected',
  'source-disconnected',
  'plan-waiting',
  'shutdown-ahead',
  'key-expiring',
] as const;
export type OtherAct = (typeof OTHER_ACTS)[number];

/** What nobody did, and somebody should know of, with what is known of it. Beside the note, for programs to read. */
export type Announcement =
  | {
      readonly act: 'plan-waiting';
      /** What `ckpt apply --confirm` takes. */
      readonly planId: string;
      /** `revocations` of many permissions, or `absences`: many that OpenAI does not show any more. */
      readonly about: 'revocations' | 'absences';
      readonly permissions: number;
      /** All permissions that the ledger tracks. */
      readonly tracked: number;
    }
  | ({
      readonly act: 'shutdown-ahead';
      /** The notice that this is: so many days ahead, or 0 once the date has come. */
      readonly noticeDays: Threshold;
      /** Some of the checkpoints, as model ids. */
      readonly examples: readonly string[];
    } & ShutdownAhead)
  | {
      readonly act: 'key-expiring';
      /** OpenAI's id of the key. */
      readonly keyId: string;
      readonly name: string;
      readonly kind: 'admin' | 'project';
      /** Null for an admin key. */
      readonly projectId: string | null;
      /** Milliseconds since the epoch. */
      readonly expiresAt: number;
    };

export interface PermissionChange {
  readonly act: Act;
  readonly projectId: string;
  /** `cp_…`; null where it has none (yet). */
  readonly permissionId: string | null;
  /** Further permissions of the same project, which go and stay with it. */
  readonly duplicateIds: readonly string[];
  /** Null where there was no row, or is none any more. */
  readonly from: PermissionState | null;
  readonly to: PermissionState | null;
  /** Of who wants it or, where nobody does any more, wanted it. */
  readonly rule: string | null;
  readonly origin: Origin | null;
  readonly reason: string | null;
}

/** Who does something, and by which plan. */
export interface Author {
  /** A function's name (`share`), or a person as they told who they are. */
  readonly actor: string;
  /** Id of the plan that is carried out; null for none. */
  readonly plan: string | null;
}

/** One act, as it is kept for ever. One write to a checkpoint is one event, with every permission that it changed. */
export interface LedgerEvent extends Author {
  /** Sorts by time, and names this event alone. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What was done, where it is not about permissions. */
  readonly act: OtherAct | null;
  /** For a person to read: why, or about what. Null where the changes say it all. */
  readonly note: string | null;
  readonly checkpoint: string | null;
  readonly jobId: string | null;
  readonly source: string | null;
  readonly changes: readonly PermissionChange[];
  /** Left out of all that is no announcement. */
  readonly announcement?: Announcement;
}
