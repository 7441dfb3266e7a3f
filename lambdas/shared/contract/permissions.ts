import { z } from 'zod';
import { HOLDS, type Lane, type Priority } from '../../core/model/permission.ts';
import {
  checkpoint,
  isoTime,
  jobId,
  namedProject,
  onDrift,
  origin,
  permissionId,
  permissionState,
  projectAlias,
  projectId,
  sourceAlias,
  type Told,
} from './parts.ts';

/** The keys of one permission, for `ckpt list` and for what says more of it. */
export const permissionKeys = {
  checkpoint,
  projectId,
  project: projectAlias,
  permissionId: permissionId
    .nullable()
    .describe("OpenAI's id of the permission, cp_…; null until OpenAI has named it."),
  state: permissionState,
  reason: z.string().nullable().describe('Why it is in this state, for a person to read.'),
  jobId: jobId.nullable().describe('The fine-tuning job, ftjob-…; null where it is in no source.'),
  source: sourceAlias.nullable().describe('Alias of the source project; null where the job is in none.'),
  rule: z.string().nullable().describe('Name of the rule that wants it; null where no rule does.'),
  origin: origin.nullable().describe('Whose wish it is; null where nobody wants it.'),
  sharedAt: isoTime.nullable().describe('When OpenAI granted it.'),
  verifiedAt: isoTime.nullable().describe('When OpenAI last showed it.'),
  expiresAt: isoTime.nullable().describe('When it is let go; null = never.'),
} as const;

/** One permission as `ckpt list` has it: its keys are a contract. */
export const listedPermission = z.strictObject(permissionKeys);
export type ListedPermission = Told<typeof listedPermission>;

/** Pages come in the order of the checkpoints, and a checkpoint's permissions in the order of the project ids. */
export interface ListPage {
  /** May be empty though more pages follow. */
  readonly permissions: readonly ListedPermission[];
  /** Null = that was the last page. */
  readonly cursor: string | null;
  /** Only where it was asked for. */
  readonly overview?: ListOverview;
}

/** What it takes to draw the page's permissions beside one another. */
export interface ListOverview {
  /** Every project of the policy, whether it has a permission or not. */
  readonly projects: readonly { readonly projectId: string; readonly project: string }[];
  /** What people have said of single projects of the page's checkpoints, with a permission or without. */
  readonly holds: readonly ListedHold[];
  /** The next admin call that each of the page's checkpoints waits for; none for those that wait for none. */
  readonly due: readonly ListedDue[];
}

export interface ListedHold {
  readonly checkpoint: string;
  readonly projectId: string;
  readonly project: string | null;
  readonly kind: (typeof HOLDS)[number];
}

/** Of each lane the most urgent priority goes first, and of that what is due for longest. */
export interface ListedDue {
  readonly checkpoint: string;
  readonly lane: Lane;
  readonly priority: Priority;
  readonly at: string;
}

/** Somebody's wish for one project. */
export const wantedBy = z.strictObject({
  projectId,
  project: projectAlias,
  rule: z.string().nullable().describe("Name of the rule; null for what is pinned, adopted or an operator's."),
  origin,
  onDrift,
  expiresAt: isoTime.nullable().describe('When the wish ends; null = never.'),
});
export type WantedBy = Told<typeof wantedBy>;

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

const toRevoke = z.strictObject({
  projectId,
  project: projectAlias,
  permissionIds: z.array(permissionId).describe('Each takes one DELETE; none where it was never granted.'),
  what: z
    .enum(['revoke', 'drop', 'nothing-to-do'])
    .describe('revoke: with a DELETE. drop: without a call. nothing-to-do: it is revoked, or being revoked already.'),
  wantedAgainBy: wantedBy
    .nullable()
    .describe('Who wants it, so that the next reconcile shares it again; null where nobody does, or it is withheld.'),
});
export type ToRevoke = Told<typeof toRevoke>;

export const revokeResult = z
  .strictObject({
    checkpoint,
    done: z.boolean().describe('Whether it was done; without --yes it is only told.'),
    permissions: z.array(toRevoke).describe('What was, or is to be, done about each project.'),
  })
  .describe('What was revoked, or without --yes what would be.');
export type RevokeResult = Told<typeof revokeResult>;

const adoptedPermission = z.strictObject({
  projectId,
  project: projectAlias,
  permissionId,
  already: z.boolean().describe('Whether the ledger had it before.'),
  wantedBy: wantedBy.describe('Whose wish it is from now on.'),
});
export type AdoptedPermission = Told<typeof adoptedPermission>;

export const adoptResult = z
  .strictObject({
    checkpoint,
    adopted: z.array(adoptedPermission).describe('What is tracked from now on, or was already.'),
    missing: z.array(z.string()).describe('Permission ids and project ids that were asked for, and are not there.'),
    others: z
      .array(z.strictObject({ projectId, permissionId }))
      .describe('At OpenAI, not asked for, and not tracked: foreign.'),
  })
  .describe('Permissions of one checkpoint.');
export type AdoptResult = Told<typeof adoptResult>;

export const heldResult = z
  .strictObject({
    checkpoint,
    kind: z.enum(HOLDS).describe('What was said of them, or taken back.'),
    undone: z.boolean().describe('Whether it was taken back.'),
    projects: z
      .array(
        z.strictObject({
          projectId,
          project: projectAlias,
          permissionIds: z.array(permissionId).describe('Under which the ledger had it.'),
        }),
      )
      .describe('Of which it was said.'),
  })
  .describe("What a person's word changed.");
export type HeldResult = Told<typeof heldResult>;

export const forgottenJob = z
  .strictObject({
    jobId,
    source: sourceAlias,
    permissions: z
      .array(z.strictObject({ checkpoint, projectId }))
      .describe('Permissions that were tracked for it and are no more.'),
  })
  .describe('A job is forgotten, with its permissions.');
export type ForgottenJob = Told<typeof forgottenJob>;

export const repaired = z
  .strictObject({
    checkpoint,
    projects: z.array(namedProject).describe('With which it is to be shared again.'),
  })
  .describe('What is shared once more.');
export type Repaired = Told<typeof repaired>;

/** How far what was asked for one checkpoint's projects has come. */
export interface Settling {
  readonly at: string;
  readonly permissions: readonly ListedPermission[];
  /** How many are still being worked on. */
  readonly underWay: number;
  /** When the next call for it can go; null when none is due. */
  readonly nextCallAt: string | null;
  /** Why nothing goes on: a pause, or a key that OpenAI refuses; null when nothing is in the way. */
  readonly obstacle: string | null;
}

/** Whether one project can use one checkpoint, as far as its own settings go. */
export interface ModelAccess {
  readonly projectId: string;
  readonly project: string | null;
  /** What the project's allow or deny list says of the checkpoint; `unclear` where the list names its base model only. */
  readonly modelPermissions: 'allowed' | 'blocked' | 'unclear';
  readonly why: string | null;
  /** Whether the project itself sees the model; `no-key` where the stack has no key of it. */
  readonly sees: 'yes' | 'no' | 'no-key' | 'unknown';
  readonly seesWhy: string | null;
}
