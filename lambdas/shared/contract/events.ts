import { z } from 'zod';
import { ACTS, OTHER_ACTS } from '../../core/events/event.ts';
import { PERMISSION_STATES } from '../../core/model/permission.ts';
import { checkpoint, isoTime, jobId, origin, permissionId, projectId, sourceAlias, type Told } from './parts.ts';

const state = z.enum(PERMISSION_STATES).nullable();

const change = z.strictObject({
  act: z
    .enum(ACTS)
    .describe(
      'wanted: to be shared. shared: granted. adopted: it was there, and is tracked. changed: kept under another id, rule or terms. repair: gone, to be shared again. drifted: gone, left so. found: gone, and there again. rejected: refused. orphaned: kept though nobody wants it. revoking: to be deleted. revoked: deleted, or gone. dropped: never granted, wanted no more. foreign: seen, not ours. forgotten, ignored, withheld: a person said so. heeded: a person took that back.',
    ),
  projectId,
  permissionId: permissionId.nullable().describe("OpenAI's id of the permission, cp_…; null where it has none (yet)."),
  duplicateIds: z.array(permissionId).describe('Further permissions of the same project, which go and stay with it.'),
  from: state.describe('The state before; null where there was no row.'),
  to: state.describe('The state after; null where there is no row any more.'),
  rule: z.string().nullable().describe('Name of the rule that wants it or, where nobody does any more, wanted it.'),
  origin: origin.nullable().describe("Whose wish it is or was; null where it was nobody's."),
  reason: z.string().nullable().describe('Why, for a person to read.'),
});

/** One act that was carried out. */
export const eventEntry = z.strictObject({
  id: z.string().describe('Sorts by time, and names this event alone.'),
  at: isoTime.describe('When it was done.'),
  actor: z.string().describe("A function's name, or a person as they told who they are."),
  plan: z.string().nullable().describe('Id of the plan that was carried out; null for none.'),
  act: z.enum(OTHER_ACTS).nullable().describe('What was done, where it is not about permissions.'),
  note: z.string().nullable().describe('Why, or about what; null where the changes say it all.'),
  checkpoint: checkpoint.nullable().describe('Model id, ft:…; null where it is about none.'),
  jobId: jobId.nullable().describe('The fine-tuning job, ftjob-…; null where it is about none, or it is not known.'),
  source: sourceAlias.nullable().describe('Alias of the source project; null where it is not known.'),
  changes: z.array(change).describe('Every permission that it changed.'),
});
export type EventEntry = Told<typeof eventEntry>;

/** Newest first. */
export interface EventsPage {
  readonly events: readonly EventEntry[];
  readonly cursor: string | null;
}
