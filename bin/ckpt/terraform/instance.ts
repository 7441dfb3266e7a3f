import type { Fields } from './json.ts';

export const PERMISSION_TYPE = 'openai_fine_tuning_checkpoint_permission';
export const JOB_TYPE = 'openai_fine_tuning_job';

/** One instance of a resource of these two types, of whichever form of the state. */
export interface Instance {
  readonly address: string;
  readonly type: string;
  /** Replaced already, and only there to be destroyed. */
  readonly isDeposed: boolean;
  /** Null where the state has none. */
  readonly attributes: Fields | null;
}

/** Data sources have the same types; they are read, not managed. */
export function isOfInterest({ mode = 'managed', type }: Fields): boolean {
  return mode === 'managed' && (type === PERMISSION_TYPE || type === JOB_TYPE);
}
