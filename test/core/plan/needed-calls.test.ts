import { describe, expect, it } from 'vitest';
import type { CheckpointRecord, PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import { listPages, neededCalls } from '../../../lambdas/core/plan/needed-calls.ts';
import { aCheckpoint, aPermission, DAY, MINUTE, T0 } from '../../builders/checkpoints.ts';

const many = (count: number, state: PermissionRecord['state'], parts: Partial<PermissionRecord> = {}) =>
  Array.from({ length: count }, (_, index) => aPermission(`proj_${state}_${index}`, state, parts));

const REFUSED = new Map([['proj_X', { projectId: 'proj_X', reason: 'archived', retryAt: T0 + DAY }]]);

/** POSTs, LISTs and DELETEs. */
function counts(record: CheckpointRecord) {
  const { create, list, delete: deletes } = neededCalls(record, REFUSED, T0);
  const total = (calls: object) => Object.values(calls).reduce((sum, count) => sum + count, 0);
  return [total(create), total(list), total(deletes)];
}

describe('the calls that a checkpoint needs', () => {
  it.each<[string, number[], PermissionRecord[]]>([
    ['nothing is due', [0, 0, 0], [...many(3, 'active'), ...many(1, 'orphaned'), ...many(2, 'foreign')]],
    ['100 targets fit into one POST', [1, 0, 0], many(100, 'pending')],
    ['101 do not', [2, 0, 0], many(101, 'pending')],
    [
      'what was refused before is asked for apart',
      [2, 0, 0],
      [...many(2, 'pending'), ...many(1, 'rejected', { notBefore: T0, priority: 'retry' })],
    ],
    [
      'a refused one is left until its day is over',
      [0, 0, 0],
      many(2, 'rejected', { notBefore: T0 + 1, priority: 'retry' }),
    ],
    ['and asked for again when it is', [1, 0, 0], many(2, 'rejected', { notBefore: T0, priority: 'retry' })],
    ['nobody asks for a project that is refused elsewhere', [0, 0, 0], [aPermission('proj_X', 'pending')]],
    ['a lost answer takes one LIST', [0, 1, 0], many(3, 'unknown')],
    ['also where an id is known: nothing is deleted', [0, 1, 0], many(1, 'unknown', { permissionId: 'cp_1' })],
    [
      'each id takes a DELETE',
      [0, 0, 3],
      [
        aPermission('proj_A', 'revoking', { permissionId: 'cp_1', duplicateIds: ['cp_2'] }),
        aPermission('proj_B', 'revoking', { permissionId: 'cp_3' }),
      ],
    ],
    ['a refused DELETE waits for a day', [0, 0, 0], many(1, 'revoking', { priority: 'retry', notBefore: T0 + DAY })],
  ])('%s', (_, expected, permissions) => {
    expect(counts(aCheckpoint(...permissions))).toEqual(expected);
  });

  it('a project that was refused elsewhere is asked for when its day is over', () => {
    const record = aCheckpoint(aPermission('proj_X', 'pending'));
    expect(neededCalls(record, REFUSED, T0 + DAY - 1).create).toEqual({ fresh: 0, retry: 0 });
    expect(neededCalls(record, REFUSED, T0 + DAY).create).toEqual({ fresh: 1, retry: 0 });
  });

  it('what was refused takes no room in the POST of what is new', () => {
    const retry = many(101, 'rejected', { notBefore: T0, priority: 'retry' });
    expect(neededCalls(aCheckpoint(...many(100, 'pending'), ...retry), REFUSED, T0).create).toEqual({
      fresh: 1,
      retry: 2,
    });
  });

  it('a call that is in flight is expected to be answered; a lost one takes a LIST', () => {
    const record = aCheckpoint(aPermission('proj_A', 'unknown', { notBefore: T0 + MINUTE }));
    const inFlight = { projectIds: ['proj_A'], startedAt: T0, deadline: T0 + 30_000 };
    expect(counts({ ...record, inFlight })).toEqual([0, 0, 0]);
    expect(counts({ ...record, inFlight: { ...inFlight, deadline: T0 } })).toEqual([0, 1, 0]);
  });

  it('verification takes a LIST a page, as patient as it was put up', () => {
    const record = { ...aCheckpoint(...many(150, 'active')), verifyAt: T0 };
    expect(neededCalls(record, REFUSED, T0).list).toEqual({ verify: 2 });
    expect(neededCalls({ ...record, verifyPriority: 'repair' }, REFUSED, T0).list).toEqual({ repair: 2 });
    expect(listPages(aCheckpoint())).toBe(1);
  });

  it('each batch that a refusal has left over is a POST of its own', () => {
    const batches = [['proj_pending_0', 'proj_pending_1'], ['proj_pending_2'], ['proj_gone']];
    expect(counts({ ...aCheckpoint(...many(5, 'pending')), batches })).toEqual([3, 0, 0]);
    const partly = [['proj_pending_0', 'proj_gone']];
    expect(counts({ ...aCheckpoint(...many(2, 'pending')), batches: partly })).toEqual([2, 0, 0]);
    expect(counts({ ...aCheckpoint(...many(1, 'pending')), batches: partly })).toEqual([1, 0, 0]);
  });
});
