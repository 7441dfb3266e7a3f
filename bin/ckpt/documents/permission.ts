import { z } from 'zod';
import type { ListedPermission } from '../../../lambdas/shared/contract/operator.ts';
import {
  checkpoint,
  isoTime,
  jobId,
  origin,
  permissionId,
  permissionState,
  projectAlias,
  projectId,
  sourceAlias,
} from './parts.ts';
import { schemaOf } from './schema-of.ts';

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
export const listedPermission = schemaOf<ListedPermission>()(z.strictObject(permissionKeys));
