/**
 * The metrics a checkpoint may carry, by their OpenAI names.
 * Source: `FineTuningJobCheckpoint.metrics` of OpenAI's OpenAPI document.
 */
export const METRICS = [
  'train_loss',
  'train_mean_token_accuracy',
  'valid_loss',
  'valid_mean_token_accuracy',
  'full_valid_loss',
  'full_valid_mean_token_accuracy',
] as const;

export type Metric = (typeof METRICS)[number];

/** What OpenAI says of one model that a job left, final or intermediate. */
export interface CheckpointFacts {
  /** The model id, `ft:<base>:<org>:<suffix>:<id>[:ckpt-step-<n>]`. */
  readonly checkpoint: string;
  /** Training step; null where the final model is not itself listed among the job's checkpoints. */
  readonly step: number | null;
  readonly final: boolean;
  readonly metrics: Readonly<Partial<Record<Metric, number>>>;
}

/** An item of one of OpenAI's lists that has another form than documented, and so is left out. */
export interface OddItem {
  /** OpenAI's id of it; null where it has none that could be one. */
  readonly id: string | null;
  readonly problem: string;
}

export function isOdd(item: object): item is OddItem {
  return 'problem' in item;
}

/** A fine-tuning job as OpenAI has described it: all that the policy needs, so that re-planning costs no call. */
export interface JobFacts {
  readonly jobId: string;
  /** Alias of the source project. */
  readonly source: string;
  /** OpenAI's own word; unknown ones are kept as they are. */
  readonly status: string;
  /** The base model as the job names it; may itself be an `ft:` id. */
  readonly baseModel: string;
  readonly finalModel: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly finishedAt: number | null;
  /** Null where OpenAI gives no number; absent in rows of before it was read. */
  readonly epochs?: number | null;
  readonly checkpoints: readonly CheckpointFacts[];
  /** Some of what OpenAI lists among the checkpoints and nobody can read; absent where there is none. */
  readonly odd?: readonly OddItem[];
}

/** A job's row in the ledger. */
export interface JobRecord extends JobFacts {
  readonly version: number;
  /** Digest of the policy that this job was last planned with; null until it has ended. */
  readonly plannedWith: string | null;
  /** Why nothing, or less than a rule asked for, was shared; null when there is nothing to say. */
  readonly note: string | null;
  /** Milliseconds since the epoch. */
  readonly observedAt: number;
  /** When it was first observed; left out in rows that older versions have written. Milliseconds since the epoch. */
  readonly heardAt?: number;
  /** Since when OpenAI is thought not to have told all of the ended job: ms since the epoch; absent when it has. */
  readonly unsureSince?: number;
  /** When it is to be read again, since OpenAI may not have told all of it: ms since the epoch; absent when it is not. */
  readonly lookAt?: number;
  /** A person does not want it looked at: nothing of it is shared, and no sweep takes it up. Time: ms since the epoch. */
  readonly forgotten?: { readonly at: number; readonly by: string | null };
}

const ENDED = new Set(['succeeded', 'failed', 'cancelled']);

/** Whether a job with this status will change no more. A status that is not known has not ended. */
export function hasEnded(status: string): boolean {
  return ENDED.has(status);
}
