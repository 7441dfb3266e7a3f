import { describe, expect, it } from 'vitest';
import { postponeList, resolveByList, wantsOf } from '../../../lambdas/core/checkpoint/resolve.ts';
import { SETTLE_MS } from '../../../lambdas/core/checkpoint/retries.ts';
import type { CheckpointRecord, PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import { aCheckpoint, aPermission, aWant, DAY, MINUTE, rowOf, SECOND, shows, T0 } from '../../builders/checkpoints.ts';

const A = 'proj_A';
const OWN = `cp_${A}`;
const SHOWN = [shows(A, OWN, T0 - DAY)];

function listed(row: PermissionRecord, actual: Parameters<typeof resolveByList>[1], now = T0): PermissionRecord {
  return rowOf(resolveByList(aCheckpoint(row), actual, now), A);
}

describe('a complete list', () => {
  it('ends every doubt about the checkpoint itself', () => {
    const doubted: CheckpointRecord = {
      ...aCheckpoint(aPermission(A, 'active')),
      absence: { kind: 'left-out', reason: 'not shown', since: T0 - DAY, model: null, held: true },
      listing: { begunAt: T0 - MINUTE, after: 'cp_0', permissions: [] },
      lookFirst: true,
      gone: 'no such model',
    };
    const told = resolveByList(doubted, SHOWN, T0);
    expect(told).toEqual({ ...aCheckpoint({ ...aPermission(A, 'active'), verifiedAt: T0 }), listedAt: T0 });
  });

  it('answers what was put up before it began, and nothing that was put up since', () => {
    const asked = { ...aCheckpoint(aPermission(A, 'active')), verifyPriority: 'retry' as const };
    expect(resolveByList({ ...asked, verifyAt: T0 }, SHOWN, T0)).toMatchObject({ verifyAt: null });
    const later = resolveByList({ ...asked, verifyAt: T0 + 1 }, SHOWN, T0);
    expect(later).toMatchObject({ verifyAt: T0 + 1, verifyPriority: 'retry' });
  });

  it('comes again when it can tell of the last of what is too fresh to show', () => {
    const fresh = (projectId: string, ago: number) =>
      aPermission(projectId, 'active', { askedAt: T0 - ago, sharedAt: T0 - ago });
    const record = resolveByList(aCheckpoint(fresh('proj_B', SECOND), fresh(A, MINUTE)), [], T0);
    expect(record).toMatchObject({ verifyAt: T0 - SECOND + SETTLE_MS, verifyPriority: 'repair' });
  });

  it('keeps what a person wants of what it shows, whoever wanted it before', () => {
    const adopted = aWant(A, { origin: 'adopted', rule: null });
    const record = aCheckpoint(aPermission(A, 'foreign', { permissionId: OWN }), aPermission('proj_B', 'active'));
    const all = [...SHOWN, shows('proj_B', 'cp_proj_B', T0 - DAY)];
    const next = resolveByList(record, all, T0, [adopted]);
    expect(rowOf(next, A)).toMatchObject({ state: 'active', want: adopted, permissionId: OWN });
    expect(rowOf(next, 'proj_B')).toMatchObject({ state: 'active', want: aWant('proj_B') });
    const replaced = resolveByList(aCheckpoint(aPermission(A, 'active')), SHOWN, T0, [adopted]);
    expect(rowOf(replaced, A).want).toEqual(adopted);
    expect([...wantsOf(next).keys()]).toEqual([A, 'proj_B']);
  });

  it('has no word about a permission that the audit log says was deleted, but by showing it', () => {
    const told = aPermission(A, 'active', { toldDeleted: true, reason: 'deleted by somebody' });
    const shown = listed(told, SHOWN);
    expect(shown).not.toHaveProperty('toldDeleted');
    expect(shown).toMatchObject({ reason: null, verifiedAt: T0 });
    const hidden = listed({ ...told, sharedAt: T0 - SECOND }, []);
    expect(hidden).toMatchObject({ toldDeleted: true, reason: 'deleted by somebody', verifiedAt: null });
  });

  it('leaves an orphan its reason', () => {
    const orphan = aPermission(A, 'orphaned', { reason: 'granted after it was wanted no more' });
    expect(listed(orphan, SHOWN)).toEqual({ ...orphan, verifiedAt: T0 });
  });
});

describe('what a list does not show', () => {
  const LATER = T0 + SETTLE_MS;
  const unknown = (parts: Partial<PermissionRecord> = {}) => aPermission(A, 'unknown', { askedAt: T0, ...parts });

  it.each<[string, string, PermissionRecord, number]>([
    ['while it may come yet', 'not in the list yet', unknown(), LATER - 1],
    ['after a call that had no effect', 'the call had no effect', unknown(), LATER],
    ['after an answer without it', 'OpenAI answers without this project', unknown({ doubt: 'left-out' }), LATER],
    ['after six lost calls', 'the call is lost every time', unknown({ attempts: 5, failing: 'lost' }), LATER],
    ['though it was granted once', 'gone at OpenAI', unknown({ want: null, permissionId: OWN }), LATER],
    ['though it was refused only', 'gone at OpenAI', aPermission(A, 'rejected', { permissionId: OWN }), LATER],
  ])('says so: %s', (_, reason, row, now) => {
    expect(listed(row, [], now)).toMatchObject({ reason });
  });

  it('is given up as lost, not as refused', () => {
    const lost = listed(unknown({ attempts: 5, failing: 'lost' }), [], LATER);
    expect(lost).toMatchObject({ state: 'rejected', failing: 'lost', notBefore: LATER + DAY });
    expect(listed(unknown({ doubt: 'left-out', attempts: 5, failing: 'lost' }), [], LATER).failing).toBeNull();
  });

  it('is asked for anew under no id of before', () => {
    const row = unknown({ permissionId: OWN, duplicateIds: ['cp_2'] });
    expect(listed(row, [], LATER)).toMatchObject({
      state: 'pending',
      permissionId: null,
      duplicateIds: [],
      doubt: null,
    });
  });

  it('is gone with its doubt where nobody wants it', () => {
    const row = unknown({ want: null, permissionId: null, duplicateIds: ['cp_2'] });
    expect(listed(row, [], LATER)).toMatchObject({ state: 'revoked', doubt: null, notBefore: null, verifiedAt: LATER });
  });

  it('may come yet for as long as its call is in flight, and no longer for the call of another', () => {
    const inFlight = (projectId: string) => ({ projectIds: [projectId], startedAt: T0, deadline: LATER + MINUTE });
    const byOwn = resolveByList({ ...aCheckpoint(unknown()), inFlight: inFlight(A) }, [], LATER);
    expect(rowOf(byOwn, A)).toMatchObject({ state: 'unknown', notBefore: LATER + MINUTE });
    const byOther = resolveByList({ ...aCheckpoint(unknown()), inFlight: inFlight('proj_B') }, [], LATER);
    expect(rowOf(byOther, A)).toMatchObject({ state: 'pending' });
  });
});

describe('a DELETE that found nothing to delete', () => {
  const doubted = aPermission(A, 'revoking', { doubt: 'not-there', duplicateIds: ['cp_2'] });

  it('is believed where the list shows none of it, either', () => {
    const row = listed(doubted, [shows('proj_B', 'cp_B')]);
    expect(row).toMatchObject({ state: 'revoked', doubt: null, notBefore: null, verifiedAt: T0 });
  });

  it('is made again for what the list shows, later each time', () => {
    const row = listed(doubted, [...SHOWN, shows(A, 'cp_2', T0 - DAY)]);
    expect(row).toMatchObject({ state: 'revoking', permissionId: OWN, duplicateIds: ['cp_2'], doubt: null });
    expect(row).toMatchObject({ failing: 'unavailable', attempts: 1, notBefore: T0 + 30 * SECOND });
    const again = listed({ ...row, doubt: 'not-there' }, SHOWN);
    expect(again).toMatchObject({ attempts: 2, duplicateIds: [], notBefore: T0 + MINUTE });
    expect(listed(doubted, [shows(A, 'cp_2', T0 - DAY)])).toMatchObject({ permissionId: 'cp_2', duplicateIds: [] });
  });

  it('is no matter for a list while it goes on', () => {
    const going = aPermission(A, 'revoking');
    expect(listed(going, [])).toEqual(going);
  });
});

describe('a list that does not come through', () => {
  const failed = (row: PermissionRecord) => rowOf(postponeList(aCheckpoint(row), T0, 'OpenAI is away'), A);

  it('tells why to what waits for it, which is fresh no more', () => {
    const row = failed(aPermission(A, 'unknown', { askedAt: T0 - MINUTE }));
    expect(row).toMatchObject({ reason: 'OpenAI is away', priority: 'repair', notBefore: T0 + MINUTE });
    expect(failed(aPermission(A, 'unknown', { askedAt: null }))).toMatchObject({ notBefore: T0 + 30 * SECOND });
    expect(failed(aPermission(A, 'unknown', { notBefore: null })).reason).toBe('OpenAI is away');
  });

  it.each([aPermission(A, 'pending'), aPermission(A, 'unknown', { notBefore: T0 + 1 })])(
    'leaves alone what does not wait for it now',
    (row) => {
      expect(failed(row)).toEqual(row);
    },
  );

  it('is made again for the whole checkpoint in four minutes, where that was due', () => {
    const at = (verifyAt: number | null) => postponeList({ ...aCheckpoint(), verifyAt }, T0, 'x').verifyAt;
    expect(at(T0)).toBe(T0 + 4 * MINUTE);
    expect(at(T0 + 1)).toBe(T0 + 1);
    expect(at(null)).toBeNull();
  });
});
