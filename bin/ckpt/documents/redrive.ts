import { z } from 'zod';
import type { Redriven } from '../../../lambdas/shared/contract/operator.ts';
import { count, jobId } from './parts.ts';
import { schemaOf } from './schema-of.ts';

/** What `ckpt redrive` prints. */
export const redriveDocument = schemaOf<Redriven>()(
  z
    .strictObject({
      moved: count.describe('Messages that were moved back into the queue.'),
      jobIds: z.array(jobId).describe('The jobs that they ask to look at, each once.'),
      left: z.boolean().describe('Whether more may be left.'),
      unreadable: count.describe('Messages that were left where they are, because they name no job.'),
    })
    .describe('What became of the dead letters.'),
);
