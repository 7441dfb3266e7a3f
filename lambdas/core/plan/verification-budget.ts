import type { AuditState } from '../model/system-state.ts';
import type { ReconcileSettings } from '../policy/policy.ts';

const DAY_SECONDS = 24 * 60 * 60;

/**
 * Whether the audit log tells of changes, as far as anybody knows. Where it does, a list only confirms what it tells,
 * once a day; without it, lists are the only truth.
 */
export function isAudited({ auditLog }: ReconcileSettings, { access }: Pick<AuditState, 'access'>): boolean {
  return auditLog !== 'off' && access !== 'off';
}

/** A checkpoint that was seen less than so many seconds ago is not listed again. */
export function restSeconds({ everySeconds }: ReconcileSettings, audited: boolean): number {
  return audited ? DAY_SECONDS : everySeconds;
}

/** Checkpoints that one reconcile puts up for verification at most. */
export function budgetOf({ everySeconds, verifyPerMinute }: ReconcileSettings): number {
  return Math.ceil((verifyPerMinute * everySeconds) / 60);
}

/** LIST calls a day that verification takes if it takes `calls` to list everything once. */
export function listsPerDay(settings: ReconcileSettings, calls: number, audited: boolean): number {
  const budget = (budgetOf(settings) * DAY_SECONDS) / settings.everySeconds;
  return Math.floor(Math.min(budget, (calls * DAY_SECONDS) / restSeconds(settings, audited)));
}

/** How long one pass over everything takes, in seconds; null when there is nothing to list, or no budget for it. */
export function fullPassSeconds({ verifyPerMinute }: ReconcileSettings, calls: number, pacedPerMinute: number) {
  const perMinute = Math.min(verifyPerMinute, pacedPerMinute);
  return calls === 0 || perMinute === 0 ? null : Math.ceil((calls * 60) / perMinute);
}
