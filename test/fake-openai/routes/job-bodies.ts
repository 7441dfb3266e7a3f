import { unixSeconds } from '../pages.ts';
import type { FakeCheckpoint, FakeJob } from '../state/jobs.ts';
import type { World } from '../state/world.ts';

/** `FineTuningJob` of OpenAI's OpenAPI document. */
export function jobBody(job: FakeJob, { quirks }: World) {
  const succeeded = job.status === 'succeeded';
  const hyperparameters = { n_epochs: job.checkpoints.length, batch_size: 1, learning_rate_multiplier: 1.8 };
  return {
    object: 'fine_tuning.job',
    id: job.id,
    model: job.baseModel,
    created_at: unixSeconds(job.createdAt),
    finished_at: job.finishedAt === null ? null : unixSeconds(job.finishedAt),
    fine_tuned_model: succeeded ? job.finalModel : null,
    organization_id: 'org-FakeOrganization0000',
    result_files: succeeded ? ['file-FakeResults000000000000'] : [],
    status: job.status,
    validation_file: job.validationFile,
    training_file: job.trainingFile,
    hyperparameters,
    trained_tokens: succeeded ? 5_768 : null,
    error: jobError(job, quirks.jobErrorOnSuccess),
    integrations: [],
    seed: job.seed,
    estimated_finish: null,
    method: { type: 'supervised', supervised: { hyperparameters } },
    metadata: job.metadata,
    ...(quirks.undocumentedFields && { shared_with_openai: false, eval_id: null, usage_metrics: null }),
  };
}

/** `FineTuningJobCheckpoint` of OpenAI's OpenAPI document. */
export function checkpointBody(checkpoint: FakeCheckpoint, job: FakeJob) {
  return {
    object: 'fine_tuning.job.checkpoint',
    id: checkpoint.id,
    created_at: unixSeconds(job.finishedAt ?? job.createdAt),
    fine_tuned_model_checkpoint: checkpoint.checkpoint,
    fine_tuning_job_id: job.id,
    metrics: checkpoint.metrics,
    step_number: checkpoint.step,
  };
}

function jobError({ status }: FakeJob, otherwise: 'null' | 'empty-object') {
  if (status === 'failed') {
    return { code: 'exceeded_quota', message: 'The fake let this job fail.', param: 'training_file' };
  }
  return otherwise === 'null' ? null : {};
}
