import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CheckpointRecord, PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import type { Change } from '../../../lambdas/core/plan/change.ts';
import { packPolicy } from '../../../lambdas/core/policy/pack.ts';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import type { Plan } from '../../../lambdas/shared/contract/operator.ts';
import { readState } from '../../../lambdas/use-cases/change.ts';
import { reconcileLedger } from '../../../lambdas/use-cases/reconcile/reconcile-ledger.ts';
import { T0 } from '../../builders/checkpoints.ts';
import { policies, worlds } from '../../core/policy/worlds.ts';
import type { InMemoryLedger } from '../../in-memory/ledger.ts';
import { SILENT } from '../scene.ts';
import { ask, operatorDeps } from './ask.ts';
import { ledgerOf } from './world-ledger.ts';

const stateOf = async (ledger: InMemoryLedger) => {
  const { items } = await ledger.listCheckpoints(null);
  return {
    items,
    waiting: await readState(ledger, 'waitingPlan'),
    events: await ledger.listEvents({ checkpoint: null, cursor: null, limit: 1 }),
  };
};

const planBy = (ledger: InMemoryLedger, deployed: Policy, other: Policy | null) => {
  const deps = operatorDeps({ ledger, policy: deployed, now: () => T0 });
  return ask(deps, { command: 'plan', ...(other && { policy: packPolicy(other) }) });
};

async function reconcileBy(ledger: InMemoryLedger, policy: Policy): Promise<void> {
  const deps = { policy, ledger, ledgerOf: () => ledger, now: () => T0, log: SILENT };
  await reconcileLedger(deps, false, T0 + 60_000);
}

/** One word for what became of a row, told from the rows alone. */
function changeBetween(old: PermissionRecord | undefined, now: PermissionRecord | undefined): Change {
  if (now === undefined) return 'close';
  const hasBecome = (state: PermissionRecord['state']) => now.state === state && old?.state !== state;
  if (hasBecome('revoked')) return 'close';
  if (hasBecome('revoking')) return 'revoke';
  if (hasBecome('orphaned')) return 'orphan';
  if (hasBecome('active') && old?.state === 'foreign') return 'adopt';
  if (now.state === 'pending') return 'share';
  return now.state === 'drifted' ? 'report' : 'change';
}

function doneBetween(before: readonly CheckpointRecord[], after: readonly CheckpointRecord[]): readonly string[] {
  const old = new Map(before.map((record) => [record.checkpoint, record.permissions]));
  return after.flatMap(({ checkpoint, permissions }) => {
    const was = old.get(checkpoint) ?? {};
    const touched = [...new Set([...Object.keys(was), ...Object.keys(permissions)])].filter(
      (projectId) => !isDeepStrictEqual(was[projectId], permissions[projectId]),
    );
    return touched.map(
      (projectId) => `${changeBetween(was[projectId], permissions[projectId])} ${checkpoint} ${projectId}`,
    );
  });
}

function toDo({ checkpoints, guard }: Plan): readonly string[] {
  return checkpoints.flatMap(({ checkpoint, changes }) =>
    changes
      .filter(({ change, underWay }) => !underWay && !(change === 'revoke' && guard.state === 'waiting'))
      .map(({ change, projectId }) => `${change} ${checkpoint} ${projectId}`),
  );
}

/** What is the same whether a policy is deployed or only looked at. */
const decided = ({ policy, rules, ...rest }: Plan) => ({ ...rest, digest: policy.digest });

it('what is planned for a policy that is not deployed is what is done once it is, and nothing else', async () => {
  const verdicts = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(worlds, policies, policies, async (world, deployed, other) => {
      const ledger = await ledgerOf(world);
      const before = await stateOf(ledger);
      const planned = await planBy(ledger, deployed, other);
      expect(await stateOf(ledger)).toEqual(before);
      expect(planned.policy.deployed).toBe(false);
      expect(decided(await planBy(ledger, other, null))).toEqual(decided(planned));

      await reconcileBy(ledger, other);
      const after = await stateOf(ledger);
      expect([...doneBetween(before.items, after.items)].sort()).toEqual([...toDo(planned)].sort());
      expect(after.waiting.id).toBe(planned.guard.state === 'waiting' ? planned.guard.id : null);
      verdicts.set(planned.guard.state, (verdicts.get(planned.guard.state) ?? 0) + 1);
    }),
    { numRuns: 300 },
  );
  // Both sides of the guard were seen.
  expect([...verdicts.keys()].sort()).toEqual(['allowed', 'none', 'waiting']);
});
