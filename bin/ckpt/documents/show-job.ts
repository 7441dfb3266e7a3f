import { z } from 'zod';
import { METRICS, type Metric } from '../../../lambdas/core/model/job.ts';
import type { JobCheckpoint, ShownJob } from '../../../lambdas/shared/contract/operator.ts';
import { jobKeys } from './jobs.ts';
import { checkpoint, count, isoTime } from './parts.ts';
import { schemaOf } from './schema-of.ts';

const metric = z.number().exactOptional().describe('As OpenAI gives it under this name.');

const metrics = z
  .strictObject(Object.fromEntries(METRICS.map((name) => [name, metric])) as Record<Metric, typeof metric>)
  .describe("OpenAI's metrics of it, as far as there are any.");

/** One model that a job left. */
export const jobCheckpoint = schemaOf<JobCheckpoint>()(
  z.strictObject({
    checkpoint,
    step: count
      .nullable()
      .describe("Training step; null where the final model is not listed among the job's checkpoints."),
    final: z.boolean().describe("Whether it is the job's final model."),
    metrics,
    sharedWith: z.array(z.string()).describe('Projects that have it, by alias where they have one.'),
    pending: z.array(z.string()).describe('Projects that are to have it and do not (yet).'),
  }),
);

/** What `ckpt show` prints of a job, and `ckpt adopt` of one that it has taken in. */
export const shownJob = schemaOf<ShownJob>()(
  z
    .strictObject({
      ...jobKeys,
      metadata: z.record(z.string(), z.string()).describe('As it was given to OpenAI.'),
      forgotten: z
        .strictObject({
          at: isoTime.describe('When it was forgotten.'),
          by: z.string().nullable().describe('Who had it forgotten, as they told it; null when they did not.'),
        })
        .nullable()
        .describe('Null unless a person had it forgotten.'),
      checkpoints: z.array(jobCheckpoint).describe('By step, the final model last.'),
    })
    .describe('What is known of one fine-tuning job.'),
);
