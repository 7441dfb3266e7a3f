import { z } from 'zod';
import type { AppliedDocument, ApplyDocument, BelievedDocument, ConfirmedDocument } from '../apply.ts';
import { count, region, stack } from './parts.ts';
import { changeCounts, planDocument, plannedCalls } from './plan.ts';
import { schemaOf } from './schema-of.ts';

const applied = schemaOf<AppliedDocument>()(
  z
    .strictObject({
      stack,
      region,
      planId: z.string().describe('Of the plan that was applied.'),
      counts: changeCounts,
      underWay: count.describe('Of these, those that were being carried out already.'),
      calls: plannedCalls,
      checkpoints: count.describe('Checkpoints that were to be written to the ledger.'),
      notWritten: count.describe('Those of them that were not written: plan again.'),
      unwritten: z
        .array(
          z.strictObject({
            row: z.string().describe('Mostly a checkpoint.'),
            reason: z.string().describe('Why it could not be written.'),
          }),
        )
        .describe('The first of these that could not be written; for the others there was no time.'),
    })
    .describe('A plan was applied; it is being carried out.'),
);

const confirmed = schemaOf<ConfirmedDocument>()(
  z
    .strictObject({
      stack,
      region,
      id: z.string().describe('What was given to --confirm.'),
      revocations: count.describe('How many permissions will be revoked.'),
      tracked: count.describe('Permissions that the ledger tracked when the plan was made.'),
    })
    .describe('The plan that waited was let through, and a reconcile was started, which carries it out.'),
);

const believed = schemaOf<BelievedDocument>()(
  z
    .strictObject({
      stack,
      region,
      id: z.string().describe('What was given to --confirm.'),
      absent: count.describe('How many permissions are taken for gone where OpenAI says so once more.'),
      tracked: count.describe('Permissions that the ledger tracked then.'),
    })
    .describe('What has vanished at OpenAI, and waited for a person, is believed to be gone.'),
);

/** What `ckpt apply` prints: a plan where it has nothing to add. */
export const applyDocument = schemaOf<ApplyDocument>()(
  z
    .union([applied, confirmed, believed, planDocument])
    .describe('What was applied or confirmed, or a plan with nothing to do.'),
);
