import { z } from 'zod';
import type { Mistake } from '../../../lambdas/core/policy/parse.ts';
import type { ConfigDocument } from '../config-check.ts';
import type { DeployedPolicy } from '../deployed-policy.ts';
import { count, region, sha256, stack } from './parts.ts';
import { policySummary } from './policy-summary.ts';
import { schemaOf } from './schema-of.ts';

const file = z.string().describe('The policy file, as it was named; - for standard input.');

const mistake = schemaOf<Mistake>()(
  z.strictObject({
    line: count.describe('Counted from 1.'),
    column: count.describe('Counted from 1.'),
    path: z.string().describe('As in rules[0].match.suffix; empty for the file as a whole.'),
    message: z.string().describe('What to write instead. Never repeats a value of the file.'),
  }),
);

const warnings = z
  .array(mistake)
  .describe('What is no mistake and probably not meant, in the order of the file. Deployed all the same.');

const deployed = schemaOf<DeployedPolicy>()(
  z.strictObject({
    stack,
    region,
    digest: sha256.describe('SHA-256, hex, of what the policy of the stack decides.'),
    same: z.boolean().describe('Whether both decide the same.'),
  }),
);

/** What `ckpt config check` prints. */
export const configDocument = schemaOf<ConfigDocument>()(
  z
    .discriminatedUnion('valid', [
      z
        .strictObject({
          valid: z.literal(true).describe('Whether the file has no mistakes.'),
          file,
          mistakes: z.tuple([]).describe('None.'),
          warnings,
          digest: sha256.describe('SHA-256, hex, of what decides who gets and who keeps what.'),
          summary: policySummary,
          deployed: deployed.exactOptional().describe('With --deployed only: the policy that the stack follows.'),
        })
        .describe('A file without mistakes.'),
      z
        .strictObject({
          valid: z.literal(false).describe('Whether the file has no mistakes.'),
          file,
          mistakes: z.array(mistake).describe('All of them, in the order of the file.'),
          warnings,
          digest: z.null().describe('Not known.'),
          summary: z.null().describe('Not known.'),
        })
        .describe('A file with mistakes.'),
    ])
    .describe('What a policy file amounts to, or the mistakes in it.'),
);
