import { describe, expect, it } from 'vitest';
import { dueOf } from '../../../lambdas/core/checkpoint/due.ts';
import { type DeleteAnswer, endDelete, nextToRevoke } from '../../../lambdas/core/checkpoint/revoke.ts';
import type { CheckpointRecord, PermissionRecord, PermissionState } from '../../../lambdas/core/model/permission.ts';
import { aCheckpoint, aPermission, aWant, DAY, MINUTE, rowOf, SECOND, T0 } from '../../builders/checkpoints.ts';

const A = 'proj_A';
const CALL = { projectId: A, permissionId: 'cp_proj_A' };
const DELETED: DeleteAnswer = { kind: 'deleted' };
const LOST: DeleteAnswer = { kind: 'not-done', reason: 'reset', blameless: false };

function end(row: PermissionRecord, answer: DeleteAnswer, permissionId = CALL.permissionId): PermissionRecord {
  return rowOf(endDelete(aCheckpoint(row), { projectId: A, permissionId }, answer, T0 + SECOND), A);
}

describe('what is deleted', () => {
  it.each<PermissionState>(['active', 'orphaned', 'drifted', 'foreign', 'unknown', 'revoked', 'pending', 'rejected'])(
    'is never what is %s',
    (state) => {
      const row = aPermission(A, state, { permissionId: 'cp_1', notBefore: T0 });
      expect(nextToRevoke(aCheckpoint(row), T0)).toBeUndefined();
    },
  );

  it('is what is being revoked, when it is due', () => {
    const record = aCheckpoint(aPermission(A, 'revoking'));
    expect(nextToRevoke(record, T0)).toEqual(CALL);
    expect(nextToRevoke(record, T0 - 1)).toBeUndefined();
  });

  it('is every permission of the project, its duplicates first', () => {
    let record: CheckpointRecord = aCheckpoint(aPermission(A, 'revoking', { duplicateIds: ['cp_2', 'cp_3'] }));
    const deleted: string[] = [];
    for (let next = nextToRevoke(record, T0); next !== undefined; next = nextToRevoke(record, T0)) {
      deleted.push(next.permissionId);
      record = endDelete(record, next, DELETED, T0);
    }
    expect(deleted.toSorted()).toEqual(['cp_2', 'cp_3', 'cp_proj_A']);
    expect(deleted.at(-1)).toBe('cp_proj_A');
    expect(rowOf(record, A)).toMatchObject({ state: 'revoked', notBefore: null, verifiedAt: T0 });
    expect(dueOf(record)).toBeNull();
  });
});

describe('the end of a deleting call', () => {
  it('leaves what it could not delete for later, longer each time', () => {
    const once = end(aPermission(A, 'revoking'), LOST);
    expect(once).toMatchObject({ state: 'revoking', attempts: 1, notBefore: T0 + 31 * SECOND });
    expect(end(once, LOST)).toMatchObject({ attempts: 2, notBefore: T0 + 61 * SECOND });
  });

  it('asks again at once after a 429, which is nobody’s failure', () => {
    const row = end(aPermission(A, 'revoking'), { kind: 'not-done', reason: '429', blameless: true });
    expect(row).toMatchObject({ state: 'revoking', attempts: 0, notBefore: T0 });
  });

  it('tries once a day what OpenAI refuses to delete', () => {
    const row = end(aPermission(A, 'revoking'), { kind: 'refused', reason: 'no' });
    expect(row).toMatchObject({ state: 'revoking', reason: 'no', priority: 'retry', notBefore: T0 + SECOND + DAY });
  });

  it('does not forget a permission that came to light while the other was deleted', () => {
    const row = end(aPermission(A, 'revoking', { duplicateIds: ['cp_late'] }), DELETED);
    expect(row).toMatchObject({ state: 'revoking', permissionId: 'cp_late', duplicateIds: [] });
    const kept = end(aPermission(A, 'active', { duplicateIds: ['cp_late'] }), DELETED);
    expect(kept).toMatchObject({ state: 'active', permissionId: 'cp_late' });
  });

  it('changes nothing where the id is not the row’s any more', () => {
    const row = aPermission(A, 'active', { permissionId: 'cp_other' });
    for (const answer of [DELETED, LOST]) expect(end(row, answer)).toEqual(row);
    expect(endDelete(aCheckpoint(), CALL, DELETED, T0).permissions).toEqual({});
  });
});

describe('what is wanted again while its deletion is under way', () => {
  const kept = aPermission(A, 'active');

  it('is shared anew once it was deleted', () => {
    const row = end(kept, DELETED);
    expect(row).toMatchObject({ state: 'pending', permissionId: null, want: aWant(A), notBefore: T0 + SECOND });
  });

  it('is in doubt when the answer never came, and a LIST tells once it can be believed', () => {
    const row = end(kept, LOST);
    expect(row).toMatchObject({ state: 'unknown', permissionId: 'cp_proj_A', notBefore: T0 + SECOND + 2 * MINUTE });
    expect(dueOf(aCheckpoint(row))).toMatchObject({ lane: 'list', at: T0 + SECOND + 2 * MINUTE });
  });

  it('stays as it is when nothing was deleted', () => {
    expect(end(kept, { kind: 'refused', reason: 'no' })).toEqual(kept);
    expect(end(kept, { kind: 'not-done', reason: '429', blameless: true })).toMatchObject({ state: 'active' });
  });
});
