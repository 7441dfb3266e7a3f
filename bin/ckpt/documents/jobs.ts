import { z } from 'zod';
import type { ListedJob } from '../../../lambdas/shared/contract/operator.ts';
import type { JobsDocument } from '../jobs.ts';
import { count, isoTime, jobId, sourceAlias } from './parts.ts';
import { schemaOf } from './schema-of.ts';

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

const listedJob = schemaOf<ListedJob>()(
  z.strictObject({ ...jobKeys, checkpoints: count.describe('How many models it left.') }),
);

/** What `ckpt jobs` prints. */
export const jobsDocument = schemaOf<JobsDocument>()(
  z.array(listedJob).describe('The fine-tuning jobs of the ledger, the newest first; forgotten ones are left out.'),
);
