import { z } from 'zod';
import { ORIGINS, PERMISSION_STATES } from '../../core/model/permission.ts';

// The parts of which the documents are made. This file and those that import it are run by the CLI alone: whatever runs in a
// function takes the types only, which cost nothing there.
// The prefixes of OpenAI's ids are OpenAI's to change: they are described, and not insisted on.

/** What a schema says, as a type: whoever gets it only reads it. */
export type Told<Schema extends z.ZodType> = ReadOnly<z.output<Schema>>;

type ReadOnly<Value> = Value extends object ? { readonly [Key in keyof Value]: ReadOnly<Value[Key]> } : Value;

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** A time in UTC with milliseconds. */
export const isoTime = z.string().regex(ISO_TIME).meta({ format: 'date-time' });

/** A whole number, 0 or more. */
export const count = z.int().min(0);

/** How many of each: every key is there. `each` says what is counted. */
export function countsOf<const Key extends string>(keys: readonly Key[], each: string) {
  const described = count.describe(each);
  return z.strictObject(Object.fromEntries(keys.map((key) => [key, described])) as Record<Key, typeof count>);
}

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const checkpoint = z.string().regex(/^ft:/).describe('Model id, ft:<base>:<org>:<suffix>:<id>[:ckpt-step-<n>].');

export const projectId = z.string().describe("OpenAI's id of the project, proj_….");

export const projectAlias = z
  .string()
  .nullable()
  .describe('Alias of the project in sharing.yaml; null where it has none there.');

export const permissionId = z.string().describe("OpenAI's id of the permission, cp_….");

export const jobId = z.string().describe("OpenAI's id of the fine-tuning job, ftjob-….");

export const sourceAlias = z.string().describe('Alias of the source project.');

export const permissionState = z
  .enum(PERMISSION_STATES)
  .describe(
    'pending: wanted, not yet done. unknown: in flight, or the answer never came. active: granted. drifted: gone at OpenAI, and left so. rejected: OpenAI refuses it. orphaned: no rule wants it any more, kept. revoking: to be deleted. revoked: deleted. foreign: not ours.',
  );

export const permissionCounts = countsOf(PERMISSION_STATES, 'Permissions in this state.').describe(
  'How many permissions are in each state.',
);

export const origin = z
  .enum(ORIGINS)
  .describe('Whose wish it is: a rule (policy) or a pin of sharing.yaml, somebody who adopted it, or an operator.');

export const onDrift = z
  .enum(['repair', 'report'])
  .describe('What is done when it is gone at OpenAI: shared again, or only reported.');

/** Which stack a document is of. */
export const where = {
  stack: z.string().describe('Name of the stack that answered.'),
  region: z.string().describe('Its AWS region.'),
};

/** A project, and its alias where it has one. */
export const namedProject = z.strictObject({ projectId, project: projectAlias });
