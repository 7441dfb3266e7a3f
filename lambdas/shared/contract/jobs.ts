import { z } from 'zod';
import { METRICS, type Metric } from '../../core/model/job.ts';
import { checkpoint, count, isoTime, jobId, sourceAlias, type Told } from './parts.ts';

/** The keys of a job, wherever it is told of. */
export const jobKeys = {
  jobId,
  source: sourceAlias,
  status: z.string().describe("In OpenAI's words: succeeded, failed, cancelled, running, …."),
  baseModel: z.string().describe('The model that was fine-tuned, as the job names it; may itself be an ft:… id.'),
  finalModel: z.string().nullable().describe('Model id of the final model; null while there is none.'),
  createdAt: isoTime.describe('When it was created at OpenAI.'),
  finishedAt: isoTime.nullable().describe('When it ended at OpenAI; null while it runs.'),
  observedAt: isoTime.describe('When it was last looked at.'),
  note: z.string().nullable().describe('Why nothing, or less than a rule asked for, was shared.'),
} as const;

export const listedJob = z.strictObject({ ...jobKeys, checkpoints: count.describe('How many models it left.') });
export type ListedJob = Told<typeof listedJob>;

/** Forgotten jobs are left out. */
export interface JobsPage {
  /** May be empty though more pages follow. */
  readonly jobs: readonly ListedJob[];
  readonly cursor: string | null;
}

const metric = z.number().exactOptional().describe('As OpenAI gives it under this name.');

const metrics = z
  .strictObject(Object.fromEntries(METRICS.map((name) => [name, metric])) as Record<Metric, typeof metric>)
  .describe("OpenAI's metrics of it, as far as there are any.");

/** One model that a job left. */
export const jobCheckpoint = z.strictObject({
  checkpoint,
  step: count
    .nullable()
    .describe("Training step; null where the final model is not listed among the job's checkpoints."),
  final: z.boolean().describe("Whether it is the job's final model."),
  metrics,
  sharedWith: z.array(z.string()).describe('Projects that have it, by alias where they have one.'),
  pending: z.array(z.string()).describe('Projects that are to have it and do not (yet).'),
});
export type JobCheckpoint = Told<typeof jobCheckpoint>;

/** What `ckpt show` prints of a job, and `ckpt adopt` of one that it has taken in. */
export const shownJob = z
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
  .describe('What is known of one fine-tuning job.');
export type ShownJob = Told<typeof shownJob>;
