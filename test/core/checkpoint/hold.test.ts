import { describe, expect, it } from 'vitest';
import { beginCreate } from '../../../lambdas/core/checkpoint/create.ts';
import { dueOf } from '../../../lambdas/core/checkpoint/due.ts';
import {
  forget,
  holdOf,
  ignore,
  isIgnorable,
  isInDoubt,
  recall,
  releaseHold,
  withHold,
  withoutHold,
} from '../../../lambdas/core/checkpoint/hold.ts';
import { resolveByList } from '../../../lambdas/core/checkpoint/resolve.ts';
import { PERMISSION_STATES, type PermissionState } from '../../../lambdas/core/model/permission.ts';
import {
  aCheckpoint,
  aHold,
  aPermission,
  DAY,
  held,
  MINUTE,
  rowOf,
  SECOND,
  shows,
  T0,
} from '../../builders/checkpoints.ts';

const A = 'proj_A';
const B = 'proj_B';
const SAID = aHold('ignored', { at: T0 });

describe('what a person has said', () => {
  it('is kept by project, also of one that has no permission, and the last word counts', () => {
    const record = withHold(withHold(aCheckpoint(), [A, B], aHold('withheld')), [A], SAID);
    expect(holdOf(record, A)).toEqual(SAID);
    expect(holdOf(record, B)?.kind).toBe('withheld');
    expect(holdOf(record, 'proj_C')).toBeUndefined();
  });

  it('can be taken back project by project, and leaves no trace in the record', () => {
    const empty = aCheckpoint();
    const record = withHold(empty, [A, B], SAID);
    expect(Object.keys(withoutHold(record, [A]).holds ?? {})).toEqual([B]);
    expect(withoutHold(record, [A, B])).toEqual(empty);
    expect(withoutHold(record, ['proj_C'])).toBe(record);
    expect(withoutHold(empty, [A])).toBe(empty);
  });
});

describe('forgetting', () => {
  it('takes the row and its ids out of the record, leaves the others, and remembers that it did', () => {
    const record = aCheckpoint(aPermission(A, 'active'), aPermission(B, 'active'));
    const after = forget(record, [A], aHold('forgotten'));
    expect(Object.keys(after.permissions)).toEqual([B]);
    expect(rowOf(after, B)).toBe(rowOf(record, B));
    expect(holdOf(after, A)?.kind).toBe('forgotten');
  });

  it.each(PERMISSION_STATES)('leaves nothing due of what was %s', (state) => {
    const record = aCheckpoint(aPermission(A, state, { permissionId: 'cp_1', notBefore: T0 }));
    expect(dueOf(forget(record, [A], aHold('forgotten')))).toBeNull();
  });
});

describe('recalling', () => {
  it('has what was forgotten looked up before anything is asked for: it may be at OpenAI', () => {
    const record = recall(held(aCheckpoint(), A, 'forgotten'), [A], T0);
    expect(record.holds).toBeUndefined();
    expect(rowOf(record, A)).toMatchObject({ state: 'unknown', want: null, doubt: 'forgotten', notBefore: T0 });
    expect(dueOf(record)).toEqual({ lane: 'list', priority: 'repair', at: T0 });
  });

  it('waits until a list can be believed where it was forgotten a moment ago', () => {
    const record = withHold(aCheckpoint(), [A], aHold('forgotten', { at: T0 - SECOND }));
    const recalled = recall(record, [A], T0);
    expect(dueOf(recalled)?.at).toBe(T0 - SECOND + 2 * MINUTE);
    expect(rowOf(resolveByList(recalled, [], T0 + SECOND), A)).toMatchObject({ state: 'unknown' });
    expect(resolveByList(recalled, [], T0 + 2 * MINUTE).permissions).toEqual({});
  });

  it('leaves nothing where it is not there and nobody wants it', () => {
    const record = recall(held(aCheckpoint(), A, 'forgotten'), [A], T0);
    expect(resolveByList(record, [], T0).permissions).toEqual({});
  });

  it('never makes somebody else’s ours where nobody wants it', () => {
    const record = recall(held(aCheckpoint(), A, 'forgotten'), [A], T0);
    expect(rowOf(resolveByList(record, [shows(A, 'cp_9')], T0), A)).toMatchObject({ state: 'foreign' });
  });

  it('only takes back what was withheld or ignored, and what nobody has said anything of', () => {
    const record = held(held(aCheckpoint(aPermission(B, 'active')), A, 'withheld'), B, 'ignored');
    expect(recall(record, [A, B], T0)).toEqual(aCheckpoint(aPermission(B, 'active')));
    const empty = aCheckpoint();
    expect(recall(empty, [A], T0)).toBe(empty);
  });
});

