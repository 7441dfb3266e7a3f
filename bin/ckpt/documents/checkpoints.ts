import { z } from 'zod';
import type { CheckpointsDocument } from '../checkpoints.ts';
import { jobKeys } from './jobs.ts';
import { schemaOf } from './schema-of.ts';
import { jobCheckpoint } from './show-job.ts';

/** What `ckpt checkpoints` prints. */
export const checkpointsDocument = schemaOf<CheckpointsDocument>()(
  z
    .strictObject({
      jobId: jobKeys.jobId,
      source: jobKeys.source,
      status: jobKeys.status,
      checkpoints: z.array(jobCheckpoint).describe('By step, the final model last.'),
    })
    .describe('The models that a job left, and who has them.'),
);
