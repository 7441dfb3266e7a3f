import { describe, expect, it } from 'vitest';
import { isUnderWay } from '../../../lambdas/core/checkpoint/under-way.ts';
import type { PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import { aPermission, DAY, MINUTE, T0 } from '../../builders/checkpoints.ts';

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
