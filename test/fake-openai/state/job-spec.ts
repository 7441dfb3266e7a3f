import type { Ids } from '../ids.ts';
import type { Random } from '../random.ts';
import type { FakeCheckpoint, FakeJob, FakeMetrics } from './jobs.ts';

/** A checkpoint to come; what is left out is made up. */
export interface CheckpointSpec {
  readonly id?: string;
  readonly checkpoint?: string;
  readonly step?: number;
  readonly metrics?: FakeMetrics;
}

/** A job to come; what is left out is made up. */
export interface JobSpec {
  /** The project that it runs in, and that owns what it leaves. */
  readonly projectId: string;
  readonly id?: string;
  /** `gpt-4o-mini-2024-07-18` unless told; may be an `ft:` id. */
  readonly baseModel?: string;
  readonly suffix?: string;
  readonly metadata?: Readonly<Record<string, string>> | null;
  /** `succeeded` unless told. Any word may be given: OpenAI has used some that no document has. */
  readonly status?: string;
  /** The name of the final model, `ft:…`. */
  readonly finalModel?: string;
  /** How many checkpoints, or which ones, lowest step first. The last one is the final model. 3 unless told. */
  readonly checkpoints?: number | readonly CheckpointSpec[];
  readonly trainingFile?: string;
  readonly validationFile?: string | null;
  readonly seed?: number;
  /** Milliseconds since the epoch; now unless told. */
  readonly createdAt?: number;
}

/** What a spec is completed with. */
export interface JobSources {
  readonly ids: Ids;
  readonly random: Random;
  readonly now: () => number;
  /** As it appears in the names of models. */
  readonly organization: string;
}

const STEPS_PER_EPOCH = 88;

export function buildJob(spec: JobSpec, { ids, random, now, organization }: JobSources): FakeJob {
  const { baseModel = 'gpt-4o-mini-2024-07-18', suffix = '', status = 'succeeded', checkpoints = 3 } = spec;
  const [foundation = ''] = baseModel.replace(/^ft:/, '').split(':');
  const newModel = () => `ft:${foundation}:${organization}:${suffix}:${ids.model()}`;
  const finalModel = spec.finalModel ?? newModel();
  const specs = typeof checkpoints === 'number' ? Array.from({ length: checkpoints }, () => ({})) : checkpoints;
  const createdAt = spec.createdAt ?? now();
  return {
    id: spec.id ?? ids.job(),
    projectId: spec.projectId,
    baseModel,
    metadata: spec.metadata ?? null,
    trainingFile: spec.trainingFile ?? ids.file(),
    validationFile: spec.validationFile === undefined ? ids.file() : spec.validationFile,
    seed: spec.seed ?? Math.floor(random() * 2 ** 31),
    createdAt,
    finishedAt: ENDED.has(status) ? now() : null,
    status,
    finalModel,
    checkpoints: specs.map((given: CheckpointSpec, index): FakeCheckpoint => {
      const final = index === specs.length - 1;
      const step = given.step ?? (index + 1) * STEPS_PER_EPOCH;
      return {
        id: given.id ?? ids.checkpoint(),
        checkpoint: final ? finalModel : (given.checkpoint ?? `${newModel()}:ckpt-step-${step}`),
        step,
        final,
        metrics: given.metrics ?? metricsAt(index, step),
      };
    }),
  };
}

/** The statuses that end a job. */
export const ENDED: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled']);

/** Losses that fall and accuracies that rise from one epoch to the next. */
function metricsAt(index: number, step: number): FakeMetrics {
  const loss = 0.8 ** (index + 1);
  const round = (value: number) => Math.round(value * 10_000) / 10_000;
  return {
    step,
    train_loss: round(loss * 0.9),
    train_mean_token_accuracy: round(1 - loss * 0.45),
    valid_loss: round(loss),
    valid_mean_token_accuracy: round(1 - loss * 0.5),
    full_valid_loss: round(loss * 1.1),
    full_valid_mean_token_accuracy: round(1 - loss * 0.55),
  };
}
