import { z } from 'zod';
import type { Repaired } from '../../../lambdas/shared/contract/operator.ts';
import { namedProject } from './named-project.ts';
import { checkpoint } from './parts.ts';
import { schemaOf } from './schema-of.ts';

/** What `ckpt repair` prints. */
export const repairDocument = schemaOf<Repaired>()(
  z
    .strictObject({
      checkpoint,
      projects: z.array(namedProject).describe('With which it is to be shared again.'),
    })
    .describe('What is shared once more.'),
);
