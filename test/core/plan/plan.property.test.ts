import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyActions } from '../../../lambdas/core/checkpoint/apply.ts';
import { dueOf } from '../../../lambdas/core/checkpoint/due.ts';
import { idsOf, permissionsOf } from '../../../lambdas/core/checkpoint/record.ts';
import { nextToRevoke } from '../../../lambdas/core/checkpoint/revoke.ts';
import {
  type ActualPermission,
  PERMISSION_STATES,
  type PermissionRecord,
  type Want,
} from '../../../lambdas/core/model/permission.ts';
import { type PlanInput, plan } from '../../../lambdas/core/plan/plan.ts';
import { aCheckpoint, aPermission, aWant, shows, T0, wants } from '../../builders/checkpoints.ts';

const PROJECTS = ['proj_A', 'proj_B', 'proj_C'] as const;
const IDS = ['cp_1', 'cp_2', 'cp_3', 'cp_4'] as const;

const wantOf = (projectId: string): fc.Arbitrary<Want> =>
  fc.record({
    projectId: fc.constant(projectId),
    origin: fc.constantFrom('policy', 'pinned', 'adopted', 'operator'),
    rule: fc.constantFrom('one', 'two', null),
    onDrift: fc.constantFrom('repair', 'report'),
    expiresAt: fc.constantFrom(null, T0),
  });

const rowOf = (projectId: string): fc.Arbitrary<PermissionRecord> =>
  fc
    .record({
      state: fc.constantFrom(...PERMISSION_STATES),
      want: wantOf(projectId),
      ids: fc.subarray([...IDS]),
      drops: fc.boolean(),
    })
    .map(({ state, want, ids, drops }) => {
      const row = aPermission(projectId, state);
      const [permissionId, ...duplicateIds] = ids.map((id) => `${id}-${projectId}`);
      const hasIds = row.permissionId !== null && permissionId !== undefined;
      const mayBeUnwanted = drops && state === 'unknown';
      return {
        ...row,
        want: row.want === null || mayBeUnwanted ? null : want,
        ...(hasIds ? { permissionId, duplicateIds } : {}),
      };
    });

const actualOf = (projectId: string): fc.Arbitrary<readonly ActualPermission[]> =>
  fc
    .subarray([...IDS])
    .map((ids) => ids.map((id, index) => shows(projectId, `${id}-${projectId}`, T0 + (index % 2) * 1_000)));

const inputs: fc.Arbitrary<PlanInput> = fc
  .record({
    wanted: fc.tuple(...PROJECTS.map((projectId) => fc.option(wantOf(projectId), { nil: undefined }))),
    rows: fc.tuple(...PROJECTS.map((projectId) => fc.option(rowOf(projectId), { nil: undefined }))),
    actual: fc.option(fc.tuple(...PROJECTS.map(actualOf)), { nil: undefined }),
    prune: fc.boolean(),
  })
  .map(({ wanted, rows, actual, prune }) => ({
    wanted: wants(...wanted.filter((want) => want !== undefined)),
    recorded: aCheckpoint(...rows.filter((row) => row !== undefined)).permissions,
    actual: actual === undefined ? 'unknown' : actual.flat(),
    prune,
  }));

function carryOut(input: PlanInput) {
  const before = { ...aCheckpoint(), permissions: input.recorded };
  return applyActions(before, plan(input), T0);
}

function check(property: (input: PlanInput) => void): void {
  fc.assert(fc.property(inputs, property), { numRuns: 1_000 });
}