describe('a call that may be on its way', () => {
  const isDoubted = (state: PermissionState, parts = {}) => {
    const permission = aPermission(A, state, parts);
    return isInDoubt(aCheckpoint(permission), permission, T0);
  };

  it('is what is unknown, or being revoked', () => {
    expect(PERMISSION_STATES.filter((state) => isDoubted(state))).toEqual(['unknown', 'revoking']);
  });

  it('is not a revocation that OpenAI has refused until tomorrow, nor one that is set aside', () => {
    expect(isDoubted('revoking', { priority: 'retry', notBefore: T0 + DAY })).toBe(false);
    expect(isDoubted('revoking', { priority: 'retry', notBefore: T0 })).toBe(true);
    expect(isDoubted('revoking', { parked: true })).toBe(false);
  });

  it('is a POST that was not answered yet, though a list shows already what it has made', () => {
    const { record } = beginCreate(aCheckpoint(aPermission(A, 'pending')), new Map(), T0, 30 * SECOND);
    const seen = resolveByList(record, [shows(A, 'cp_1', T0)], T0 + SECOND);
    expect(rowOf(seen, A).state).toBe('active');
    expect(isInDoubt(seen, rowOf(seen, A), T0 + SECOND)).toBe(true);
    const landed = { ...seen, inFlight: null };
    expect(isInDoubt(landed, rowOf(landed, A), T0 + SECOND)).toBe(false);
  });
});

describe('ignoring', () => {
  it('is for what is there, was refused, or is somebody else’s', () => {
    const states = PERMISSION_STATES.filter((state) => isIgnorable(aPermission(A, state)));
    expect(states).toEqual(['active', 'drifted', 'rejected', 'orphaned', 'foreign']);
  });

  it('ends the daily retry of what OpenAI refuses, and changes nothing else', () => {
    const refused = aPermission(A, 'rejected', { priority: 'retry', notBefore: T0 + DAY });
    const record = aCheckpoint(refused, aPermission(B, 'active'));
    const after = ignore(record, [A, B], SAID);
    expect(rowOf(after, A)).toEqual({ ...refused, notBefore: null });
    expect(rowOf(after, B)).toBe(rowOf(record, B));
    expect(dueOf(after)).toBeNull();
  });

  it.each([
    ['and there', [shows(A, 'cp_1')], { state: 'active', permissionId: 'cp_1', verifiedAt: T0 }],
    ['and gone', [], { state: 'drifted', permissionId: 'cp_1', notBefore: null }],
  ] as const)('keeps what was closed with its project from being asked for by a list (%s)', (_, actual, after) => {
    const closed = aPermission(A, 'rejected', { permissionId: 'cp_1', notBefore: T0 + DAY });
    const record = ignore(aCheckpoint(closed), [A], SAID);
    const listed = resolveByList(record, actual, T0);
    expect(rowOf(listed, A)).toMatchObject(after);
    expect(dueOf(listed)).toBeNull();
  });
});

describe('heeding', () => {
  it('lets the policy decide again, and tries at once what OpenAI had refused', () => {
    const record = ignore(aCheckpoint(aPermission(A, 'rejected'), aPermission(B, 'active')), [A, B], SAID);
    const after = releaseHold(record, [A, B], T0 + MINUTE);
    expect(after.holds).toBeUndefined();
    expect(rowOf(after, A).notBefore).toBe(T0 + MINUTE);
    expect(rowOf(after, B)).toEqual(aPermission(B, 'active'));
  });

  it('is no answer to other words', () => {
    const record = held(held(aCheckpoint(), A, 'forgotten'), B, 'withheld');
    expect(releaseHold(record, [A, B, 'proj_C'], T0)).toBe(record);
  });
});
