import { describe, expect, it } from 'vitest';
import { dueOf } from '../../../lambdas/core/checkpoint/due.ts';
import { REPAIRS_A_DAY } from '../../../lambdas/core/checkpoint/flapping.ts';
import { repairable, repairByHand } from '../../../lambdas/core/checkpoint/repair.ts';
import { aCheckpoint, aPermission, rowOf, T0 } from '../../builders/checkpoints.ts';

describe('what a person has shared again', () => {
  const flapping = { repairs: Array(REPAIRS_A_DAY).fill(T0) };
  const record = aCheckpoint(
    aPermission('proj_A', 'drifted', flapping),
    aPermission('proj_B', 'drifted'),
    aPermission('proj_C', 'active'),
    aPermission('proj_D', 'drifted', { want: null }),
    aPermission('proj_E', 'rejected'),
  );

  it('is what is drifted and wanted, all of it or for the projects named', () => {
    expect(repairable(record, [])).toEqual(['proj_A', 'proj_B']);
    expect(repairable(record, ['proj_B', 'proj_C', 'proj_UNHEARD'])).toEqual(['proj_B']);
  });

  it('is due at once, and what was repaired before counts no more', () => {
    const repaired = repairByHand(record, ['proj_A'], T0);
    expect(rowOf(repaired, 'proj_A')).toMatchObject({
      state: 'pending',
      repairs: [],
      permissionId: null,
      notBefore: T0,
    });
    expect(rowOf(repaired, 'proj_A').want).toEqual(rowOf(record, 'proj_A').want);
    expect(rowOf(repaired, 'proj_B')).toBe(rowOf(record, 'proj_B'));
    expect(dueOf(repaired)).toEqual({ lane: 'create', priority: 'repair', at: T0 });
  });

  it('is nothing where nothing is drifted', () => {
    const fine = aCheckpoint(aPermission('proj_C', 'active'));
    expect(repairByHand(fine, [], T0)).toBe(fine);
  });
});
