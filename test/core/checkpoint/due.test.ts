import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newPermissionIds } from '../../../lambdas/adapters/ledger/permission-ids.ts';
import { dueOf } from '../../../lambdas/core/checkpoint/due.ts';
import { PRIORITIES } from '../../../lambdas/core/model/permission.ts';
import { aCheckpoint, aPermission, T0 } from '../../builders/checkpoints.ts';

describe('what is due', () => {
  it.each([
    ['pending', 'create'],
    ['rejected', 'create'],
    ['unknown', 'list'],
    ['revoking', 'delete'],
  ] as const)('of a row that is %s waits in the lane %s', (state, lane) => {
    const row = aPermission('proj_A', state, { notBefore: T0 + 7, priority: 'repair' });
    expect(dueOf(aCheckpoint(row))).toEqual({ lane, priority: 'repair', at: T0 + 7 });
  });

  it.each(['active', 'drifted', 'orphaned', 'revoked', 'foreign'] as const)('is nothing where a row is %s', (state) => {
    expect(dueOf(aCheckpoint(aPermission('proj_A', state)))).toBeNull();
  });

  it('is nothing for what is not to be worked on until something changes', () => {
    expect(dueOf(aCheckpoint(aPermission('proj_A', 'rejected', { notBefore: null })))).toBeNull();
  });

  it('is nothing but the deadline while a call is in flight', () => {
    const inFlight = { projectIds: ['proj_A'], startedAt: T0, deadline: T0 + 30_000 };
    const record = { ...aCheckpoint(aPermission('proj_B', 'pending')), inFlight };
    expect(dueOf(record)).toEqual({ lane: 'list', priority: 'fresh', at: T0 + 30_000 });
  });

  it('is the most urgent of its rows, and of those the first', () => {
    const rows = fc.uniqueArray(
      fc.record({ name: fc.nat({ max: 20 }), priority: fc.constantFrom(...PRIORITIES), at: fc.nat({ max: 5 }) }),
      { selector: ({ name }) => name, minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(rows, (all) => {
        const record = aCheckpoint(
          ...all.map(({ name, priority, at }) => aPermission(`proj_${name}`, 'pending', { priority, notBefore: at })),
        );
        const rank = ({ priority, at }: { priority: (typeof PRIORITIES)[number]; at: number }) =>
          PRIORITIES.indexOf(priority) * 100 + at;
        const best = Math.min(...all.map(rank));
        const due = dueOf(record);
        expect(due && rank(due)).toBe(best);
      }),
    );
  });
});

describe('the permission ids that are new in a record', () => {
  it('are each named once, with their project', () => {
    const before = aCheckpoint(aPermission('proj_A', 'active', { permissionId: 'cp_1', duplicateIds: ['cp_2'] }));
    const after = aCheckpoint(
      aPermission('proj_A', 'active', { permissionId: 'cp_3', duplicateIds: ['cp_1', 'cp_3'] }),
      aPermission('proj_B', 'foreign', { permissionId: 'cp_4' }),
      aPermission('proj_C', 'pending'),
    );
    expect(newPermissionIds(after, before)).toEqual([
      { permissionId: 'cp_3', projectId: 'proj_A' },
      { permissionId: 'cp_4', projectId: 'proj_B' },
    ]);
    expect(newPermissionIds(after, after)).toEqual([]);
  });
});
