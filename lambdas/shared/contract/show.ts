import { z } from 'zod';
import { HOLDS, LANES, PRIORITIES } from '../../core/model/permission.ts';
import { eventEntry } from './events.ts';
import type { ShownJob } from './jobs.ts';
import { checkpoint, isoTime, jobId, permissionId, projectAlias, projectId, sourceAlias, type Told } from './parts.ts';
import { permissionKeys, wantedBy } from './permissions.ts';

const hold = z.strictObject({
  kind: z
    .enum(HOLDS)
    .describe('ignored: kept as it is. forgotten: not tracked any more. withheld: revoked by hand, not shared again.'),
  at: isoTime.describe('When it was said.'),
  by: z.string().nullable().describe('Who said so, as they told it; null when they did not.'),
});

export type ShownHold = Told<typeof hold>;

const heldProject = z.strictObject({ projectId, project: projectAlias, ...hold.shape });
export type HeldProject = Told<typeof heldProject>;

const shownPermission = z.strictObject({
  ...permissionKeys,
  hold: hold.nullable().describe('What a person has said of it; null when nobody has.'),
  paused: z.string().nullable().describe('What keeps it waiting: a rule or a source; null when nothing does.'),
  dueAt: isoTime.nullable().describe('When it is next worked on; null when it is not.'),
});
export type ShownPermission = Told<typeof shownPermission>;

const due = z.strictObject({
  lane: z.enum(LANES).describe('create = POST, list = GET, delete = DELETE.'),
  priority: z.enum(PRIORITIES).describe('The most urgent first: fresh, repair, verify, retry.'),
  at: isoTime.describe('When it may go at the earliest.'),
});

const livePermission = z.strictObject({
  projectId,
  project: projectAlias,
  permissionId,
  createdAt: isoTime.describe('When it was made, as OpenAI says.'),
  ledger: z
    .enum(['tracked', 'other-id', 'untracked'])
    .describe('tracked: the ledger has this id. other-id: it has another for the project. untracked: it has none.'),
});
export type LivePermission = Told<typeof livePermission>;

export const shownCheckpoint = z
  .strictObject({
    checkpoint,
    jobId: jobId.nullable().describe('The fine-tuning job, ftjob-…; null where it is in no source.'),
    source: sourceAlias.nullable().describe('Alias of the source project; null where the job is in none.'),
    tracked: z.boolean().describe('Whether the ledger has a record of it.'),
    gone: z.string().nullable().describe('What OpenAI said when it knew the checkpoint no more; null while it does.'),
    listedAt: isoTime.nullable().describe('When OpenAI last listed all of its permissions; null = never.'),
    due: due.nullable().describe('The next admin call that it waits for; null where it waits for none.'),
    wanted: z.array(wantedBy).describe("The policy's and others' wishes, as of now."),
    permissions: z.array(shownPermission).describe('What the ledger has of it.'),
    holds: z.array(heldProject).describe('What people have said of single projects, with a permission or without.'),
    live: z.array(livePermission).nullable().describe('What OpenAI shows of it; null without --live.'),
    history: z.array(eventEntry).describe('Its last events, newest first.'),
  })
  .describe('What is known of one checkpoint.');
export type ShownCheckpoint = Told<typeof shownCheckpoint>;

export type Shown =
  | { readonly kind: 'checkpoint'; readonly checkpoint: ShownCheckpoint }
  | { readonly kind: 'job'; readonly job: ShownJob };
