import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginCreate } from '../../../lambdas/core/checkpoint/create.ts';
import { dueOf, laneOf } from '../../../lambdas/core/checkpoint/due.ts';
import { permissionsOf } from '../../../lambdas/core/checkpoint/record.ts';
import { nextToRevoke } from '../../../lambdas/core/checkpoint/revoke.ts';
import { isUnderWay } from '../../../lambdas/core/checkpoint/under-way.ts';
import {
  type CheckpointRecord,
  PERMISSION_STATES,
  type PermissionRecord,
} from '../../../lambdas/core/model/permission.ts';
import { park, unpark } from '../../../lambdas/core/pause/park.ts';
import { NOT_PAUSED, type Pause, pausedBy } from '../../../lambdas/core/pause/pause.ts';
import { aCheckpoint, aPermission, aWant, MINUTE, rowOf, T0 } from '../../builders/checkpoints.ts';

const A = 'proj_A';
const WORD = { at: T0, by: null, why: null };
const PAUSED: Pause = { ...NOT_PAUSED, sources: { research: WORD } };
const RULE_PAUSED: Pause = { ...NOT_PAUSED, rules: { slow: WORD } };

/** As the drain does it, each lane for itself. */
const parkBoth = (record: CheckpointRecord, pause: Pause, now = T0) =>
  park(park(record, pause, 'create', now), pause, 'delete', now);

describe('setting aside', () => {
  it('takes what is due and paused out of the index', () => {
    for (const state of ['pending', 'revoking'] as const) {
      const record = parkBoth(aCheckpoint(aPermission(A, state)), PAUSED);
      expect(rowOf(record, A).parked).toBe(true);
      expect(dueOf(record)).toBeNull();
    }
  });

  it('is each lane’s own doing: a call of the other may be on its way', () => {
    const record = aCheckpoint(aPermission(A, 'pending'), aPermission('proj_B', 'revoking'));
    const byCreate = park(record, PAUSED, 'create', T0);
    expect(rowOf(byCreate, 'proj_B')).not.toHaveProperty('parked');
    const byDelete = park(record, PAUSED, 'delete', T0);
    expect(rowOf(byDelete, A)).not.toHaveProperty('parked');
    expect(rowOf(byDelete, 'proj_B').parked).toBe(true);
  });

  it('leaves what is unknown, or refused and maybe there, to be looked up', () => {
    const unknown = aCheckpoint(aPermission(A, 'unknown'));
    expect(parkBoth(unknown, PAUSED)).toBe(unknown);
    const closed = aCheckpoint(aPermission(A, 'rejected', { permissionId: 'cp_1', notBefore: T0 }));
    expect(parkBoth(closed, PAUSED)).toBe(closed);
    expect(dueOf(closed)?.lane).toBe('list');
  });

  it('leaves what is not due yet, and what somebody else’s rule wants', () => {
    const later = aCheckpoint(aPermission(A, 'pending', { notBefore: T0 + 1 }));
    expect(parkBoth(later, PAUSED)).toBe(later);
    const mixed = aCheckpoint(
      aPermission(A, 'pending', { want: aWant(A, { rule: 'slow' }) }),
      aPermission('proj_B', 'pending', { want: aWant('proj_B', { rule: 'fast' }) }),
    );
    const parked = parkBoth(mixed, RULE_PAUSED);
    expect([rowOf(parked, A).parked, rowOf(parked, 'proj_B').parked]).toEqual([true, undefined]);
    expect(beginCreate(parked, new Map(), T0, 1).projectIds).toEqual(['proj_B']);
  });

  it('does not keep anybody waiting for it', () => {
    for (const state of ['pending', 'revoking', 'rejected'] as const) {
      const row = aPermission(A, state, { notBefore: T0 });
      expect(isUnderWay(row, T0)).toBe(true);
      expect(isUnderWay({ ...row, parked: true }, T0)).toBe(false);
    }
    expect(isUnderWay(aPermission(A, 'unknown', { parked: true }), T0)).toBe(true);
  });
});

describe('taking up again', () => {
  it('leaves what is still paused', () => {
    const parked = parkBoth(aCheckpoint(aPermission(A, 'pending')), PAUSED);
    expect(unpark(parked, PAUSED)).toBe(parked);
  });

  it('is for what another rule wants by now, too', () => {
    const row = aPermission(A, 'pending', { want: aWant(A, { rule: 'slow' }) });
    const parked = parkBoth(aCheckpoint(row), RULE_PAUSED);
    const other = { ...rowOf(parked, A), want: aWant(A, { rule: 'fast' }) };
    expect(rowOf(unpark(aCheckpoint(other), RULE_PAUSED), A)).not.toHaveProperty('parked');
  });
});

const rows = fc
  .uniqueArray(
    fc.record({
      projectId: fc.constantFrom('proj_A', 'proj_B', 'proj_C', 'proj_D'),
      state: fc.constantFrom(...PERMISSION_STATES),
      rule: fc.constantFrom('slow', 'fast', null),
      notBefore: fc.constantFrom(T0 - MINUTE, T0, T0 + 1, null),
      hasId: fc.boolean(),
    }),
    { selector: ({ projectId }) => projectId, minLength: 1 },
  )
  .map((all) =>
    aCheckpoint(
      ...all.map(({ projectId, state, rule, notBefore, hasId }): PermissionRecord => {
        const row = aPermission(projectId, state, { notBefore });
        const want = row.want && aWant(projectId, { rule });
        return { ...row, want, permissionId: hasId ? `cp_${projectId}` : row.permissionId };
      }),
    ),
  );
const pauses = fc.constantFrom(NOT_PAUSED, PAUSED, RULE_PAUSED);

describe('whatever is paused', () => {
  it('is called for in neither lane, and hides nothing that is not paused', () => {
    fc.assert(
      fc.property(rows, pauses, (record, pause) => {
        const parked = parkBoth(record, pause);
        const isFree = (row: PermissionRecord) => pausedBy(pause, record, row) === null;
        for (const projectId of beginCreate(parked, new Map(), T0, 1).projectIds) {
          expect(isFree(rowOf(record, projectId))).toBe(true);
        }
        const call = nextToRevoke(parked, T0);
        if (call) expect(isFree(rowOf(record, call.projectId))).toBe(true);
        // Only that is left in the index which would be there if the paused rows were not.
        const others = permissionsOf(record).filter(
          (row) => isFree(row) || laneOf(row) === 'list' || (row.notBefore ?? 0) > T0,
        );
        expect(dueOf(parked)).toEqual(dueOf({ ...record, permissions: aCheckpoint(...others).permissions }));
      }),
    );
  });

  it('is back as it was once it is resumed', () => {
    fc.assert(
      fc.property(rows, pauses, (record, pause) => {
        const parked = parkBoth(record, pause);
        expect(unpark(parked, NOT_PAUSED)).toEqual(record);
        expect(parkBoth(parked, pause)).toBe(parked);
        if (parked !== record) expect(unpark(parked, pause)).toBe(parked);
        expect(unpark(record, pause)).toBe(record);
      }),
    );
  });
});
