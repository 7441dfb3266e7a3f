import type { Hold } from '../../core/model/permission.ts';
import type { IsoTime } from './iso-time.ts';
import type { ListedPermission } from './operator.ts';
import type { ShownJob, WantedBy } from './show.ts';

/** What a person does to single permissions. Projects are aliases or `proj_…` ids, checkpoints `ft:…`, permissions `cp_…`. */

/** Shares a checkpoint with these projects, beside what the policy wants. */
export interface ShareRequest {
  readonly command: 'share';
  readonly checkpoint: string;
  readonly projects: readonly string[];
  readonly onDrift: 'repair' | 'report';
  /** Null = for good. */
  readonly expiresAt: IsoTime | null;
}

export interface ShareResult {
  readonly checkpoint: string;
  readonly projects: readonly SharedWith[];
}

export interface SharedWith {
  readonly projectId: string;
  readonly project: string | null;
  /** Whose wish it is: somebody else's where it was wanted already. */
  readonly wantedBy: WantedBy;
}

/** One target: a whole checkpoint's, or by permission id. */
export interface Selection {
  /** Null where a permission id says it. */
  readonly checkpoint: string | null;
  readonly permissionId: string | null;
  /** Narrows a checkpoint's permissions; none = all, where `all` says so, or where there is only one. */
  readonly projects: readonly string[];
  readonly all: boolean;
}

export interface RevokeRequest extends Selection {
  readonly command: 'revoke';
  /** Nothing is done; the answer says what would be. */
  readonly dryRun: boolean;
  /** No rule shares it again by itself. */
  readonly withhold: boolean;
}

export interface RevokeResult {
  readonly checkpoint: string;
  readonly done: boolean;
  readonly permissions: readonly ToRevoke[];
}

export interface ToRevoke {
  readonly projectId: string;
  readonly project: string | null;
  /** Each takes one DELETE; none where it was never granted. */
  readonly permissionIds: readonly string[];
  /** `revoke` with a DELETE, `drop` without a call, `nothing-to-do` where it is revoked or being revoked already. */
  readonly what: 'revoke' | 'drop' | 'nothing-to-do';
  /** Who wants it, so that the next reconcile would share it again; null where nobody does, or it is withheld. */
  readonly wantedAgainBy: WantedBy | null;
}

/** Takes permissions over that are at OpenAI already, after a look there. */
export interface AdoptRequest {
  readonly command: 'adopt';
  /** Null: the permission ids are looked up, in the ledger and then in OpenAI's audit log. */
  readonly checkpoint: string | null;
  readonly permissionIds: readonly string[];
  readonly projects: readonly string[];
  /** Every permission of the checkpoint. */
  readonly all: boolean;
  /**
   * Also those that were made in the same second as a named one: one POST makes all of its permissions at once, and whoever
   * kept the id of one has lost the others.
   */
  readonly madeTogether: boolean;
}

export interface AdoptResult {
  readonly checkpoint: string;
  readonly adopted: readonly AdoptedPermission[];
  /** Asked for, and not there. */
  readonly missing: readonly string[];
  /** At OpenAI, not asked for, and not tracked: foreign. */
  readonly others: readonly { readonly projectId: string; readonly permissionId: string }[];
}

export interface AdoptedPermission {
  readonly projectId: string;
  readonly project: string | null;
  readonly permissionId: string;
  /** Whether the ledger had it before. */
  readonly already: boolean;
  readonly wantedBy: WantedBy;
}

export interface ForgetRequest extends Selection {
  readonly command: 'forget';
}

export interface IgnoreRequest extends Selection {
  readonly command: 'ignore';
  readonly undo: boolean;
}

/** What a person's word changed. */
export interface HeldResult {
  readonly checkpoint: string;
  readonly kind: Hold['kind'];
  readonly undone: boolean;
  readonly projects: readonly {
    readonly projectId: string;
    readonly project: string | null;
    readonly permissionIds: readonly string[];
  }[];
}

export interface AdoptJobRequest {
  readonly command: 'adopt-job';
  readonly jobId: string;
  /** Alias; null = every source is asked, in the policy's order. */
  readonly source: string | null;
}

export interface ForgetJobRequest {
  readonly command: 'forget-job';
  readonly jobId: string;
}

export interface ForgottenJob {
  readonly jobId: string;
  readonly source: string;
  /** Permissions that were tracked for it and are no more. */
  readonly permissions: readonly { readonly checkpoint: string; readonly projectId: string }[];
}

export type AdoptedJob = ShownJob;

/** How far what was asked for one checkpoint's projects has come. */
export interface SettlingRequest {
  readonly command: 'settling';
  readonly checkpoint: string;
  readonly projects: readonly string[];
}

export interface Settling {
  readonly at: IsoTime;
  readonly permissions: readonly ListedPermission[];
  /** How many are still being worked on. */
  readonly underWay: number;
  /** When the next call for it can go; null when none is due. */
  readonly nextCallAt: IsoTime | null;
  /** Why nothing goes on: a pause, or a key that OpenAI refuses; null when nothing is in the way. */
  readonly obstacle: string | null;
}
