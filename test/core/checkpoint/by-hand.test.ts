import { describe, expect, it } from 'vitest';
import { dueOf } from '../../../lambdas/core/checkpoint/due.ts';
import { REPAIRS_A_DAY } from '../../../lambdas/core/checkpoint/flapping.ts';
import { repairable, repairByHand } from '../../../lambdas/core/checkpoint/repair.ts';
import { resolveByList, resolveGone } from '../../../lambdas/core/checkpoint/resolve.ts';
import { SETTLE_MS } from '../../../lambdas/core/checkpoint/retries.ts';
import { isUnderWay } from '../../../lambdas/core/checkpoint/under-way.ts';
import type { PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import { aCheckpoint, aPermission, DAY, MINUTE, rowOf, shows, T0 } from '../../builders/checkpoints.ts';

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

describe('a permission is under way', () => {
  it.each<[boolean, PermissionRecord['state'], Partial<PermissionRecord>]>([
    [true, 'pending', { notBefore: T0 + MINUTE }],
    [true, 'unknown', { notBefore: T0 + MINUTE }],
    [true, 'revoking', { notBefore: T0 + MINUTE }],
    [false, 'revoking', { notBefore: T0 + DAY, priority: 'retry' }],
    [true, 'revoking', { notBefore: T0, priority: 'retry' }],
    [false, 'rejected', { notBefore: T0 + 1, priority: 'retry' }],
    [true, 'rejected', { notBefore: T0, priority: 'retry' }],
    [false, 'rejected', { notBefore: null, priority: 'retry' }],
    [false, 'active', {}],
    [false, 'drifted', {}],
    [false, 'orphaned', {}],
  ])('%s: %s with %j', (expected, state, parts) => {
    expect(isUnderWay(aPermission('proj_A', state, parts), T0)).toBe(expected);
  });
});

describe('a permission that a list does not show, a moment after it was granted', () => {
  const fresh = aCheckpoint(
    aPermission('proj_A', 'active', { askedAt: T0 - MINUTE }),
    aPermission('proj_B', 'active', { askedAt: T0 - DAY }),
  );
  const asked = { ...fresh, verifyAt: T0 };
  const listsOnlyB = [shows('proj_B', 'cp_proj_B', T0 - DAY)];

  it('is looked at again as soon as a list can tell', () => {
    const listed = resolveByList(asked, listsOnlyB, T0);
    expect(rowOf(listed, 'proj_A').state).toBe('active');
    expect(dueOf(listed)).toEqual({ lane: 'list', priority: 'repair', at: T0 - MINUTE + SETTLE_MS });
    const again = resolveByList(listed, listsOnlyB, T0 - MINUTE + SETTLE_MS);
    expect(rowOf(again, 'proj_A')).toMatchObject({ state: 'pending', priority: 'repair' });
    expect(again.verifyAt).toBeNull();
  });

  it('is not looked at again where the list shows it', () => {
    const listed = resolveByList(asked, [...listsOnlyB, shows('proj_A', 'cp_proj_A')], T0);
    expect(listed.verifyAt).toBeNull();
  });

  it('is looked at again also where OpenAI does not know the checkpoint', () => {
    const listed = resolveGone(asked, 'The model does not exist', T0);
    expect(listed).toMatchObject({ gone: null, verifyAt: T0 - MINUTE + SETTLE_MS });
    expect(resolveGone(listed, 'The model does not exist', T0 - MINUTE + SETTLE_MS)).toMatchObject({
      gone: 'The model does not exist',
      verifyAt: null,
    });
  });
});
