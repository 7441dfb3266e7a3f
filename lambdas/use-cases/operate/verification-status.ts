import type { CheckpointRecord } from '../../core/model/permission.ts';
import type { AuditState } from '../../core/model/system-state.ts';
import type { PacerRules } from '../../core/pacing/window.ts';
import { listPages } from '../../core/plan/needed-calls.ts';
import { isVerifiable, seenAt } from '../../core/plan/verification.ts';
import { fullPassSeconds, isAudited, listsPerDay } from '../../core/plan/verification-budget.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { AuditLogStatus, VerificationStatus } from '../../shared/contract/status.ts';
import { toIsoOrNull } from './iso-time.ts';

/** What verification has to look at. */
export interface Verifiable {
  /** When each checkpoint was last seen at OpenAI; milliseconds since the epoch, the longest ago first. */
  readonly seenAt: readonly number[];
  /** LIST calls that it takes to list every one of them once. */
  readonly calls: number;
}

export function gatherVerifiable(records: Iterable<CheckpointRecord>): Verifiable {
  const seen: number[] = [];
  let calls = 0;
  for (const record of records) {
    if (!isVerifiable(record)) continue;
    seen.push(seenAt(record));
    calls += listPages(record);
  }
  return { seenAt: seen.sort((a, b) => a - b), calls };
}

export function verificationStatus(
  { seenAt: seen, calls }: Verifiable,
  { reconcile }: Policy,
  { limit, reserve, windowMs }: PacerRules,
): VerificationStatus {
  const pacedPerMinute = (Math.max(1, limit - reserve) * 60_000) / windowMs;
  return {
    checkpoints: seen.length,
    oldestAt: toIsoOrNull(seen[0] ?? null),
    medianAt: toIsoOrNull(seen[Math.floor((seen.length - 1) / 2)] ?? null),
    fullPassSeconds: fullPassSeconds(reconcile, calls, pacedPerMinute),
  };
}

export function auditLogStatus({ calls }: Verifiable, { reconcile }: Policy, audit: AuditState): AuditLogStatus {
  return {
    setting: reconcile.auditLog,
    access: audit.access,
    readAt: toIsoOrNull(audit.readAt),
    refusal: audit.refusal,
    listsPerDay: listsPerDay(reconcile, calls, isAudited(reconcile, audit)),
    listsPerDayWithLog: listsPerDay(reconcile, calls, true),
  };
}
