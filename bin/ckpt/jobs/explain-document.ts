import { explained } from '../../../lambdas/shared/contract/explain.ts';
import type { Told } from '../../../lambdas/shared/contract/parts.ts';
import { decidingPolicy } from '../../../lambdas/shared/contract/plan.ts';
import { policyFile } from '../other-policy.ts';

/** What `ckpt explain --json` prints. */
export const explainDocument = explained
  .extend({ policy: decidingPolicy.extend(policyFile).describe(decidingPolicy.description ?? '') })
  .describe(explained.description ?? '');
export type ExplainDocument = Told<typeof explainDocument>;
