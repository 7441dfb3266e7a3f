import { z } from 'zod';
import { LANES } from '../../../lambdas/core/ports.ts';
import type {
  LeftAsItIs,
  PlanGuard,
  PlannedCalls,
  PlannedCheckpoint,
  UnmatchedRule,
} from '../../../lambdas/shared/contract/operator.ts';
import { CHANGES } from '../../../lambdas/shared/contract/plan.ts';
import type { PlanDocument } from '../plan.ts';
import {
  checkpoint,
  count,
  countsOf,
  isoTime,
  jobId,
  permissionId,
  projectAlias,
  projectId,
  region,
  sha256,
  sourceAlias,
  stack,
} from './parts.ts';
import { schemaOf } from './schema-of.ts';

export const changeCounts = countsOf(CHANGES, 'Changes of this kind.').describe(
  'How many changes of each kind there are.',
);

export const plannedCalls = schemaOf<PlannedCalls>()(
  countsOf(LANES, 'Calls of this kind.')
    .extend({ seconds: count.describe("How long they take at the pacer's pace as of now, the kinds side by side.") })
    .describe('The admin calls that all of it takes: create = POST, list = GET, delete = DELETE.'),
);

const plannedCheckpoint = schemaOf<PlannedCheckpoint>()(
  z.strictObject({
    checkpoint,
    jobId: jobId.nullable().describe('The fine-tuning job, ftjob-…; null where it is in no source.'),
    source: sourceAlias.nullable().describe('Alias of the source project; null where the job is in none.'),
    changes: z
      .array(
        z.strictObject({
          change: z
            .enum(CHANGES)
            .describe(
              'share: a POST grants it. adopt: it is at OpenAI, and becomes ours. change: it stays, under another id, rule or terms. revoke: a DELETE takes it away. orphan: no rule wants it, and it is kept. report: it differs, and is left so. close: it is gone, and nobody wants it. look-up: a LIST has to tell.',
            ),
          projectId,
          project: projectAlias,
          permissionId: permissionId
            .nullable()
            .describe("OpenAI's id of the permission, cp_…; null where there is none."),
          reason: z.string().describe('Why, for a person to read.'),
          underWay: z.boolean().describe('Whether it is in the ledger already, and is being carried out.'),
        }),
      )
      .describe('What is to be done about its permissions.'),
  }),
);

const guard = schemaOf<PlanGuard>()(
  z
    .strictObject({
      id: z.string().nullable().describe('What --confirm takes; null when nothing is to be revoked.'),
      revocations: count.describe('How many permissions are to be revoked.'),
      tracked: count.describe('Permissions in force that the ledger tracks.'),
      state: z
        .enum(['none', 'allowed', 'confirmed', 'waiting'])
        .describe('waiting: the revocations are too many, and nobody has confirmed them.'),
      voided: z
        .string()
        .nullable()
        .describe(
          'While it waits: why the last confirmation does not let it through, for a person to read; null where there was none.',
        ),
    })
    .describe('Many revocations in one plan are likely a mistake: beyond a share they take a person.'),
);

const left = schemaOf<LeftAsItIs>()(
  z
    .strictObject({
      drifted: count.describe('Gone at OpenAI, and only reported; the flapping ones included.'),
      flapping: count.describe('Repaired so often that they are left alone.'),
      rejected: count.describe('Refused by OpenAI; tried again once a day.'),
      paused: count.describe('Set aside because their rule or source is paused.'),
    })
    .describe('How many permissions stay as they are until something changes.'),
);

const unmatchedRule = schemaOf<UnmatchedRule>()(
  z.strictObject({
    rule: z.string().describe('Name of the rule.'),
    permissions: count.describe('Permissions in force that it wanted last.'),
  }),
);

/** What `ckpt plan` prints, and `--out` writes. */
export const planDocument = schemaOf<PlanDocument>()(
  z
    .strictObject({
      version: z.literal(1).describe('Of the form of this document.'),
      stack,
      region,
      id: z.string().describe('Of the plan as a whole: the same changes by the same policy have the same id.'),
      at: isoTime.describe('When it was made.'),
      policyDigest: sha256.describe('SHA-256, hex, of what the deployed policy decides.'),
      checkpoints: z
        .array(plannedCheckpoint)
        .describe('In their order; not all of them where the answer would be too large: see leftOut.'),
      leftOut: count.describe('Changes that are counted, and are not in checkpoints.'),
      counts: changeCounts,
      underWay: count.describe('Of these, those that are in the ledger already and are being carried out.'),
      calls: plannedCalls,
      guard,
      left,
      unmatchedRules: z
        .array(unmatchedRule)
        .describe(
          'While pruning is on: rules that have wanted something and match no job any more, which is more likely a mistake than meant.',
        ),
    })
    .describe('What would bring OpenAI to the policy, for all that the ledger knows.'),
);
