import { describe, expect, it } from 'vitest';
import { beginCreate } from '../../../lambdas/core/checkpoint/create.ts';
import { resolveByList, resolveGone } from '../../../lambdas/core/checkpoint/resolve.ts';
import { SETTLE_MS } from '../../../lambdas/core/checkpoint/retries.ts';
import type { CheckpointRecord, PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import { aCheckpoint, aPermission, aWant, DAY, MINUTE, rowOf, SECOND, shows, T0 } from '../../builders/checkpoints.ts';

const A = 'proj_A';
const WHY = 'The model does not exist';

function gone(...rows: readonly PermissionRecord[]): CheckpointRecord {
  return resolveGone(aCheckpoint(...rows), WHY, T0);
}

describe('what OpenAI does not know any more', () => {
  it('is closed for the reason that OpenAI gives, and waits for nothing', () => {
    const row = rowOf(gone(aPermission(A, 'revoking', { doubt: 'not-there' })), A);
    expect(row).toMatchObject({ reason: WHY, want: null, notBefore: null, doubt: null, verifiedAt: T0 });
    expect(row).not.toHaveProperty('lastWant');
  });

  it('remembers who wanted it', () => {
    const row = aPermission(A, 'active');
    expect(rowOf(gone(row), A)).toMatchObject({ state: 'revoked', want: null, lastWant: row.want });
  });

  it('is refused to whoever still waits for it', () => {
    const waiting = gone(
      aPermission(A, 'pending'),
      aPermission('proj_B', 'pending', { attempts: 3, failing: 'not-found' }),
    );
    expect(rowOf(waiting, A)).toMatchObject({ state: 'pending', attempts: 1, failing: 'not-found', reason: WHY });
    expect(rowOf(waiting, 'proj_B')).toMatchObject({ state: 'rejected', failing: 'not-found', reason: WHY });
    expect(waiting.gone).toBeNull();
  });

  it('leaves as it is what was revoked, or refused, before', () => {
    const revoked = aPermission('proj_B', 'revoked', { reason: 'expired' });
    const refused = aPermission('proj_C', 'rejected', { reason: 'archived' });
    const closed = gone(revoked, refused);
    expect(closed.permissions).toEqual(aCheckpoint(revoked, refused).permissions);
    expect(closed).toMatchObject({ gone: WHY, listedAt: T0 });
  });

  it.each(['revoked', 'rejected'] as const)('is not closed before everything of it is (the other is %s)', (state) => {
    const fresh = aPermission('proj_B', 'active', { askedAt: T0 - SECOND });
    expect(gone(aPermission(A, state), fresh).gone).toBeNull();
    expect(gone(aPermission(A, state)).gone).toBe(WHY);
  });

  it('ends a call that is past its deadline, and no other', () => {
    const { record } = beginCreate(aCheckpoint(aPermission(A, 'pending')), new Map(), T0, MINUTE);
    expect(resolveGone(record, WHY, T0 + MINUTE - 1).inFlight).toEqual(record.inFlight);
    const ended = resolveGone(record, WHY, T0 + MINUTE);
    expect(ended.inFlight).toBeNull();
    expect(rowOf(ended, A)).toMatchObject({ state: 'unknown', reason: WHY, notBefore: T0 + SETTLE_MS });
    const refused = resolveGone(record, WHY, T0 + SETTLE_MS);
    expect(rowOf(refused, A)).toMatchObject({ state: 'pending', failing: 'not-found', reason: WHY });
  });
});

describe('a checkpoint that was gone and is there again', () => {
  it('lives on as before: who had it is wanted still', () => {
    const row = aPermission(A, 'active');
    const back = resolveByList(gone(row), [shows(A, 'cp_proj_A', T0 - DAY)], T0 + DAY);
    expect(back.gone).toBeNull();
    expect(rowOf(back, A)).toMatchObject({ state: 'active', want: row.want, permissionId: 'cp_proj_A' });
    expect(rowOf(back, A)).not.toHaveProperty('lastWant');
  });

  it('is shared anew with whom it does not show', () => {
    const row = aPermission(A, 'active');
    expect(rowOf(resolveByList(gone(row), [], T0 + DAY), A)).toMatchObject({ state: 'pending', want: row.want });
  });

  it('is so, too, where but a part of it was closed, since the other was granted a moment ago', () => {
    const row = aPermission(A, 'active');
    const partly = gone(row, aPermission('proj_B', 'active', { askedAt: T0 - SECOND }));
    const back = resolveByList(partly, [shows('proj_B', 'cp_proj_B'), shows(A, 'cp_proj_A', T0 - DAY)], T0 + DAY);
    expect(rowOf(back, A)).toMatchObject({ state: 'active', want: row.want });
  });

  it('is wanted as somebody has said since, not as before', () => {
    const closed = rowOf(gone(aPermission(A, 'active')), A);
    const since = aWant(A, { rule: 'another' });
    const back = resolveByList({ ...gone({ ...closed, want: since }), gone: WHY }, [], T0 + DAY);
    expect(rowOf(back, A).want).toEqual(since);
  });

  it('is wanted by nobody where nobody had wanted it', () => {
    const back = resolveByList(gone(aPermission(A, 'orphaned')), [], T0 + DAY);
    expect(rowOf(back, A)).toMatchObject({ state: 'revoked', want: null });
  });
});
