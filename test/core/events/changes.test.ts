import { describe, expect, it } from 'vitest';
import { forget, ignore, releaseHold, withHold } from '../../../lambdas/core/checkpoint/hold.ts';
import { revokeByHand } from '../../../lambdas/core/checkpoint/revoke-by-hand.ts';
import { shareByHand } from '../../../lambdas/core/checkpoint/share-by-hand.ts';
import { changesBetween } from '../../../lambdas/core/events/changes.ts';
import type { CheckpointRecord, PermissionRecord, PermissionState } from '../../../lambdas/core/model/permission.ts';
import { aCheckpoint, aHold, aPermission, aWant, held, shows, T0 } from '../../builders/checkpoints.ts';

const A = 'proj_A';
const WANT = aWant(A, { origin: 'operator', rule: null });

const acts = (before: CheckpointRecord, after: CheckpointRecord) => changesBetween(before, after).map(({ act }) => act);
const row = (state: PermissionState, parts: Partial<PermissionRecord> = {}) => aPermission(A, state, parts);
/** What the write of one row in another one's place is told as. */
function actsOf(old: PermissionRecord | null, now: PermissionRecord | null): readonly string[] {
  return acts(aCheckpoint(...(old ? [old] : [])), aCheckpoint(...(now ? [now] : [])));
}

const ID = `cp_${A}`;
const GRANTED = row('active');

describe('the act of a write', () => {
  it.each<[string, string, PermissionRecord | null, PermissionRecord | null]>([
    ['wanted', 'for the first time', null, row('pending')],
    ['wanted', 'after it was revoked', row('revoked'), row('pending')],
    ['wanted', 'after it was somebody else’s', row('foreign'), row('pending')],
    ['wanted', 'while it is being revoked', row('revoking'), row('unknown', { want: WANT })],
    ['wanted', 'after it was forgotten', null, row('unknown', { doubt: 'forgotten' })],
    ['shared', 'by a call', row('unknown'), GRANTED],
    ['shared', 'after it was refused', row('rejected', { askedAt: T0 }), GRANTED],
    ['shared', 'though nobody wants it any more', row('unknown', { want: null }), row('orphaned')],
    ['adopted', 'where it was asked for by nobody yet', row('pending'), GRANTED],
    ['adopted', 'where it was somebody else’s', row('foreign'), GRANTED],
    ['adopted', 'where there was no row', null, GRANTED],
    ['adopted', 'after it was forgotten', row('unknown', { doubt: 'forgotten' }), GRANTED],
    ['adopted', 'under another id than was revoked', row('revoked', { permissionId: 'cp_9' }), GRANTED],
    ['changed', 'on other terms', GRANTED, row('active', { want: WANT })],
    ['changed', 'under another id', GRANTED, row('active', { permissionId: 'cp_9' })],
    ['changed', 'with one more id', GRANTED, row('active', { duplicateIds: ['cp_9'] })],
    [
      'changed',
      'under its second id, since the first is gone',
      row('active', { duplicateIds: ['cp_9'] }),
      row('active', { permissionId: 'cp_9' }),
    ],
    ['changed', 'when an orphan is wanted again', row('orphaned'), GRANTED],
    ['changed', 'when it is wanted no more while a call is under way', row('unknown'), row('unknown', { want: null })],
    ['repair', 'when it is gone', GRANTED, row('pending')],
    ['repair', 'when it has drifted before', row('drifted'), row('pending')],
    ['repair', 'when it is gone before it could be deleted', row('revoking'), row('pending')],
    ['drifted', 'when it is gone, and its rule says report', GRANTED, row('drifted')],
    ['found', 'when it had drifted', row('drifted'), GRANTED],
    ['found', 'when its deletion was in doubt', row('unknown', { permissionId: ID }), GRANTED],
    ['found', 'when its project was closed', row('rejected', { permissionId: ID }), GRANTED],
    ['rejected', 'by the answer to a call', row('unknown'), row('rejected')],
    ['rejected', 'without a call, where its project is refused', row('pending'), row('rejected')],
    ['rejected', 'when its project is closed', GRANTED, row('rejected', { permissionId: ID })],
    ['orphaned', 'when nobody wants it', GRANTED, row('orphaned')],
    ['orphaned', 'when its deletion did not hold', row('revoked'), row('orphaned')],
    ['orphaned', 'when it was in doubt', row('unknown', { want: null, permissionId: ID }), row('orphaned')],
    ['revoking', 'what is granted', GRANTED, row('revoking')],
    ['revoked', 'when it is deleted', row('revoking'), row('revoked')],
    ['revoked', 'when it is gone', row('orphaned'), row('revoked')],
    ['revoked', 'when what is somebody else’s is gone', row('foreign'), null],
    ['dropped', 'when it was never granted', row('pending'), null],
    ['foreign', 'when somebody else has granted it', null, row('foreign')],
  ])('is "%s" %s', (act, _, old, now) => {
    expect(actsOf(old, now)).toEqual([act]);
  });

  it.each<[string, PermissionRecord, PermissionRecord]>([
    ['a call that begins', row('pending'), row('unknown')],
    ['a call that had no effect', row('unknown'), row('pending', { attempts: 1, failing: 'lost' })],
    ['a call that is put off', row('pending'), row('pending', { notBefore: T0 + 1, attempts: 2 })],
    ['the daily retry', row('rejected', { priority: 'retry' }), row('unknown', { priority: 'retry' })],
    ['its refusal', row('unknown', { priority: 'retry' }), row('rejected', { priority: 'retry' })],
    ['a call whose lost answer leaves a deletion in doubt', GRANTED, row('unknown', { permissionId: ID })],
    ['a list that shows what is recorded', GRANTED, row('active', { verifiedAt: T0 })],
    ['a list that no longer shows a second permission', row('active', { duplicateIds: ['cp_9'] }), GRANTED],
    ['one DELETE of several', row('revoking', { duplicateIds: ['cp_9'] }), row('revoking')],
    ['a pause', row('pending'), row('pending', { parked: true })],
    ['its end', row('revoking', { parked: true }), row('revoking')],
  ])('is none for %s', (_, old, now) => {
    expect(actsOf(old, now)).toEqual([]);
  });
});

