import fc from 'fast-check';
import { applyActions } from '../../../lambdas/core/checkpoint/apply.ts';
import {
  type ActualPermission,
  type CheckpointRecord,
  HOLDS,
  type Hold,
  PERMISSION_STATES,
  type PermissionRecord,
  type Want,
} from '../../../lambdas/core/model/permission.ts';
import { type PlanInput, plan } from '../../../lambdas/core/plan/plan.ts';
import { aCheckpoint, aHold, aPermission, shows, T0, wants } from '../../builders/checkpoints.ts';

export const PROJECTS = ['proj_A', 'proj_B', 'proj_C'] as const;
const IDS = ['cp_1', 'cp_2', 'cp_3', 'cp_4'] as const;
/** Not granted for all the ledger knows, and maybe there all the same. */
const MAY_HAVE_IDS: readonly PermissionRecord['state'][] = ['unknown', 'rejected'];

export const wantOf = (projectId: string): fc.Arbitrary<Want> =>
  fc.record({
    projectId: fc.constant(projectId),
    origin: fc.constantFrom('policy', 'pinned', 'adopted', 'operator'),
    rule: fc.constantFrom('one', 'two', null),
    onDrift: fc.constantFrom('repair', 'report'),
    expiresAt: fc.constantFrom(null, T0),
  });

export const rowOf = (projectId: string): fc.Arbitrary<PermissionRecord> =>
  fc
    .record({
      state: fc.constantFrom(...PERMISSION_STATES),
      want: wantOf(projectId),
      ids: fc.subarray([...IDS]),
      drops: fc.boolean(),
      isLookedUp: fc.boolean(),
    })
    .map(({ state, want, ids, drops, isLookedUp }) => {
      const row = aPermission(projectId, state);
      const [permissionId, ...duplicateIds] = ids.map((id) => `${id}-${projectId}`);
      const hasIds = (row.permissionId !== null || MAY_HAVE_IDS.includes(state)) && permissionId !== undefined;
      const mayBeUnwanted = drops && state === 'unknown';
      // Looked up after it was forgotten: no call of ours was for it.
      const isRecalled = isLookedUp && state === 'unknown' && !hasIds;
      return {
        ...row,
        want: row.want === null || mayBeUnwanted ? null : want,
        ...(hasIds ? { permissionId, duplicateIds } : {}),
        ...(isRecalled ? { doubt: 'forgotten' } : {}),
      };
    });

const actualOf = (projectId: string): fc.Arbitrary<readonly ActualPermission[]> =>
  fc
    .subarray([...IDS])
    .map((ids) => ids.map((id, index) => shows(projectId, `${id}-${projectId}`, T0 + (index % 2) * 1_000)));

export const holdsOf = fc
  .tuple(...PROJECTS.map((projectId) => fc.option(fc.tuple(fc.constant(projectId), fc.constantFrom(...HOLDS)))))
  .map((held) => Object.fromEntries(held.flatMap((one) => (one === null ? [] : [[one[0], aHold(one[1])] as const]))));

/** Anything that a plan may be asked to decide on, with what people have said of some of the projects. */
export const inputs: fc.Arbitrary<PlanInput> = fc
  .record({
    wanted: fc.tuple(...PROJECTS.map((projectId) => fc.option(wantOf(projectId), { nil: undefined }))),
    rows: fc.tuple(...PROJECTS.map((projectId) => fc.option(rowOf(projectId), { nil: undefined }))),
    actual: fc.option(fc.tuple(...PROJECTS.map(actualOf)), { nil: undefined }),
    prune: fc.boolean(),
    holds: fc.oneof(fc.constant(undefined), holdsOf),
  })
  .map(({ wanted, rows, actual, prune, holds }) => ({
    wanted: wants(...wanted.filter((want) => want !== undefined)),
    recorded: aCheckpoint(...rows.filter((row) => row !== undefined)).permissions,
    actual: actual === undefined ? 'unknown' : actual.flat(),
    prune,
    holds,
  }));

export function check(property: (input: PlanInput) => void): void {
  fc.assert(fc.property(inputs, property), { numRuns: 1_500 });
}

export function holdIn({ holds }: PlanInput, projectId: string): Hold['kind'] | undefined {
  return holds?.[projectId]?.kind;
}

/** Whether somebody wants it, and nobody has said otherwise. */
export function isWanted(input: PlanInput, projectId: string): boolean {
  return input.wanted.has(projectId) && holdIn(input, projectId) === undefined;
}

/** Whether it is out of the hands of whoever wants it or not. */
export function isOut(input: PlanInput, projectId: string): boolean {
  const hold = holdIn(input, projectId);
  return hold === 'forgotten' || hold === 'ignored';
}

/** The record after the plan. */
export function carryOut(input: PlanInput): CheckpointRecord {
  const before = { ...aCheckpoint(), permissions: input.recorded };
  return applyActions(before, plan(input), T0);
}
