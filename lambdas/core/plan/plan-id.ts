import { createHash } from 'node:crypto';
import { idsOf } from '../checkpoint/record.ts';
import type { CheckpointRecord } from '../model/permission.ts';
import type { LedgerPlan } from './ledger-plan.ts';
import type { Action } from './plan.ts';

/**
 * The id of a whole plan: the same changes by the same policy have the same id, in whatever order and whenever planned.
 * Whatever would make another difference at OpenAI or in the ledger goes into it.
 */
export function planId(policyDigest: string, { changes }: Pick<LedgerPlan, 'changes'>): string {
  const lines = changes.flatMap(({ record, actions }) => actions.map((action) => lineOf(record, action)));
  return createHash('sha256')
    .update([policyDigest, ...lines.sort()].join('\n'))
    .digest('hex')
    .slice(0, 16);
}

function lineOf(record: CheckpointRecord, action: Action): string {
  const { kind, projectId } = action;
  return JSON.stringify([record.checkpoint, projectId, kind, detailOf(record, action)]);
}

function detailOf({ permissions }: CheckpointRecord, action: Action) {
  if ('want' in action) {
    const { origin, rule, onDrift, expiresAt } = action.want;
    return [origin, rule, onDrift, expiresAt];
  }
  const current = permissions[action.projectId];
  const shown = 'actual' in action && action.actual !== null ? [action.actual.permissionId] : [];
  return [...(current === undefined ? [] : idsOf(current)), ...shown];
}
