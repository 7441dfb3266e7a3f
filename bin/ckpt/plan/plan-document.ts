import { z } from 'zod';
import { type Told, where } from '../../../lambdas/shared/contract/parts.ts';
import { plannedPolicy, planResult } from '../../../lambdas/shared/contract/plan.ts';
import { policyFile } from '../other-policy.ts';

/** What `ckpt plan --json` prints, and `--out` writes. */
export const planDocument = z
  .strictObject({
    version: z.literal(1).describe('Of the form of this document.'),
    ...where,
    ...planResult.shape,
    policy: plannedPolicy.extend(policyFile).describe(plannedPolicy.description ?? ''),
  })
  .describe('What would bring OpenAI to the policy, for all that the ledger knows.');
export type PlanDocument = Told<typeof planDocument>;
