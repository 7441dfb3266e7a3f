/** The parts of a fine-tuned model's id. */
export interface CheckpointName {
  /** The foundation model the id names. */
  readonly base: string;
  readonly organization: string;
  /** Empty when the job had none. */
  readonly suffix: string;
}

const CHECKPOINT = /^ft:([^:/\s]+):([^:/\s]*):([^:/\s]*):([^:/\s]+)(?::ckpt-step-\d+)?$/;

/**
 * Reads `ft:<base>:<org>:<suffix>:<id>[:ckpt-step-<n>]`; undefined for anything else, an `ftckpt_…` id included
 * (the permission API answers 500 to those).
 */
export function parseCheckpointName(checkpoint: string): CheckpointName | undefined {
  const [, base, organization, suffix] = CHECKPOINT.exec(checkpoint) ?? [];
  if (base === undefined || organization === undefined || suffix === undefined) return undefined;
  return { base, organization, suffix };
}

/** An OpenAI project id, `proj_…`. */
export const PROJECT_ID = /^proj_[A-Za-z0-9_-]+$/;

/** A fine-tuning job id, `ftjob-…`. */
export const JOB_ID = /^ftjob-[A-Za-z0-9_-]{1,128}$/;
