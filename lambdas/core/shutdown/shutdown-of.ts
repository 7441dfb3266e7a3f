import { parseModelName } from '../model/ids.ts';
import type { ModelRecord } from '../model/openai-model.ts';
import { matchesGlob } from '../policy/glob.ts';
import type { Policy } from '../policy/policy.ts';
import { KNOWN_DATES } from './known-dates.ts';

/** Who says so: whoever deploys, OpenAI's API, or the table that ships with the code. */
export type ShutdownSource = 'sharing.yaml' | 'openai' | 'table';

export interface Shutdown {
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly source: ShutdownSource;
}

/** The base model that a checkpoint's id names; undefined for what is no checkpoint. */
export function baseModelOf(checkpoint: string): string | undefined {
  return parseModelName(checkpoint)?.base;
}

/** The word of `sharing.yaml` on a base model: the first glob that fits. */
export function overrideOf({ shutdowns }: Policy, baseModel: string) {
  return shutdowns.find((override) => matchesGlob(override.baseModel, baseModel));
}

/**
 * When a checkpoint shuts down; undefined where nobody names a date, or `sharing.yaml` says never. The policy's word goes
 * before OpenAI's, that on the checkpoint itself before that on its base, and all of them before the table.
 */
export function shutdownOf(
  policy: Policy,
  checkpoint: string,
  models: ReadonlyMap<string, ModelRecord>,
): Shutdown | undefined {
  const baseModel = baseModelOf(checkpoint);
  if (baseModel === undefined) return undefined;
  const override = overrideOf(policy, baseModel);
  if (override !== undefined) {
    return override.date === null ? undefined : { date: override.date, source: 'sharing.yaml' };
  }
  const said = models.get(checkpoint)?.shutdownDate ?? models.get(baseModel)?.shutdownDate ?? null;
  if (said !== null) return { date: said, source: 'openai' };
  const known = KNOWN_DATES.find(({ baseModels }) => baseModels.some((glob) => matchesGlob(glob, baseModel)));
  return known && { date: known.date, source: 'table' };
}
