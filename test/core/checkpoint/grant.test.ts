import { describe, expect, it } from 'vitest';
import { recordGrant } from '../../../lambdas/core/checkpoint/grant.ts';
import { idsOf } from '../../../lambdas/core/checkpoint/record.ts';
import type { PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import { aCheckpoint, aPermission, held, MINUTE, rowOf, shows, T0 } from '../../builders/checkpoints.ts';

const A = 'proj_A';
const POST = { projectIds: [A], startedAt: T0 };

/** The row after a call for it, begun at T0, is answered with `cp_late`. */
function late(row: PermissionRecord | null, permissionId = 'cp_late', post = POST): PermissionRecord {
  return rowOf(recordGrant(aCheckpoint(...(row ? [row] : [])), post, shows(A, permissionId, T0 + 1)), A);
}

describe('a grant that OpenAI answers, however late', () => {
  it.each(['pending', 'unknown', 'rejected', 'drifted'] as const)('makes a row that is %s active', (state) => {
    expect(late(aPermission(A, state))).toMatchObject({
      state: 'active',
      permissionId: 'cp_late',
      sharedAt: T0 + 1,
      notBefore: null,
      doubt: null,
    });
  });

  it.each(['active', 'orphaned', 'revoking'] as const)(
    'is kept as a duplicate by a row that is %s already',
    (state) => {
      expect(late(aPermission(A, state))).toMatchObject({
        state,
        permissionId: 'cp_proj_A',
        duplicateIds: ['cp_late'],
      });
    },
  );

  it.each(['active', 'orphaned', 'revoking', 'revoked'] as const)(
    'under the id that a row which is %s has: nothing new',
    (state) => {
      const record = aCheckpoint(aPermission(A, state));
      expect(recordGrant(record, POST, shows(A, 'cp_proj_A'))).toBe(record);
    },
  );

  it('is nobody’s business where a person has had it forgotten since', () => {
    const record = held(aCheckpoint(), A, 'forgotten');
    for (const post of [POST, { ...POST, projectIds: ['proj_B'] }]) {
      expect(recordGrant(record, post, shows(A, 'cp_late', T0 + 1))).toBe(record);
    }
  });

  it('is an orphan where nobody wants it any more: revoked before, dropped, or taken for somebody else’s', () => {
    for (const row of [aPermission(A, 'revoked'), null, aPermission(A, 'foreign')]) {
      expect(late(row)).toMatchObject({ state: 'orphaned', permissionId: 'cp_late', want: null });
    }
    expect(late(aPermission(A, 'foreign'), 'cp_proj_A')).toMatchObject({
      state: 'orphaned',
      permissionId: 'cp_proj_A',
    });
  });

  it('loses no id of a row whose deletion is in doubt', () => {
    const doubtful = aPermission(A, 'unknown', { permissionId: 'cp_1', duplicateIds: ['cp_2'] });
    expect(late(doubtful)).toMatchObject({ state: 'active', permissionId: 'cp_late', duplicateIds: ['cp_1', 'cp_2'] });
    expect(idsOf(late(doubtful, 'cp_2'))).toEqual(['cp_2', 'cp_1']);
  });

  it('counts as just asked for, so that a lagging list is no drift', () => {
    expect(late(aPermission(A, 'revoked', { askedAt: T0 - MINUTE })).askedAt).toBe(T0);
    expect(late(aPermission(A, 'active', { askedAt: T0 + MINUTE })).askedAt).toBe(T0 + MINUTE);
  });
});

describe('a permission in the answer that the call did not ask for', () => {
  const elsewhere = { projectIds: ['proj_B'], startedAt: T0 };

  it('is foreign where nobody wants it', () => {
    expect(late(null, 'cp_x', elsewhere)).toMatchObject({ state: 'foreign', permissionId: 'cp_x', askedAt: null });
  });

  it('leaves alone what nobody wants and the ledger has', () => {
    for (const state of ['orphaned', 'revoked', 'foreign'] as const) {
      const record = aCheckpoint(aPermission(A, state));
      expect(recordGrant(record, elsewhere, shows(A, 'cp_x'))).toBe(record);
    }
  });

  it('is adopted where somebody wants it', () => {
    expect(late(aPermission(A, 'pending'), 'cp_x', elsewhere)).toMatchObject({ state: 'active', permissionId: 'cp_x' });
  });
});
