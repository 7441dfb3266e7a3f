import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueOf } from '../../../lambdas/core/checkpoint/due.ts';
import { idsOf, permissionsOf } from '../../../lambdas/core/checkpoint/record.ts';
import { endDelete, nextToRevoke } from '../../../lambdas/core/checkpoint/revoke.ts';
import { revocability, revokeByHand } from '../../../lambdas/core/checkpoint/revoke-by-hand.ts';
import {
  type CheckpointRecord,
  HOLDS,
  PERMISSION_STATES,
  type PermissionRecord,
  type PermissionState,
} from '../../../lambdas/core/model/permission.ts';
import { aCheckpoint, aHold, aPermission, DAY, held, rowOf, T0 } from '../../builders/checkpoints.ts';

const A = 'proj_A';

const verdictOn = (row: PermissionRecord, record = aCheckpoint(row)) => revocability(record, row, T0);
const revoked = (row: PermissionRecord) => revokeByHand(aCheckpoint(row), [A], T0);

describe('whether a person may revoke it', () => {
  it.each<[PermissionState, string]>([
    ['active', 'delete'],
    ['orphaned', 'delete'],
    ['drifted', 'delete'],
    ['pending', 'drop'],
    ['rejected', 'drop'],
    ['unknown', 'in-doubt'],
    ['revoking', 'nothing-to-do'],
    ['revoked', 'nothing-to-do'],
    ['foreign', 'foreign'],
  ])('where it is %s: %s', (state, verdict) => {
    expect(verdictOn(aPermission(A, state))).toBe(verdict);
  });

  it('takes a DELETE where what was refused may be there, and for a deletion that was refused or set aside', () => {
    expect(verdictOn(aPermission(A, 'rejected', { permissionId: 'cp_1' }))).toBe('delete');
    expect(verdictOn(aPermission(A, 'revoking', { priority: 'retry', notBefore: T0 + DAY }))).toBe('delete');
    expect(verdictOn(aPermission(A, 'revoking', { parked: true }))).toBe('delete');
  });

  it('has to wait while a POST for it is not answered, whatever a list shows of it', () => {
    const row = aPermission(A, 'active');
    const inFlight = { projectIds: [A], startedAt: T0, deadline: T0 + 30_000 };
    expect(verdictOn(row, { ...aCheckpoint(row), inFlight })).toBe('in-doubt');
    expect(verdictOn(row, { ...aCheckpoint(row), inFlight: { ...inFlight, projectIds: ['proj_B'] } })).toBe('delete');
  });

  it.each(PERMISSION_STATES)('never where it is ignored, be it %s', (state) => {
    const row = aPermission(A, state);
    expect(verdictOn(row, held(aCheckpoint(row), A, 'ignored'))).toBe('ignored');
  });
});

describe('what a person revokes', () => {
  it('is to be deleted at once, wanted by nobody, and set aside no more', () => {
    const row = aPermission(A, 'active', { parked: true, attempts: 2, failing: 'unavailable' });
    const record = revoked(row);
    expect(rowOf(record, A)).toMatchObject({
      state: 'revoking',
      want: null,
      notBefore: T0,
      attempts: 0,
      failing: null,
    });
    expect(rowOf(record, A)).not.toHaveProperty('parked');
    expect(dueOf(record)).toEqual({ lane: 'delete', priority: 'repair', at: T0 });
  });

  it('is dropped without a call where it was never granted', () => {
    for (const state of ['pending', 'rejected'] as const) {
      expect(revoked(aPermission(A, state)).permissions).toEqual({});
    }
  });

  it('is nothing where there is no row, and no other project', () => {
    const record = aCheckpoint(aPermission('proj_B', 'active'));
    expect(revokeByHand(record, [A], T0)).toEqual(record);
  });
});

const rows = fc
  .uniqueArray(
    fc.record({
      projectId: fc.constantFrom('proj_A', 'proj_B', 'proj_C', 'proj_D'),
      state: fc.constantFrom(...PERMISSION_STATES),
      duplicates: fc.nat({ max: 3 }),
      isRefused: fc.boolean(),
      hold: fc.option(fc.constantFrom(...HOLDS), { nil: undefined }),
    }),
    { selector: ({ projectId }) => projectId, minLength: 1 },
  )
  .map((all): CheckpointRecord => {
    const permissions = all.map(({ projectId, state, duplicates, isRefused }) => {
      const row = aPermission(projectId, state);
      const duplicateIds = Array.from(
        { length: row.permissionId === null ? 0 : duplicates },
        (_, n) => `d${n}-${projectId}`,
      );
      const refused = isRefused && state === 'revoking' ? { priority: 'retry' as const, notBefore: T0 + DAY } : {};
      return { ...row, duplicateIds, ...refused };
    });
    // What is being revoked cannot be ignored.
    const holds = all.flatMap(({ projectId, state, hold }) =>
      hold === undefined || state === 'revoking' ? [] : [[projectId, aHold(hold)] as const],
    );
    return { ...aCheckpoint(...permissions), holds: Object.fromEntries(holds) };
  });
const chosen = fc.subarray(['proj_A', 'proj_B', 'proj_C', 'proj_D']);

describe('whatever a person revokes', () => {
  it('makes nothing to be deleted that is foreign, ignored, in doubt, gone or not named', () => {
    fc.assert(
      fc.property(rows, chosen, (record, projectIds) => {
        const after = revokeByHand(record, projectIds, T0);
        for (const row of permissionsOf(record)) {
          const isFree = projectIds.includes(row.projectId) && record.holds?.[row.projectId]?.kind !== 'ignored';
          const isTouchable = !['foreign', 'unknown', 'revoked'].includes(row.state);
          if (!isFree || !isTouchable) expect(after.permissions[row.projectId]).toEqual(row);
        }
        expect(after.holds).toEqual(record.holds);
      }),
    );
  });

  it('is deleted in the end, every id of it, and nothing else is', () => {
    fc.assert(
      fc.property(rows, chosen, (record, projectIds) => {
        const verdicts = permissionsOf(record).map((row) => [row, revocability(record, row, T0)] as const);
        const toDelete = verdicts.flatMap(([row, verdict]) => {
          const isMeant = verdict === 'delete' && projectIds.includes(row.projectId);
          const isUnderWay = row.state === 'revoking' && verdict === 'nothing-to-do';
          return isMeant || isUnderWay ? idsOf(row) : [];
        });
        let after = revokeByHand(record, projectIds, T0);
        const deleted: string[] = [];
        for (let next = nextToRevoke(after, T0); next !== undefined; next = nextToRevoke(after, T0)) {
          deleted.push(next.permissionId);
          after = endDelete(after, next, { kind: 'deleted' }, T0);
        }
        expect(deleted.toSorted()).toEqual(toDelete.toSorted());
        for (const [row, verdict] of verdicts) {
          if (verdict === 'delete' && projectIds.includes(row.projectId)) {
            expect(rowOf(after, row.projectId)).toMatchObject({ state: 'revoked', want: null, notBefore: null });
          }
        }
      }),
    );
  });
});
