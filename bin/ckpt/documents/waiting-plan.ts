import { z } from 'zod';
import type { WaitingPlanStatus } from '../../../lambdas/shared/contract/operator.ts';
import { count, isoTime } from './parts.ts';
import { schemaOf } from './schema-of.ts';

/** Revocations that are too many to be carried out before a person has confirmed them. */
export const waitingPlan = schemaOf<WaitingPlanStatus>()(
  z.strictObject({
    id: z.string().describe('What "ckpt apply --confirm" takes.'),
    revocations: count.describe('How many permissions it revokes.'),
    tracked: count.describe('Permissions that the ledger tracked when the plan was made.'),
    since: isoTime.describe('When it was first made.'),
    confirmed: z.boolean().describe('Whether a person has let it through; it is not carried out yet.'),
  }),
);
