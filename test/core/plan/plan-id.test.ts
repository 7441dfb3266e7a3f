import { describe, expect, it } from 'vitest';
import type { CheckpointRecord } from '../../../lambdas/core/model/permission.ts';
import type { Action } from '../../../lambdas/core/plan/plan.ts';
import { planId } from '../../../lambdas/core/plan/plan-id.ts';
import { aCheckpoint, aPermission, aWant, shows, T0 } from '../../builders/checkpoints.ts';

type Change = { readonly record: CheckpointRecord; readonly actions: readonly Action[] };

const RECORD = aCheckpoint(aPermission('proj_A', 'active', { permissionId: 'cp_1' }));
const create = (parts = {}): Action => ({
  kind: 'create',
  projectId: 'proj_A',
  want: aWant('proj_A', parts),
  repair: false,
  reason: 'wanted',
});
const revoke: Action = { kind: 'revoke', projectId: 'proj_A', actual: null, reason: 'no rule wants it' };
const changes = (actions: readonly Action[], record = RECORD): readonly Change[] => [{ record, actions }];
const id = (list: readonly Change[], digest = 'policy') => planId(digest, { changes: list });

describe('the id of a plan', () => {
  it('is the same for the same changes, in whatever order, and however often the checkpoint was written since', () => {
    const other = { ...RECORD, checkpoint: 'ft:other' };
    const both = [...changes([create()]), ...changes([revoke], other)];
    expect(id(both)).toMatch(/^[0-9a-f]{16}$/);
    expect(id(both.toReversed())).toBe(id(both));
    expect(id([...changes([create()], { ...RECORD, version: 9, listedAt: T0 }), ...changes([revoke], other)])).toBe(
      id(both),
    );
  });

  it.each<[string, readonly Change[]]>([
    ['nothing', []],
    ['another kind of change', changes([revoke])],
    ['another checkpoint', changes([create()], { ...RECORD, checkpoint: 'ft:other' })],
    ['another project', changes([{ ...create(), projectId: 'proj_B' }])],
    ['another rule', changes([create({ rule: 'another' })])],
    ['other terms', changes([create({ expiresAt: T0 })])],
    ['more', changes([create(), { ...create(), projectId: 'proj_B' }])],
  ])('is another one for %s', (_, list) => {
    expect(id(list)).not.toBe(id(changes([create()])));
  });

  it('is the one in a file that was written before an upgrade', () => {
    expect(id([...changes([create()]), ...changes([revoke], { ...RECORD, checkpoint: 'ft:other' })])).toBe(
      '421f405e79514be3',
    );
  });

  it('names what OpenAI shows of a project that has no row', () => {
    const shown = (permissionId: string): Action => {
      return { kind: 'report-foreign', projectId: 'proj_X', actual: shows('proj_X', permissionId), reason: 'not ours' };
    };
    expect(id(changes([shown('cp_8')]))).not.toBe(id(changes([shown('cp_9')])));
  });

  it('is another one by another policy', () => {
    expect(id([], 'one')).not.toBe(id([], 'two'));
  });

  it('names the very permissions that are revoked', () => {
    const renewed = aCheckpoint(aPermission('proj_A', 'active', { permissionId: 'cp_2' }));
    expect(id(changes([revoke], renewed))).not.toBe(id(changes([revoke])));
    const shown: Action = { ...revoke, kind: 'revoke', actual: shows('proj_A', 'cp_9') };
    expect(id(changes([shown]))).not.toBe(id(changes([revoke])));
  });
});
