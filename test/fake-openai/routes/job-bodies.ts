import { unixSeconds } from '../pages.ts';
import { availableCheckpoints, type FakeCheckpoint, type FakeJob } from '../state/jobs.ts';
import type { World } from '../state/world.ts';

/** `FineTuningJob` of OpenAI's OpenAPI document. */
export function jobBody(job: FakeJob, world: World): unknown {
  const { quirks } = world;
  const succeeded = job.status === 'succeeded';
  const isNamed = succeeded && hasBeen(job, quirks.modelLagMs, world);
  const epochs = quirks.epochs === 'auto' ? 'auto' : job.checkpoints.length;
  const hyperparameters = { n_epochs: epochs, batch_size: 1, learning_rate_multiplier: 1.8 };
  return distorted(world, {
    object: 'fine_tuning.job',
    id: job.id,
    model: job.baseModel,
    created_at: unixSeconds(job.createdAt),
    finished_at: job.finishedAt === null ? null : unixSeconds(job.finishedAt),
    fine_tuned_model: isNamed ? job.finalModel : null,
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
  });
}

/** `FineTuningJobCheckpoint` of OpenAI's OpenAPI document. */
export function checkpointBody(checkpoint: FakeCheckpoint, job: FakeJob, world: World): unknown {
  return distorted(world, {
    object: 'fine_tuning.job.checkpoint',
    id: checkpoint.id,
    created_at: unixSeconds(job.finishedAt ?? job.createdAt),
    fine_tuned_model_checkpoint: checkpoint.checkpoint,
    fine_tuning_job_id: job.id,
    metrics: hasBeen(job, world.quirks.metricsLagMs, world) ? checkpoint.metrics : {},
    step_number: checkpoint.step,
  });
}

/** The checkpoints that a job lists by now, lowest step first. */
export function listedCheckpoints(job: FakeJob, world: World): readonly FakeCheckpoint[] {
  const { finalModelListed, checkpointsLagMs, checkpointsKept } = world.quirks;
  const listed = availableCheckpoints(job)
    .filter(({ final }) => !final || finalModelListed)
    .filter((_, index) => hasBeen(job, (index + 1) * checkpointsLagMs, world));
  return checkpointsKept === null ? listed : listed.slice(-checkpointsKept);
}

/** Whether a job ended so long ago. */
function hasBeen({ finishedAt }: FakeJob, ms: number, { now }: World): boolean {
  return finishedAt !== null && now() >= finishedAt + ms;
}

/** The body as a test has it told instead, if it does. */
function distorted<Body extends { readonly id: string }>(world: World, body: Body): unknown {
  if (!world.distortions.has(body.id)) return body;
  const other = world.distortions.get(body.id);
  return typeof other === 'object' && other !== null ? { ...body, ...other } : other;
}

function jobError({ status }: FakeJob, otherwise: 'null' | 'empty-object') {
  if (status === 'failed') {
    return { code: 'exceeded_quota', message: 'The fake let this job fail.', param: 'training_file' };
  }
  return otherwise === 'null' ? null : {};
}
