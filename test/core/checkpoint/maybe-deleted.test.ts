import { describe, expect, it } from 'vitest';
import { applyActions } from '../../../lambdas/core/checkpoint/apply.ts';
import { dueOf } from '../../../lambdas/core/checkpoint/due.ts';
import { resolveByList } from '../../../lambdas/core/checkpoint/resolve.ts';
import { endDelete } from '../../../lambdas/core/checkpoint/revoke.ts';
import type { CheckpointRecord } from '../../../lambdas/core/model/permission.ts';
import { plan } from '../../../lambdas/core/plan/plan.ts';
import {
  aCheckpoint,
  aPermission,
  aWant,
  DAY,
  MINUTE,
  rowOf,
  SECOND,
  shows,
  T0,
  wants,
} from '../../builders/checkpoints.ts';

const A = 'proj_A';
const OWN = `cp_${A}`;
const LATER = T0 + 2 * MINUTE;

/** A policy that wants it, or does not, is carried into the record; nothing was listed. */
function planned(record: CheckpointRecord, wanted: boolean, now = T0): CheckpointRecord {
  const map = wanted ? wants(aWant(A, { rule: 'another' })) : wants();
  const actions = plan({ wanted: map, recorded: record.permissions, actual: 'unknown', prune: true, holds: {} });
  return applyActions(record, actions, now);
}

describe('what is wanted again while it is being revoked', () => {
  const doubted = planned(aCheckpoint(aPermission(A, 'revoking')), true);

  it('is listed once a list can tell, since a DELETE may be on its way', () => {
    expect(dueOf(doubted)).toEqual({ lane: 'list', priority: 'repair', at: LATER });
  });

  it('is kept if it is still there then', () => {
    const row = rowOf(resolveByList(doubted, [shows(A, OWN, T0 - DAY)], LATER), A);
    expect(row).toMatchObject({ state: 'active', permissionId: OWN });
  });

  it('is shared anew if it is not', () => {
    expect(rowOf(resolveByList(doubted, [], LATER), A)).toMatchObject({ state: 'pending', permissionId: null });
  });

  it.each([true, false])('keeps its id beside another that shows before that (wanted: %s)', (wanted) => {
    const record = wanted ? doubted : planned(doubted, false);
    const list = [shows(A, OWN, T0 - DAY), shows(A, 'cp_other', T0 + SECOND)];
    const row = rowOf(resolveByList(record, list, T0 + MINUTE), A);
    expect(row).toMatchObject({ permissionId: 'cp_other', duplicateIds: [OWN] });
  });
});

describe('what is wanted again just after it was deleted', () => {
  const deleted = endDelete(
    aCheckpoint(aPermission(A, 'revoking')),
    { projectId: A, permissionId: OWN },
    { kind: 'deleted' },
    T0,
  );
  const wantedMeanwhile = endDelete(
    planned(aCheckpoint(aPermission(A, 'revoking')), true, T0 - SECOND),
    { projectId: A, permissionId: OWN },
    { kind: 'deleted' },
    T0,
  );

  it.each([
    ['after it', planned(deleted, true, T0 + SECOND)],
    ['before it', wantedMeanwhile],
  ])('is not taken for granted because a list still shows what was deleted (wanted %s)', (_, record) => {
    const row = rowOf(resolveByList(record, [shows(A, OWN, T0 - DAY)], T0 + MINUTE), A);
    expect(row).toMatchObject({ state: 'pending', permissionId: null });
  });

  it('is adopted where somebody has shared it since, or once a list shows it for good', () => {
    const record = planned(deleted, true, T0 + SECOND);
    const since = resolveByList(record, [shows(A, 'cp_new', T0 + 10 * SECOND)], T0 + MINUTE);
    expect(rowOf(since, A)).toMatchObject({ state: 'active', permissionId: 'cp_new' });
    const forGood = resolveByList(record, [shows(A, OWN, T0 - DAY)], LATER);
    expect(rowOf(forGood, A)).toMatchObject({ state: 'active', permissionId: OWN });
  });
});