describe('what a person does by hand', () => {
  const before = aCheckpoint(aPermission(A, 'active'), aPermission('proj_B', 'active'));
  const said = (kind: Parameters<typeof aHold>[0]) => aHold(kind, { at: T0 });

  it('is told of the named project only', () => {
    const changes = changesBetween(before, revokeByHand(before, [A], T0));
    expect(changes).toMatchObject([{ act: 'revoking', projectId: A, permissionId: ID, rule: 'everything' }]);
  });

  it('is "forgotten" with the id that it had, not "dropped" as well', () => {
    for (const state of ['active', 'pending', 'foreign', 'revoked'] as const) {
      const record = aCheckpoint(row(state));
      expect(acts(record, forget(record, [A], said('forgotten')))).toEqual(['forgotten']);
    }
    expect(changesBetween(before, forget(before, [A], said('forgotten')))).toEqual([
      {
        act: 'forgotten',
        projectId: A,
        permissionId: ID,
        duplicateIds: [],
        from: 'active',
        to: null,
        rule: 'everything',
        origin: 'policy',
        reason: null,
      },
    ]);
  });

  it('is "ignored", and "heeded" when that is undone', () => {
    const ignored = ignore(before, [A], said('ignored'));
    expect(acts(before, ignored)).toEqual(['ignored']);
    expect(acts(ignored, releaseHold(ignored, [A], T0))).toEqual(['heeded']);
    expect(acts(before, releaseHold(before, [A], T0))).toEqual([]);
  });

  it('is "revoking" and "withheld" in one write where no rule is to share it again', () => {
    const revoked = withHold(revokeByHand(before, [A], T0), [A], said('withheld'));
    expect(acts(before, revoked)).toEqual(['revoking', 'withheld']);
    const pending = aCheckpoint(row('pending'));
    const dropped = withHold(revokeByHand(pending, [A], T0), [A], said('withheld'));
    expect(acts(pending, dropped)).toEqual(['dropped', 'withheld']);
  });

  it('is "wanted" and "heeded" where it is shared after all', () => {
    for (const kind of ['withheld', 'forgotten'] as const) {
      const record = held(aCheckpoint(), A, kind);
      expect(acts(record, shareByHand(record, [WANT], T0))).toEqual(['wanted', 'heeded']);
    }
  });

  it('is the last word where one follows another', () => {
    const ignored = ignore(before, [A], said('ignored'));
    expect(acts(ignored, forget(ignored, [A], said('forgotten')))).toEqual(['forgotten']);
  });
});

it('several permissions of one write are told by project, each with its reason', () => {
  const after = aCheckpoint(
    aPermission('proj_B', 'rejected', { reason: 'Project not found: proj_B' }),
    aPermission('proj_A', 'active', { permissionId: shows(A, 'cp_1').permissionId }),
  );
  const before = aCheckpoint(aPermission('proj_B', 'unknown'), aPermission('proj_A', 'unknown'));
  expect(changesBetween(before, after)).toMatchObject([
    { projectId: 'proj_A', act: 'shared', permissionId: 'cp_1', from: 'unknown', to: 'active', reason: null },
    { projectId: 'proj_B', act: 'rejected', reason: 'Project not found: proj_B' },
  ]);
});
