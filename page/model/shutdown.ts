import { matchesGlob } from '../../lambdas/core/policy/glob.ts';
import { daysUntil } from '../../lambdas/core/shutdown/days.ts';
import { KNOWN_DATES } from '../../lambdas/core/shutdown/known-dates.ts';
import type { ShutdownStatus } from '../../lambdas/shared/contract/operator.ts';

export interface ShutdownTold {
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** 0 or less once the date has come. */
  readonly daysLeft: number;
  /** Who says so, for a person to read. */
  readonly says: string;
}

const SAYS: Readonly<Record<ShutdownStatus['source'], string>> = {
  openai: 'OpenAI',
  table: 'announced by OpenAI, as known when this was written',
  'sharing.yaml': 'sharing.yaml',
};

/**
 * When a base model shuts down, as the system says of those within 90 days; else as the table of known dates has it. Undefined where
 * nobody names a date. `now` in milliseconds since the epoch.
 */
export function shutdownTold(
  baseModel: string,
  told: readonly ShutdownStatus[],
  now: number,
): ShutdownTold | undefined {
  const own = told.find((each) => each.baseModel === baseModel);
  if (own) return { date: own.date, daysLeft: own.daysLeft, says: SAYS[own.source] };
  const known = KNOWN_DATES.find(({ baseModels }) => baseModels.some((glob) => matchesGlob(glob, baseModel)));
  return known && { date: known.date, daysLeft: daysUntil(known.date, now), says: SAYS.table };
}
