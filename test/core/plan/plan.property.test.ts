import { describe, expect, it } from 'vitest';
import { dueOf } from '../../../lambdas/core/checkpoint/due.ts';
import { idsOf, permissionsOf } from '../../../lambdas/core/checkpoint/record.ts';
import { nextToRevoke } from '../../../lambdas/core/checkpoint/revoke.ts';
import type { PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import { plan } from '../../../lambdas/core/plan/plan.ts';
import { aCheckpoint, aPermission, aWant, T0, wants } from '../../builders/checkpoints.ts';
import { carryOut, check, holdIn, isOut, isWanted } from './inputs.ts';

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
        expect(input.prune || holdIn(input, action.projectId) === 'withheld').toBe(true);
        expect(isWanted(input, action.projectId)).toBe(false);
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
        if (before?.state === 'unknown' && before.doubt !== 'forgotten') continue;
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
        if (row.state !== 'foreign' || isWanted(input, row.projectId)) continue;
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
        if (!isWanted(input, projectId)) continue;
        expect(permissions[projectId]?.want).toEqual(want);
        expect(['active', 'pending', 'unknown', 'rejected', 'drifted']).toContain(permissions[projectId]?.state);
      }
      for (const row of Object.values(permissions)) {
        const isLetGo = !isWanted(input, row.projectId) && !isOut(input, row.projectId);
        if (isLetGo && row.state !== 'revoking') expect(row.want).toBeNull();
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
  expect(
    plan({ wanted: wants(aWant('proj_A')), recorded: { proj_A: row }, actual: 'unknown', prune: true, holds: {} }),
  ).toEqual([]);
});