describe('a plan', () => {
  it('decides one thing a project at most', () => {
    check((input) => {
      const projectIds = plan(input).map(({ projectId }) => projectId);
      expect(new Set(projectIds).size).toBe(projectIds.length);
    });
  });

  it('once carried out, leaves nothing to plan', () => {
    check((input) => {
      const { permissions } = carryOut(input);
      const again = plan({ ...input, recorded: permissions });
      // What is wanted again while it is being revoked is in doubt, which a later list ends.
      const settled = again.filter(({ projectId }) => input.recorded[projectId]?.state !== 'revoking');
      expect(settled).toEqual([]);
    });
  });

  it('revokes nothing unless pruning is on, and nothing that somebody wants', () => {
    check((input) => {
      for (const action of plan(input)) {
        if (action.kind !== 'revoke') continue;
        expect(input.prune).toBe(true);
        expect(input.wanted.has(action.projectId)).toBe(false);
      }
    });
  });

  it('lets nothing be deleted but what the ledger owned before, or what its own call was for', () => {
    check((input) => {
      const { permissions } = carryOut(input);
      const next = { ...aCheckpoint(), permissions };
      for (const { projectId } of permissionsOf(next).filter(({ state }) => state === 'revoking')) {
        const before = input.recorded[projectId];
        expect(before?.state).not.toBe('foreign');
        if (before?.state === 'unknown') continue;
        expect(before && idsOf(before)).toEqual(expect.arrayContaining([...idsOf(permissions[projectId] ?? fail())]));
      }
      const call = nextToRevoke(next, T0);
      if (call) expect(permissions[call.projectId]?.state).toBe('revoking');
    });
  });

  it('never touches what is foreign, unless somebody wants it', () => {
    check((input) => {
      const { permissions } = carryOut(input);
      for (const row of Object.values(input.recorded)) {
        if (row.state !== 'foreign' || input.wanted.has(row.projectId)) continue;
        expect(['foreign', undefined]).toContain(permissions[row.projectId]?.state);
      }
    });
  });

  it('adopts nothing and finds no new drift while nothing has been listed', () => {
    check((input) => {
      for (const action of plan({ ...input, actual: 'unknown' })) {
        const state = input.recorded[action.projectId]?.state;
        if (action.kind === 'adopt') expect(state).toBe('foreign');
        if (action.kind === 'create' && action.repair) expect(state).toBe('drifted');
        if (action.kind === 'report-drift') expect(state).toBe('drifted');
        expect(['rerecord', 'report-foreign']).not.toContain(action.kind);
      }
    });
  });

  it('ends with everybody who is wanted having it, being asked for, or with a reason why not', () => {
    check((input) => {
      const { permissions } = carryOut(input);
      for (const [projectId, want] of input.wanted) {
        expect(permissions[projectId]?.want).toEqual(want);
        expect(['active', 'pending', 'unknown', 'rejected', 'drifted']).toContain(permissions[projectId]?.state);
      }
      for (const row of Object.values(permissions)) {
        if (!input.wanted.has(row.projectId) && row.state !== 'revoking') expect(row.want).toBeNull();
      }
    });
  });

  it('loses no id of a permission that OpenAI shows and the ledger owned', () => {
    check((input) => {
      if (input.actual === 'unknown') return;
      const { permissions } = carryOut(input);
      for (const { projectId, permissionId } of input.actual) {
        const before = input.recorded[projectId];
        if (before === undefined || !idsOf(before).includes(permissionId)) continue;
        expect(idsOf(permissions[projectId] ?? fail())).toContain(permissionId);
      }
    });
  });

  it('leaves nothing that waits without a time, and nothing to delete without an id', () => {
    check((input) => {
      const record = { ...aCheckpoint(), permissions: carryOut(input).permissions };
      const waiting = permissionsOf(record).filter(({ state }) => ['pending', 'unknown', 'revoking'].includes(state));
      for (const row of waiting) expect(row.notBefore).not.toBeNull();
      for (const row of waiting) if (row.state === 'revoking') expect(idsOf(row)).not.toEqual([]);
      expect(dueOf(record) === null).toBe(waiting.length === 0 && !anyRejectedDue(permissionsOf(record)));
    });
  });
});

function anyRejectedDue(rows: readonly PermissionRecord[]): boolean {
  return rows.some(({ state, notBefore }) => state === 'rejected' && notBefore !== null);
}

function fail(): never {
  throw new Error('the row is gone');
}

it('a want of the same terms is the same want, whoever made the object', () => {
  const row = aPermission('proj_A', 'active', { want: { ...aWant('proj_A') } });
  expect(plan({ wanted: wants(aWant('proj_A')), recorded: { proj_A: row }, actual: 'unknown', prune: true })).toEqual(
    [],
  );
});
