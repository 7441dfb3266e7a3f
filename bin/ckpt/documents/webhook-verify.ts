import { z } from 'zod';
import type { DeliveryCheck } from '../../../lambdas/shared/contract/operator.ts';
import type { VerifiedDocument } from '../webhook-verify.ts';
import { jobId, sourceAlias } from './parts.ts';
import { schemaOf } from './schema-of.ts';

const check = schemaOf<DeliveryCheck>()(
  z.strictObject({
    check: z
      .enum(['id', 'timestamp-format', 'signature-format', 'timestamp-tolerance', 'signature', 'event'])
      .describe('What was checked.'),
    passed: z.boolean().describe('Whether it passed.'),
    message: z.string().nullable().describe('Why it failed, or what was found.'),
  }),
);

/** What `ckpt webhook verify` prints. */
export const verifiedDocument = schemaOf<VerifiedDocument>()(
  z
    .strictObject({
      source: sourceAlias,
      doubt: z.string().nullable().describe('Why what was read may not be what was delivered; null where it is.'),
      accepted: z.boolean().describe('Whether the webhook function would take it at that moment.'),
      checks: z
        .array(check)
        .describe('In the order in which they are made; those after a failed one are made all the same.'),
      event: z
        .strictObject({
          type: z.string().describe('Of the event.'),
          jobId: jobId.nullable().describe('The job that it is about, ftjob-…; null where it is about none.'),
        })
        .nullable()
        .describe('What it asks for; null when it is no event.'),
    })
    .describe('Why a captured delivery is accepted or refused.'),
);
