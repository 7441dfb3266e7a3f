import { describe, expect, it } from 'vitest';
import { dueOf } from '../../../lambdas/core/checkpoint/due.ts';
import { REPAIRS_A_DAY } from '../../../lambdas/core/checkpoint/flapping.ts';
import { resolveByList } from '../../../lambdas/core/checkpoint/resolve.ts';
import { shareByHand } from '../../../lambdas/core/checkpoint/share-by-hand.ts';
import { HOLDS, type PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import { aCheckpoint, aPermission, aWant, DAY, held, MINUTE, rowOf, shows, T0 } from '../../builders/checkpoints.ts';

const A = 'proj_A';
const WANT = aWant(A, { origin: 'operator', rule: null });

function shared(row: PermissionRecord, want = WANT): PermissionRecord {
  return rowOf(shareByHand(aCheckpoint(row), [want], T0), A);
}

describe('what a person shares', () => {
  it('is due at once where there is nothing yet', () => {
    const record = shareByHand(aCheckpoint(), [WANT], T0);
    expect(rowOf(record, A)).toMatchObject({ state: 'pending', want: WANT, priority: 'fresh', notBefore: T0 });
    expect(dueOf(record)).toEqual({ lane: 'create', priority: 'fresh', at: T0 });
  });

  it.each(['pending', 'rejected'] as const)('is due at once, and its tries begin anew, where it was %s', (state) => {
    const row = aPermission(A, state, { priority: 'retry', notBefore: T0 + DAY, attempts: 3, failing: 'not-found' });
    const due = { state: 'pending', priority: 'fresh', notBefore: T0, attempts: 0, failing: null };
    expect(shared(row)).toMatchObject({ ...due, want: WANT });
    // On the very terms on which it was wanted.
    expect(shared({ ...row, want: WANT })).toMatchObject(due);
  });

  it('is listed at once where its project was closed: it may be there', () => {
    const row = aPermission(A, 'rejected', { permissionId: 'cp_1', priority: 'retry', notBefore: T0 + DAY });
    expect(dueOf(shareByHand(aCheckpoint(row), [WANT], T0))).toEqual({ lane: 'list', priority: 'repair', at: T0 });
  });

  it('is only wanted by somebody else where it is granted: no call', () => {
    const record = shareByHand(aCheckpoint(aPermission(A, 'active')), [WANT], T0);
    expect(rowOf(record, A)).toEqual(aPermission(A, 'active', { want: WANT }));
    expect(dueOf(record)).toBeNull();
    expect(shared(aPermission(A, 'orphaned'))).toMatchObject({ state: 'active', want: WANT, permissionId: `cp_${A}` });
  });

  it('takes new terms in place of those before', () => {
    const row = aPermission(A, 'active', { want: WANT });
    const terms = { ...WANT, onDrift: 'report' as const, expiresAt: T0 + DAY };
    expect(shared(row, terms).want).toEqual(terms);
  });

  it('is taken over without a call where somebody else has granted it', () => {
    expect(shared(aPermission(A, 'foreign'))).toMatchObject({ state: 'active', permissionId: `cp_${A}`, want: WANT });
  });

  it.each(['repair', 'report'] as const)('is shared again where it had drifted, flapping or not (%s)', (onDrift) => {
    const want = aWant(A, { onDrift });
    for (const repairs of [[], Array(REPAIRS_A_DAY).fill(T0)]) {
      const row = aPermission(A, 'drifted', { want, repairs });
      expect(shared(row, want)).toMatchObject({ state: 'pending', notBefore: T0, want });
      expect(shared(row)).toMatchObject({ state: 'pending', notBefore: T0, want: WANT });
    }
  });

  it('is asked for anew where it was revoked, and looked up where it is being revoked', () => {
    expect(shared(aPermission(A, 'revoked', { verifiedAt: T0 }))).toMatchObject({ state: 'pending', verifiedAt: T0 });
    const doubted = { state: 'unknown', want: WANT, notBefore: T0 + 2 * MINUTE };
    expect(shared(aPermission(A, 'revoking'))).toMatchObject(doubted);
  });

  it('is not asked for a second time while a call for it is on its way', () => {
    const row = aPermission(A, 'unknown', { want: null });
    expect(shared(row)).toEqual({ ...row, want: WANT });
  });

  it('waits on where it is set aside', () => {
    expect(shared(aPermission(A, 'pending', { parked: true, want: WANT }))).toMatchObject({ parked: true });
  });
});

describe('sharing what a person has said something of', () => {
  it.each(HOLDS)('takes that word back (%s)', (kind) => {
    const record = shareByHand(held(aCheckpoint(), A, kind), [WANT], T0);
    expect(record.holds).toBeUndefined();
    expect(rowOf(record, A).want).toEqual(WANT);
  });

  it('looks first whether what was forgotten is there, and shares it if not', () => {
    const record = shareByHand(held(aCheckpoint(), A, 'forgotten'), [WANT], T0);
    expect(dueOf(record)).toMatchObject({ lane: 'list', at: T0 });
    const there = resolveByList(record, [shows(A, 'cp_1')], T0);
    expect(rowOf(there, A)).toMatchObject({ state: 'active', permissionId: 'cp_1', want: WANT });
    const absent = resolveByList(record, [], T0);
    expect(dueOf(absent)).toMatchObject({ lane: 'create', at: T0 });
  });

  it('leaves words on other projects, and other rows, as they are', () => {
    const other = aPermission('proj_B', 'pending', { notBefore: T0 + DAY });
    const record = held(held(aCheckpoint(other), 'proj_B', 'ignored'), 'proj_C', 'withheld');
    const after = shareByHand(record, [WANT], T0);
    expect(after.holds).toEqual(record.holds);
    expect(rowOf(after, 'proj_B')).toEqual(other);
    expect(Object.keys(after.permissions).sort()).toEqual([A, 'proj_B']);
  });
});

it('a checkpoint that was gone is asked for all the same', () => {
  const gone = { ...aCheckpoint(), gone: 'no such model' };
  expect(shareByHand(gone, [WANT], T0)).toMatchObject({ gone: null, permissions: { [A]: { state: 'pending' } } });
});
