import { applyActions } from '../../core/checkpoint/apply.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import { noteLetGo } from '../../core/plan/guard.ts';
import type { LedgerPlan } from '../../core/plan/ledger-plan.ts';
import type { Action } from '../../core/plan/plan.ts';
import { isPruned, planCheckpoint } from '../../core/plan/plan-checkpoint.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/runtime.ts';
import { changeAsRead } from '../change.ts';
import { sideBySide, type Written } from '../side-by-side.ts';

/** What of a plan it takes to carry it out. */
export type ToCarryOut = Pick<LedgerPlan, 'wanted' | 'changes' | 'revocations' | 'revoking' | 'word'>;

export interface CarryOutDeps {
  readonly policy: Policy;
  readonly ledger: Ledger;
  readonly now: Clock;
}

/**
 * Carries a plan into the ledger; what needs OpenAI becomes due there. A checkpoint that has changed since is decided on
 * anew, but nothing is revoked that the plan did not name, nor anything at all while it waits for a person's word. What is
 * not begun by `stopAt` (ms since the epoch), and what cannot be written, is left to the next plan. `also` is done in the same
 * write.
 */
export async function carryOutPlan(
  deps: CarryOutDeps,
  plan: ToCarryOut,
  stopAt: number,
  also: (record: CheckpointRecord) => CheckpointRecord = (record) => record,
): Promise<Written> {
  const { policy, ledger, now } = deps;
  const mayRevoke = plan.revoking === 'allowed' || plan.revoking === 'confirmed';
  // What a person has named does not count against what comes after it.
  const isMeant = plan.word.kind === 'holds';
  const revocable = new Set(plan.revocations.map(({ checkpoint, projectId }) => `${checkpoint} ${projectId}`));
  const mayDo = ({ checkpoint }: CheckpointRecord, { kind, projectId }: Action) =>
    kind !== 'revoke' || (mayRevoke && revocable.has(`${checkpoint} ${projectId}`));

  return sideBySide(
    plan.changes,
    ({ record }) => record.checkpoint,
    ({ record, actions }) =>
      changeAsRead(ledger, record, (current) => {
        const isAsPlanned = current.version === record.version;
        const todo = isAsPlanned ? actions : planCheckpoint(policy, plan.wanted, current, now());
        const allowed = todo.filter((action) => mayDo(current, action));
        if (allowed.length === 0) return also(current);
        const letGo = allowed.filter(({ kind, projectId }) => kind === 'revoke' && isPruned(current, projectId, now()));
        const projectIds = isMeant ? [] : letGo.map(({ projectId }) => projectId);
        return also(noteLetGo(applyActions(current, allowed, now()), projectIds, now()));
      }),
    () => now() < stopAt,
  );
}
