import { describe, expect, it } from 'vitest';
import { beginCreate } from '../../../lambdas/core/checkpoint/create.ts';
import { dueOf } from '../../../lambdas/core/checkpoint/due.ts';
import { resolveByList } from '../../../lambdas/core/checkpoint/resolve.ts';
import { resolveByPart, unreadReason } from '../../../lambdas/core/checkpoint/resolve-part.ts';
import type { ActualPermission, CheckpointRecord } from '../../../lambdas/core/model/permission.ts';
import { aCheckpoint, aPermission, aWant, DAY, MINUTE, rowOf, shows, T0 } from '../../builders/checkpoints.ts';

const HOUR = 60 * MINUTE;
const A = 'proj_A';
const B = 'proj_B';
const ODD = [{ id: 'cp_odd', problem: 'another form than documented, at project_id' }];

function inPart(record: CheckpointRecord, shown: readonly ActualPermission[], now = T0): CheckpointRecord {
  return resolveByPart(record, { shown, odd: ODD, begunAt: now }, now);
}

describe('of a list that nobody can read all of', () => {
  it('takes what it shows for true', () => {
    const asked = { askedAt: T0 - MINUTE, want: aWant(A) };
    const after = inPart(aCheckpoint(aPermission(A, 'unknown', asked)), [
      shows(A, 'cp_a', T0 - MINUTE),
      shows(B, 'cp_b', 1),
    ]);
    expect(rowOf(after, A)).toMatchObject({ state: 'active', permissionId: 'cp_a', verifiedAt: T0 });
    expect(rowOf(after, B)).toMatchObject({ state: 'foreign', permissionId: 'cp_b' });
  });

  it.each(['active', 'orphaned', 'foreign'] as const)('leaves %s what it does not show', (state) => {
    const before = aPermission(A, state, { permissionId: 'cp_a', want: state === 'active' ? aWant(A) : null });
    expect(rowOf(inPart(aCheckpoint(before), []), A)).toEqual(before);
  });

  it('leaves a call in doubt, later each time, however long ago it was', () => {
    const before = aPermission(A, 'unknown', { askedAt: T0 - DAY, want: aWant(A), notBefore: T0 });
    const after = rowOf(inPart(aCheckpoint(before), []), A);
    expect(after).toMatchObject({ state: 'unknown', notBefore: T0 + 15 * MINUTE });
    expect(after.reason).toMatch(/cannot be read \(cp_odd: .*project_id\)/);
  });

  it('does not take what OpenAI would not delete for deleted', () => {
    const before = aPermission(A, 'revoking', {
      permissionId: 'cp_a',
      doubt: 'not-there',
      askedAt: T0 - DAY,
      notBefore: T0,
    });
    const after = inPart(aCheckpoint(before), []);
    expect(rowOf(after, A)).toMatchObject({ state: 'revoking', permissionId: 'cp_a', doubt: 'not-there' });
  });

  it('has deleted again what it shows, and what it may show with it', () => {
    const ids = { permissionId: 'cp_1', duplicateIds: ['cp_2'] };
    const before = aPermission(A, 'revoking', { ...ids, doubt: 'not-there', askedAt: T0 - DAY });
    const after = rowOf(inPart(aCheckpoint(before), [shows(A, 'cp_2', 1), shows(B, 'cp_b', 1)]), A);
    expect(after).toMatchObject({ state: 'revoking', permissionId: 'cp_2', duplicateIds: ['cp_1'], doubt: null });
  });

  it('leaves to its DELETE what is being deleted', () => {
    const before = aPermission(A, 'revoking', { permissionId: 'cp_a', notBefore: T0 });
    expect(rowOf(inPart(aCheckpoint(before), [shows(A, 'cp_a', 1)]), A)).toEqual(before);
    const doubted = aPermission(A, 'revoking', { permissionId: 'cp_a', doubt: 'not-there' });
    expect(rowOf(inPart(aCheckpoint(doubted), [shows(A, 'cp_other', 1)]), A)).toMatchObject({
      permissionId: 'cp_a',
      doubt: 'not-there',
      attempts: 0,
    });
  });

  it('leaves drifted what it does not show, and takes nothing for there that may show no more, or hide another', () => {
    const drifted = aPermission(A, 'drifted', { permissionId: 'cp_a', want: aWant(A) });
    expect(rowOf(inPart(aCheckpoint(drifted), []), A)).toEqual(drifted);
    const deleted = aPermission(A, 'revoked', { permissionId: 'cp_a', verifiedAt: T0 - 1_000 });
    expect(rowOf(inPart(aCheckpoint(deleted), [shows(A, 'cp_a', 1)]), A)).toEqual(deleted);
    const asked = aPermission(A, 'unknown', { askedAt: T0 - MINUTE, want: aWant(A) });
    expect(rowOf(inPart(aCheckpoint(asked), [shows(A, 'cp_old', T0 - DAY)]), A).state).toBe('unknown');
  });

  it('keeps for whom a person wants it kept, of what it shows', () => {
    const wants = [A, B].map((projectId) => aWant(projectId, { origin: 'adopted', rule: null }));
    const part = { shown: [shows(A, 'cp_a', 1)], odd: ODD, begunAt: T0 };
    const after = resolveByPart(aCheckpoint(), part, T0, wants);
    expect(after.permissions).toMatchObject({ [A]: { state: 'active', permissionId: 'cp_a', want: wants[0] } });
    expect(Object.keys(after.permissions)).toEqual([A]);
  });

  it('has nothing revoked that turns up and that nobody wants any more', () => {
    const before = aPermission(A, 'unknown', { askedAt: T0 - DAY, want: null });
    const after = inPart(aCheckpoint(before), [shows(A, 'cp_a', T0 - DAY)]);
    expect(rowOf(after, A)).toMatchObject({ state: 'orphaned', permissionId: 'cp_a' });
  });

  it('says what cannot be read', () => {
    const odd = { id: null, problem: 'another form, at id' };
    expect(unreadReason([odd])).toMatch(
      /^OpenAI lists what cannot be read \(an entry without an id: another form, at id\)/,
    );
    expect(unreadReason([...ODD, odd, odd])).toContain('(cp_odd and 2 more: another');
  });

  it('keeps a second permission that it does not show beside the one that it shows', () => {
    const before = aPermission(A, 'active', { permissionId: 'cp_1', want: aWant(A) });
    const after = rowOf(inPart(aCheckpoint(before), [shows(A, 'cp_2', 1)]), A);
    expect(after).toMatchObject({ state: 'active', permissionId: 'cp_1', duplicateIds: ['cp_2'] });
  });

  it('has nothing more granted before a whole list has told who has it', () => {
    const after = inPart(aCheckpoint(aPermission(A, 'pending', { want: aWant(A), notBefore: T0 })), []);
    expect(beginCreate(after, new Map(), T0, 30_000).projectIds).toEqual([]);
    expect(dueOf(after)).toEqual({ lane: 'list', priority: 'verify', at: T0 + HOUR });
    expect(rowOf(after, A).reason).toMatch(/cannot be read/);
    const whole = resolveByList(after, [], T0 + HOUR);
    expect(whole.absence).toBeUndefined();
    expect(beginCreate(whole, new Map(), T0 + HOUR, 30_000).projectIds).toEqual([A]);
  });

  it('revives of what was gone with its checkpoint what it shows, and leaves the rest to a whole list', () => {
    const closed = (projectId: string, permissionId: string) =>
      aPermission(projectId, 'revoked', { permissionId, want: null, lastWant: aWant(projectId), verifiedAt: T0 - DAY });
    const gone = { ...aCheckpoint(closed(A, 'cp_a'), closed(B, 'cp_b')), gone: 'no such model' };
    const after = inPart(gone, [shows(A, 'cp_a', 1)]);
    expect(after.gone).toBeNull();
    expect(rowOf(after, A)).toMatchObject({ state: 'active', want: aWant(A) });
    expect(rowOf(after, B)).toEqual(closed(B, 'cp_b'));
    expect(rowOf(resolveByList(after, [shows(A, 'cp_a', 1)], T0 + HOUR), B)).toMatchObject({ state: 'pending' });
  });

  it('is looked at again in an hour, then as long again, and begins anew after another answer', () => {
    const first = inPart(aCheckpoint(aPermission(A, 'active', { permissionId: 'cp_a' })), []);
    expect(first).toMatchObject({
      verifyAt: T0 + HOUR,
      absence: { kind: 'in-part', since: T0, held: false },
      listedAt: null,
    });
    const later = inPart(first, [], T0 + 5 * HOUR);
    expect(later).toMatchObject({ verifyAt: T0 + 10 * HOUR, absence: { since: T0 } });
    const other = {
      ...later,
      absence: { ...later.absence, kind: 'gone' as const, reason: '', model: null, held: false, since: T0 },
    };
    expect(inPart(other, [], T0 + 6 * HOUR)).toMatchObject({ absence: { since: T0 + 6 * HOUR } });
  });
});
