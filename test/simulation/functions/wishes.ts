import { applyActions } from '../../../lambdas/core/checkpoint/apply.ts';
import { newCheckpoint } from '../../../lambdas/core/checkpoint/record.ts';
import { wantsOf } from '../../../lambdas/core/checkpoint/resolve.ts';
import type { Want } from '../../../lambdas/core/model/permission.ts';
import { plan } from '../../../lambdas/core/plan/plan.ts';
import { changeCheckpoint } from '../../../lambdas/use-cases/change.ts';
import type { World } from '../world.ts';
import { ledgerFor } from './ledger.ts';

const TIME_MS = 60_000;

/**
 * One more project is to have a checkpoint, or one fewer, and what is left over is revoked: what a changed policy comes
 * down to for one permission, at a moment that no deploy would hit.
 */
export function startWish(world: World, checkpoint: string, projectId: string): void {
  const want: Want = { projectId, origin: 'operator', rule: null, onDrift: 'repair', expiresAt: null };
  world.start('wish', TIME_MS, async (process) => {
    const fresh = newCheckpoint(checkpoint, { source: null, jobId: null });
    await changeCheckpoint(ledgerFor(world, process), fresh, (record) => {
      const wanted = new Map(wantsOf(record));
      if (!wanted.delete(projectId)) wanted.set(projectId, want);
      const prune = new Set([projectId]);
      const actions = plan({ wanted, recorded: record.permissions, actual: 'unknown', prune, holds: record.holds });
      return applyActions(record, actions, process.now());
    });
  });
}
