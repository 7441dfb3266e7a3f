import { z } from 'zod';
import { THRESHOLDS } from '../../core/shutdown/days.ts';
import {
  checkpoint,
  count,
  isoTime,
  jobId,
  origin,
  permissionId,
  projectAlias,
  projectId,
  sourceAlias,
  type Told,
} from './parts.ts';

// What goes to the event bus: the `detail` of each event, by its `detail-type`. As with the other documents, a function takes
// the types only.

/** Of everything that is told, the first version. What is added to a detail keeps it; what goes or changes takes the next. */
const head = {
  version: z.literal(1).describe('Version of this schema.'),
  id: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .describe('Names this event alone. An event that is delivered twice has the same id both times.'),
  ledgerEvent: z
    .string()
    .describe(
      'Id of the entry that `ckpt events` shows. One entry may be told in several events, each with an id of its own.',
    ),
  at: isoTime.describe('When it was done, or found.'),
  stack: z.string().describe('Name of the stack that did or found it.'),
  by: z.string().describe("A function's name, or a person as they told who they are."),
};

const permission = z.strictObject({
  projectId,
  project: projectAlias,
  permissionId: permissionId.nullable().describe("OpenAI's id of the permission, cp_…; null where it has none."),
  rule: z.string().nullable().describe('Name of the rule that wants it or, where nobody does any more, wanted it.'),
  origin: origin.nullable().describe("Whose wish it is or was; null where it was nobody's."),
  reason: z.string().nullable().describe('Why, for a person to read; null where there is nothing to say.'),
});

const repaired = permission.extend({
  repairing: z.boolean().describe('Whether it is about to be shared again; false = it is left so.'),
});

const aboutCheckpoint = {
  ...head,
  checkpoint,
  jobId: jobId.nullable().describe('The fine-tuning job, ftjob-…; null where it is not known.'),
  source: sourceAlias.nullable().describe('Alias of the source project; null where it is not known.'),
  plan: z.string().nullable().describe('Id of the plan that was carried out; null for none.'),
};

const MANY = 'Where they are very many, other events tell of the rest.';

const aboutPermissions = (which: string) =>
  z.strictObject({ ...aboutCheckpoint, permissions: z.array(permission).min(1).describe(`${which} ${MANY}`) });

/** The schema of each detail, by the detail-type. */
export const PUBLISHED_EVENTS = {
  'Checkpoint Shared': aboutPermissions('The permissions that OpenAI has granted.').describe(
    'OpenAI has granted a checkpoint to projects, because the policy or a person wanted it.',
  ),
  'Permission Drifted': z
    .strictObject({
      ...aboutCheckpoint,
      permissions: z.array(repaired).min(1).describe(`The permissions that are gone at OpenAI. ${MANY}`),
    })
    .describe('Permissions that are wanted are gone at OpenAI, and nobody took them away here.'),
  'Permission Revoked': aboutPermissions('The permissions that are no more.').describe(
    'Permissions are deleted at OpenAI, or were found to be gone with nobody wanting them any more.',
  ),
  'Share Rejected': aboutPermissions('The permissions that OpenAI refuses.').describe(
    'OpenAI refuses to grant a checkpoint to projects. It is tried again once a day without another event.',
  ),
  'Model Shutdown Ahead': z
    .strictObject({
      ...head,
      baseModel: z.string().describe('The model that OpenAI shuts down, its fine-tuned ones with it.'),
      date: z.iso.date().describe('The day; it comes at 00:00 UTC.'),
      source: z
        .enum(['sharing.yaml', 'openai', 'table'])
        .describe('Who names the day: table is what ships with the code.'),
      daysLeft: z.int().describe('A day that has begun counts as whole; 0 or less once the day has come.'),
      noticeDays: z.literal(THRESHOLDS).describe('Which of the notices this is.'),
      checkpoints: count.describe('Shared checkpoints that go with it.'),
      permissions: count.describe('Their permissions.'),
      projects: count.describe('Projects that have any of these.'),
      examples: z.array(checkpoint).describe('Some of the checkpoints; `ckpt list` shows all.'),
    })
    .describe(
      'Shared checkpoints stop working on a day that is known: once 90, 30 and 7 days ahead, and once it has come.',
    ),
  'Plan Needs Confirmation': z
    .strictObject({
      ...head,
      planId: z.string().describe('What `ckpt apply --confirm` takes.'),
      about: z
        .enum(['revocations', 'absences'])
        .describe('revocations: so many would be revoked. absences: so many do not show at OpenAI any more.'),
      permissions: count.describe('How many permissions it is about.'),
      tracked: count.describe('How many the ledger tracks.'),
    })
    .describe('Nothing is revoked, or taken for gone, before a person confirms it, because it is unusually much.'),
  'Key Expiring': z
    .strictObject({
      ...head,
      keyId: z.string().describe("OpenAI's id of the key; never its value."),
      name: z.string().describe('Its name at OpenAI.'),
      kind: z.enum(['admin', 'project']).describe('Whose key it is: of the organisation, or of a project.'),
      projectId: projectId.nullable().describe('Null for an admin key.'),
      project: projectAlias,
      expiresAt: isoTime.describe('When OpenAI stops taking it.'),
    })
    .describe('A key that the stack works with, or has made, expires soon.'),
} as const;

export type DetailType = keyof typeof PUBLISHED_EVENTS;
export type DetailOf<Type extends DetailType> = Told<(typeof PUBLISHED_EVENTS)[Type]>;
export type ToldPermission = Told<typeof permission>;
export type DriftedPermission = Told<typeof repaired>;
