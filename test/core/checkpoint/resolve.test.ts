import { describe, expect, it } from 'vitest';
import { beginCreate } from '../../../lambdas/core/checkpoint/create.ts';
import { dueOf } from '../../../lambdas/core/checkpoint/due.ts';
import { postponeList, resolveByList, resolveGone } from '../../../lambdas/core/checkpoint/resolve.ts';
import type { CheckpointRecord, PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import { aCheckpoint, aPermission, aWant, DAY, MINUTE, rowOf, SECOND, shows, T0 } from '../../builders/checkpoints.ts';

const A = 'proj_A';

function listed(row: PermissionRecord, actual: Parameters<typeof resolveByList>[1], now = T0): PermissionRecord {
  return rowOf(resolveByList(aCheckpoint(row), actual, now), A);
}

function unknown(parts: Partial<PermissionRecord> = {}): PermissionRecord {
  return aPermission(A, 'unknown', { askedAt: T0 - MINUTE, ...parts });
}

describe('a row in doubt', () => {
  it('is active once the list shows it', () => {
    const row = listed(unknown(), [shows(A, 'cp_1', T0 - MINUTE)]);
    expect(row).toMatchObject({ state: 'active', permissionId: 'cp_1', verifiedAt: T0, doubt: null });
  });

  it('is looked for again two minutes after the call while the list does not show it', () => {
    const row = listed(unknown(), []);
    expect(row).toMatchObject({ state: 'unknown', notBefore: T0 + MINUTE });
    expect(dueOf(aCheckpoint(row))).toMatchObject({ lane: 'list', at: T0 + MINUTE });
  });

  it('is asked for again when it does not show even then', () => {
    const row = listed(unknown(), [], T0 + MINUTE);
    expect(row).toMatchObject({ state: 'pending', notBefore: T0 + MINUTE, attempts: 1, failing: 'lost' });
  });

  it('is left for a day after six calls that were lost', () => {
    let row = unknown();
    let calls = 1;
    for (; row.state !== 'rejected' && calls < 20; calls++) {
      row = listed(row, [], T0 + MINUTE);
      if (row.state === 'pending') row = { ...row, state: 'unknown', doubt: 'no-answer', askedAt: T0 - MINUTE };
    }
    expect(calls - 1).toBe(6);
    expect(row).toMatchObject({ notBefore: T0 + MINUTE + DAY, priority: 'retry' });
  });

  it('is not given up because other calls failed before', () => {
    const row = listed(unknown({ attempts: 5, failing: 'unavailable' }), [], T0 + MINUTE);
    expect(row).toMatchObject({ state: 'pending', attempts: 1 });
  });

  it('counts as refused when OpenAI answered without it and it does not show', () => {
    const row = listed(unknown({ doubt: 'left-out' }), [], T0 + MINUTE);
    expect(row).toMatchObject({ state: 'rejected', notBefore: T0 + MINUTE + DAY });
    expect(listed(unknown({ doubt: 'left-out' }), [])).toMatchObject({ state: 'unknown' });
  });

  it('stays in doubt while only an older permission shows: its own may be still to come', () => {
    const older = shows(A, 'cp_old', T0 - DAY);
    expect(listed(unknown(), [older])).toMatchObject({ state: 'unknown', notBefore: T0 + MINUTE });
    expect(listed(unknown(), [older], T0 + MINUTE)).toMatchObject({ state: 'active', permissionId: 'cp_old' });
  });

  it('takes all that shows for its own', () => {
    const both = [shows(A, 'cp_1', T0 - MINUTE), shows(A, 'cp_2', T0 - MINUTE + SECOND)];
    expect(listed(unknown(), both)).toMatchObject({ permissionId: 'cp_2', duplicateIds: ['cp_1'] });
    const unwanted = listed(unknown({ want: null }), both);
    expect(unwanted).toMatchObject({ state: 'orphaned', permissionId: 'cp_2', duplicateIds: ['cp_1'] });
  });

  it('that nobody wants any more is dropped when the call had no effect', () => {
    expect(resolveByList(aCheckpoint(unknown({ want: null })), [], T0 + MINUTE).permissions).toEqual({});
  });

  it('about a deletion is revoked when nobody wants it and it does not show', () => {
    const row = listed(unknown({ want: null, permissionId: 'cp_1' }), [], T0 + MINUTE);
    expect(row).toMatchObject({ state: 'revoked', permissionId: 'cp_1', notBefore: null });
  });
});

describe('a call in flight', () => {
  const { record } = beginCreate(aCheckpoint(aPermission(A, 'pending')), new Map(), T0, 30 * SECOND);

  it('stays in flight when a list comes before its deadline', () => {
    const next = resolveByList(record, [], T0 + 29 * SECOND);
    expect(next.inFlight).toEqual(record.inFlight);
    expect(dueOf(next)).toMatchObject({ lane: 'list', at: T0 + 30 * SECOND });
  });

  it('is over with the first list after its deadline, and that alone repeats no POST', () => {
    const next = resolveByList(record, [], T0 + 30 * SECOND);
    expect(next.inFlight).toBeNull();
    expect(rowOf(next, A)).toMatchObject({ state: 'unknown', notBefore: T0 + 2 * MINUTE });
    expect(postponeList(record, T0 + 30 * SECOND, 'away').inFlight).toBeNull();
  });

  it('is not taken for lost by a list, however long its deadline', () => {
    const slow = beginCreate(aCheckpoint(aPermission(A, 'pending')), new Map(), T0, 10 * MINUTE).record;
    expect(rowOf(resolveByList(slow, [], T0 + 5 * MINUTE), A)).toMatchObject({
      state: 'unknown',
      notBefore: T0 + 10 * MINUTE,
    });
  });
});

describe('a permission that was granted a moment ago', () => {
  const fresh = { askedAt: T0 - SECOND, sharedAt: T0 };

  it.each(['active', 'orphaned'] as const)('has not drifted because a lagging list leaves it out (%s)', (state) => {
    const row = aPermission(A, state, { ...fresh, duplicateIds: ['cp_2'] });
    expect(listed(row, [])).toMatchObject({
      state,
      permissionId: 'cp_proj_A',
      duplicateIds: ['cp_2'],
      verifiedAt: null,
    });
  });

  it('has not drifted either where it was the audit log that told of it', () => {
    const row = aPermission(A, 'active', { askedAt: T0 - DAY, sharedAt: T0 - SECOND });
    const record = resolveByList(aCheckpoint(row), [], T0);
    expect(rowOf(record, A)).toMatchObject({ state: 'active', permissionId: 'cp_proj_A' });
    expect(record).toMatchObject({ verifyAt: T0 - SECOND + 2 * MINUTE, verifyPriority: 'repair' });
    expect(listed({ ...row, askedAt: null }, [], T0 + 2 * MINUTE)).toMatchObject({ state: 'pending' });
  });

  it('is not exchanged for an older one that shows already', () => {
    const row = listed(aPermission(A, 'active', fresh), [shows(A, 'cp_old', T0 - DAY)]);
    expect(row).toMatchObject({ permissionId: 'cp_proj_A', duplicateIds: ['cp_old'] });
  });

  it('has drifted if the list leaves it out two minutes later', () => {
    const row = listed(aPermission(A, 'active', fresh), [], T0 + 2 * MINUTE);
    expect(row).toMatchObject({ state: 'pending', priority: 'repair', permissionId: null });
  });
});

describe('a permission that was deleted a moment ago', () => {
  const revoked = aPermission(A, 'revoked', { verifiedAt: T0 - SECOND });

  it('is gone, although a lagging list still shows it', () => {
    expect(listed(revoked, [shows(A, 'cp_proj_A')])).toEqual(revoked);
  });

  it('is an orphan again if it shows two minutes later: the deletion did not hold', () => {
    const row = listed(revoked, [shows(A, 'cp_proj_A')], T0 + 2 * MINUTE);
    expect(row).toMatchObject({ state: 'orphaned', permissionId: 'cp_proj_A' });
  });
});

describe('a second permission of a project', () => {
  const two = [shows(A, 'cp_proj_A'), shows(A, 'cp_other')];

  it('is tracked where the project is wanted, so that revoking takes it, too', () => {
    expect(listed(aPermission(A, 'active'), two)).toMatchObject({ duplicateIds: ['cp_other'], verifiedAt: T0 });
  });

  it('is not ours where nobody wants the project', () => {
    expect(listed(aPermission(A, 'orphaned'), two)).toMatchObject({ duplicateIds: [] });
  });

  it('is the first of an orphan, too, when the first is gone', () => {
    const row = aPermission(A, 'orphaned', { duplicateIds: ['cp_other'] });
    const next = listed(row, [shows(A, 'cp_other')]);
    expect(next).toMatchObject({ state: 'orphaned', permissionId: 'cp_other', duplicateIds: [] });
  });

  it('is given up when it shows no more', () => {
    const row = aPermission(A, 'active', { duplicateIds: ['cp_gone'] });
    expect(listed(row, [shows(A, 'cp_proj_A')])).toMatchObject({ duplicateIds: [] });
  });

  it('takes the place of the first when that is gone', () => {
    const row = aPermission(A, 'active', { duplicateIds: ['cp_other'] });
    const next = listed(row, [shows(A, 'cp_other')]);
    expect(next).toMatchObject({ state: 'active', permissionId: 'cp_other', duplicateIds: [] });
  });
});

describe('a list that does not come through', () => {
  it('waits as long again as it has been waited for, from 30 s to 15 minutes', () => {
    const row = (askedAgo: number) => rowOf(postponeList(aCheckpoint(unknown({ askedAt: T0 - askedAgo })), T0, 'x'), A);
    expect(row(SECOND).notBefore).toBe(T0 + 30 * SECOND);
    expect(row(4 * MINUTE).notBefore).toBe(T0 + 4 * MINUTE);
    expect(row(DAY).notBefore).toBe(T0 + 15 * MINUTE);
  });

  it('counts as nobody’s lost call', () => {
    const before = unknown({ attempts: 5, failing: 'lost' });
    expect(rowOf(postponeList(aCheckpoint(before), T0, 'x'), A)).toMatchObject({ attempts: 5, failing: 'lost' });
  });

  it('does not keep what is to be deleted for another project waiting behind it', () => {
    const revoking = aPermission('proj_B', 'revoking', { priority: 'repair' });
    const record = postponeList(aCheckpoint(unknown(), revoking), T0, 'x');
    expect(dueOf(record)).toMatchObject({ lane: 'delete', at: T0 });
  });
});

describe('a checkpoint that OpenAI does not know (any more)', () => {
  const gone = (row: PermissionRecord, now = T0): CheckpointRecord =>
    resolveGone(aCheckpoint(row), 'no such model', now);

  it.each(['active', 'orphaned', 'revoking', 'drifted'] as const)('has taken along what was %s', (state) => {
    expect(rowOf(gone(aPermission(A, state)), A)).toMatchObject({ state: 'revoked', notBefore: null });
  });

  it('has not taken along what was granted a moment ago', () => {
    const row = aPermission(A, 'active', { askedAt: T0 - SECOND });
    expect(rowOf(gone(row), A)).toEqual(row);
  });

  it('leaves a row in doubt until it is certain that its call had no effect', () => {
    expect(rowOf(gone(unknown()), A)).toMatchObject({ state: 'unknown', notBefore: T0 + MINUTE });
    expect(gone(unknown({ want: null }), T0 + MINUTE).permissions).toEqual({});
  });

  it('has nothing foreign any more', () => {
    expect(gone(aPermission(A, 'foreign')).permissions).toEqual({});
  });

  it('lives on as before should it be there again, also where something was still to be asked for', () => {
    const adopted = aWant(A, { origin: 'adopted', rule: null });
    const row = aPermission(A, 'active', { want: adopted });
    const lost = resolveGone(aCheckpoint(row, aPermission('proj_B', 'pending')), 'gone', T0);
    expect(rowOf(lost, A)).toMatchObject({ state: 'revoked', want: null });
    expect(lost.gone).toBe('gone');
    const back = rowOf(resolveByList(lost, [shows(A, `cp_${A}`, T0 - DAY)], T0 + DAY), A);
    expect(back).toMatchObject({ state: 'active', want: adopted });
    expect(back).not.toHaveProperty('lastWant');
  });
});

it('a list finds drift and what is foreign, and leaves the rest as it is', () => {
  const report = aWant('proj_C', { onDrift: 'report' });
  const record = aCheckpoint(
    aPermission('proj_A', 'active'),
    aPermission('proj_B', 'active'),
    aPermission('proj_C', 'active', { want: report }),
  );
  const next = resolveByList(record, [shows('proj_A', 'cp_proj_A'), shows('proj_D', 'cp_d')], T0);
  expect(rowOf(next, 'proj_A')).toEqual({ ...rowOf(record, 'proj_A'), verifiedAt: T0 });
  expect(rowOf(next, 'proj_B')).toMatchObject({ state: 'pending', priority: 'repair' });
  expect(rowOf(next, 'proj_C')).toMatchObject({ state: 'drifted', want: report });
  expect(rowOf(next, 'proj_D')).toMatchObject({ state: 'foreign', permissionId: 'cp_d' });
});
