import { z } from 'zod';
import { HOLDS } from '../../../lambdas/core/model/permission.ts';
import type {
  HeldProject,
  LivePermission,
  ShownCheckpoint,
  ShownPermission,
} from '../../../lambdas/shared/contract/operator.ts';
import { eventEntry } from './event.ts';
import { checkpoint, isoTime, jobId, permissionId, projectAlias, projectId, sourceAlias } from './parts.ts';
import { permissionKeys } from './permission.ts';
import { schemaOf } from './schema-of.ts';
import { wantedBy } from './wanted-by.ts';

const hold = z.strictObject({
  kind: z
    .enum(HOLDS)
    .describe('ignored: kept as it is. forgotten: not tracked any more. withheld: revoked by hand, not shared again.'),
  at: isoTime.describe('When it was said.'),
  by: z.string().nullable().describe('Who said so, as they told it; null when they did not.'),
});

const heldProject = schemaOf<HeldProject>()(z.strictObject({ projectId, project: projectAlias, ...hold.shape }));

const shownPermission = schemaOf<ShownPermission>()(
  z.strictObject({
    ...permissionKeys,
    hold: hold.nullable().describe('What a person has said of it; null when nobody has.'),
    paused: z.string().nullable().describe('What keeps it waiting: a rule or a source; null when nothing does.'),
    dueAt: isoTime.nullable().describe('When it is next worked on; null when it is not.'),
  }),
);

const livePermission = schemaOf<LivePermission>()(
  z.strictObject({
    projectId,
    project: projectAlias,
    permissionId,
    createdAt: isoTime.describe('When it was made, as OpenAI says.'),
    ledger: z
      .enum(['tracked', 'other-id', 'untracked'])
      .describe('tracked: the ledger has this id. other-id: it has another for the project. untracked: it has none.'),
  }),
);

/** What `ckpt show` prints of a checkpoint, or of the checkpoint of a permission. */
export const shownCheckpoint = schemaOf<ShownCheckpoint>()(
  z
    .strictObject({
      checkpoint,
      jobId: jobId.nullable().describe('The fine-tuning job, ftjob-…; null where it is in no source.'),
      source: sourceAlias.nullable().describe('Alias of the source project; null where the job is in none.'),
      tracked: z.boolean().describe('Whether the ledger has a record of it.'),
      gone: z.string().nullable().describe('What OpenAI said when it knew the checkpoint no more; null while it does.'),
      listedAt: isoTime.nullable().describe('When OpenAI last listed all of its permissions; null = never.'),
      wanted: z.array(wantedBy).describe("The policy's and others' wishes, as of now."),
      permissions: z.array(shownPermission).describe('What the ledger has of it.'),
      holds: z.array(heldProject).describe('What people have said of single projects, with a permission or without.'),
      live: z.array(livePermission).nullable().describe('What OpenAI shows of it; null without --live.'),
      history: z.array(eventEntry).describe('Its last events, newest first.'),
    })
    .describe('What is known of one checkpoint.'),
);
