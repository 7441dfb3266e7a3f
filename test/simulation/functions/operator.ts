import { applyActions } from '../../../lambdas/core/checkpoint/apply.ts';
import { newCheckpoint } from '../../../lambdas/core/checkpoint/record.ts';
import { wantsOf } from '../../../lambdas/core/checkpoint/resolve.ts';
import type { Want } from '../../../lambdas/core/model/permission.ts';
import { plan } from '../../../lambdas/core/plan/plan.ts';
import { changeCheckpoint } from '../../../lambdas/use-cases/change-checkpoint.ts';
import { changeState } from '../../../lambdas/use-cases/change-state.ts';
import type { World } from '../world.ts';
import { ledgerFor } from './ledger.ts';

const TIME_MS = 60_000;

/** Somebody lets through a plan that waits for it. */
export function startConfirmation(world: World): void {
  world.start('operator', TIME_MS, async (process) => {
    const ledger = ledgerFor(world, process);
    await changeState(ledger, 'waitingPlan', (state) => ({ ...state, confirmedId: state.id }));
  });
}

/**
 * Somebody wants one more project to have a checkpoint, or one fewer, pruning what is left over: what a changed policy
 * and a person at the CLI come down to.
 */
export function startOperator(world: World, wish: { readonly checkpoint: string; readonly projectId: string }): void {
  const { checkpoint, projectId } = wish;
  const want: Want = { projectId, origin: 'operator', rule: null, onDrift: 'repair', expiresAt: null };
  world.start('operator', TIME_MS, async (process) => {
    const ledger = ledgerFor(world, process);
    const fresh = newCheckpoint(checkpoint, { source: null, jobId: null });
    await changeCheckpoint(ledger, fresh, (record) => {
      const wanted = new Map(wantsOf(record));
      if (!wanted.delete(projectId)) wanted.set(projectId, want);
      const actions = plan({ wanted, recorded: record.permissions, actual: 'unknown', prune: new Set([projectId]) });
      return applyActions(record, actions, process.now());
    });
  });
}
