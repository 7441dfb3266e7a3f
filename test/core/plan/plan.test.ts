import { describe, expect, it } from 'vitest';
import type { PermissionRecord, Want } from '../../../lambdas/core/model/permission.ts';
import { type Action, type PlanInput, plan } from '../../../lambdas/core/plan/plan.ts';
import { aPermission, aWant, DAY, shows, T0, wants } from '../../builders/checkpoints.ts';

const A = 'proj_A';

function planOne(parts: {
  want?: Want;
  row?: PermissionRecord;
  actual?: PlanInput['actual'];
  prune?: boolean;
}): readonly Action[] {
  return plan({
    wanted: wants(...(parts.want ? [parts.want] : [])),
    recorded: parts.row ? { [A]: parts.row } : {},
    actual: parts.actual ?? 'unknown',
    prune: parts.prune ?? false,
    holds: {},
  });
}

describe("the design's table", () => {
  it('wanted, not recorded, not listed: create, no LIST first', () => {
    expect(planOne({ want: aWant(A) })).toMatchObject([{ kind: 'create', projectId: A, repair: false }]);
  });

  it('wanted, not recorded, not there: create', () => {
    expect(planOne({ want: aWant(A), actual: [] })).toMatchObject([{ kind: 'create', repair: false }]);
  });

  it('wanted, not recorded, there: adopt', () => {
    const actual = [shows(A, 'cp_9')];
    expect(planOne({ want: aWant(A), actual })).toMatchObject([{ kind: 'adopt', actual: actual[0] }]);
  });

  it('wanted, recorded, there under that id: nothing', () => {
    expect(planOne({ want: aWant(A), row: aPermission(A, 'active'), actual: [shows(A, 'cp_proj_A')] })).toEqual([]);
  });

  it('wanted, recorded, there under another id: re-record', () => {
    const actual = [shows(A, 'cp_9')];
    const actions = planOne({ want: aWant(A), row: aPermission(A, 'active'), actual });
    expect(actions).toMatchObject([{ kind: 'rerecord', actual: actual[0] }]);
  });

  it('wanted, recorded, not there: create again where the rule says repair', () => {
    const actions = planOne({ want: aWant(A), row: aPermission(A, 'active'), actual: [] });
    expect(actions).toMatchObject([{ kind: 'create', repair: true }]);
  });

  it('wanted, recorded, not there: report where the rule says report', () => {
    const want = aWant(A, { onDrift: 'report' });
    const actions = planOne({ want, row: aPermission(A, 'active', { want }), actual: [] });
    expect(actions).toMatchObject([{ kind: 'report-drift', want }]);
  });

  it('not wanted, recorded, there: revoke where pruning is on', () => {
    const row = aPermission(A, 'active');
    const actions = planOne({ row, actual: [shows(A, 'cp_proj_A')], prune: true });
    expect(actions).toMatchObject([{ kind: 'revoke', actual: null }]);
  });

  it('not wanted, recorded, there: an orphan where pruning is off', () => {
    const actions = planOne({ row: aPermission(A, 'active'), actual: [shows(A, 'cp_proj_A')] });
    expect(actions).toMatchObject([{ kind: 'orphan', actual: null }]);
  });

  it.each(['active', 'orphaned', 'drifted'] as const)('not wanted, recorded as %s, not there: close', (state) => {
    expect(planOne({ row: aPermission(A, state), actual: [], prune: true })).toMatchObject([{ kind: 'close' }]);
  });

  it('not wanted, not recorded, there: foreign, reported and never touched', () => {
    const actual = [shows(A, 'cp_9')];
    const actions = planOne({ actual, prune: true });
    expect(actions).toMatchObject([{ kind: 'report-foreign', actual: actual[0] }]);
  });
});

describe('while nothing has been listed', () => {
  it.each(['active', 'pending', 'unknown', 'rejected'] as const)('what is wanted and %s is left alone', (state) => {
    expect(planOne({ want: aWant(A), row: aPermission(A, state) })).toEqual([]);
  });

  it('a foreign permission that is wanted now is adopted without a call', () => {
    const actions = planOne({ want: aWant(A), row: aPermission(A, 'foreign') });
    expect(actions).toMatchObject([{ kind: 'adopt', actual: { permissionId: 'cp_proj_A', createdAt: T0 - DAY } }]);
  });

  it('what has drifted, as an earlier list showed, is created again as soon as its rule says repair', () => {
    const row = aPermission(A, 'drifted', { want: aWant(A, { onDrift: 'report' }) });
    expect(planOne({ want: aWant(A), row })).toMatchObject([{ kind: 'create', repair: true }]);
    expect(planOne({ want: aWant(A, { onDrift: 'report' }), row })).toEqual([]);
  });

  it('what has drifted and is wanted no more is closed: there is nothing to revoke', () => {
    expect(planOne({ row: aPermission(A, 'drifted'), prune: true })).toMatchObject([{ kind: 'close' }]);
  });

  it('what was revoked and is wanted again is created', () => {
    expect(planOne({ want: aWant(A), row: aPermission(A, 'revoked') })).toMatchObject([{ kind: 'create' }]);
  });

  it.each(['orphaned', 'revoking'] as const)('what is %s and wanted again is kept', (state) => {
    expect(planOne({ want: aWant(A), row: aPermission(A, state) })).toMatchObject([{ kind: 'rewant' }]);
  });
});

describe('a want on other terms', () => {
  const other = aWant(A, { rule: 'another' });

  it.each(['active', 'unknown'] as const)('is taken over by what is %s', (state) => {
    expect(planOne({ want: other, row: aPermission(A, state) })).toMatchObject([{ kind: 'rewant', want: other }]);
  });

  it.each(['pending', 'rejected'] as const)('asks anew for what is %s', (state) => {
    expect(planOne({ want: other, row: aPermission(A, state) })).toMatchObject([{ kind: 'create', want: other }]);
  });

  it('reaches a drifted row, whether its rule reports or the permission is back', () => {
    const want = { ...other, onDrift: 'report' } as const;
    const row = aPermission(A, 'drifted', { want: aWant(A, { onDrift: 'report' }) });
    expect(planOne({ want, row, actual: [] })).toMatchObject([{ kind: 'report-drift', want }]);
    const back = planOne({ want, row, actual: [shows(A, 'cp_proj_A')] });
    expect(back).toMatchObject([{ kind: 'rerecord', want }]);
  });
});

describe('what is wanted no more', () => {
  it.each(['pending', 'rejected'] as const)('is closed while it is %s: nothing was granted', (state) => {
    expect(planOne({ row: aPermission(A, state), prune: true })).toMatchObject([{ kind: 'close' }]);
  });

  it('keeps waiting for its answer while that is unknown, but wanted it is no more', () => {
    expect(planOne({ row: aPermission(A, 'unknown') })).toMatchObject([{ kind: 'unwant' }]);
    expect(planOne({ row: aPermission(A, 'unknown', { want: null }), actual: [] })).toEqual([]);
  });

  it('is ours if a call of ours turns out to have granted it', () => {
    const actual = [shows(A, 'cp_9')];
    const row = aPermission(A, 'unknown', { want: null });
    expect(planOne({ row, actual })).toMatchObject([{ kind: 'orphan', actual: actual[0] }]);
    expect(planOne({ row, actual, prune: true })).toMatchObject([{ kind: 'revoke', actual: actual[0] }]);
  });

  it('and was revoked, but is there all the same under our id, is let go of again', () => {
    const actual = [shows(A, 'cp_proj_A')];
    const row = aPermission(A, 'revoked');
    expect(planOne({ row, actual })).toMatchObject([{ kind: 'orphan', actual: actual[0] }]);
    expect(planOne({ row, actual, prune: true })).toMatchObject([{ kind: 'revoke', actual: actual[0] }]);
  });

  it.each(['active', 'orphaned', 'revoked', 'pending', 'rejected'] as const)(
    'and %s here, while OpenAI shows only a permission that is not ours: foreign',
    (state) => {
      const actions = planOne({ row: aPermission(A, state), actual: [shows(A, 'cp_9')], prune: true });
      expect(actions).toMatchObject([{ kind: 'report-foreign' }]);
    },
  );

  it('is left alone while it is being revoked', () => {
    expect(planOne({ row: aPermission(A, 'revoking'), actual: [shows(A, 'cp_proj_A')], prune: true })).toEqual([]);
    expect(planOne({ row: aPermission(A, 'revoking'), actual: [] })).toEqual([]);
  });

  it('stays an orphan until pruning is on', () => {
    const actual = [shows(A, 'cp_proj_A')];
    expect(planOne({ row: aPermission(A, 'orphaned'), actual })).toEqual([]);
    expect(planOne({ row: aPermission(A, 'orphaned'), actual, prune: true })).toMatchObject([{ kind: 'revoke' }]);
  });
});

describe('what was let go of and is gone at OpenAI', () => {
  it.each(['orphaned', 'revoking'] as const)('while %s is no drift when it is wanted again: it is created', (state) => {
    const want = aWant(A, { onDrift: 'report' });
    const actions = planOne({ want, row: aPermission(A, state), actual: [] });
    expect(actions).toMatchObject([{ kind: 'create', repair: false }]);
  });
});

describe('several permissions of one project at OpenAI', () => {
  const three = [shows(A, 'cp_old', T0), shows(A, 'cp_proj_A', T0 + 1), shows(A, 'cp_new', T0 + 2)];

  it("the ledger's own counts where it shows", () => {
    expect(planOne({ want: aWant(A), row: aPermission(A, 'active'), actual: three })).toEqual([]);
  });

  it('else one that the ledger has as a duplicate', () => {
    const row = aPermission(A, 'active', { permissionId: 'cp_gone', duplicateIds: ['cp_old'] });
    const actions = planOne({ want: aWant(A), row, actual: three });
    expect(actions).toMatchObject([{ kind: 'rerecord', actual: { permissionId: 'cp_old' } }]);
  });

  it('else the newest', () => {
    const actions = planOne({ want: aWant(A), actual: three });
    expect(actions).toMatchObject([{ kind: 'adopt', actual: { permissionId: 'cp_new' } }]);
    const reversed = planOne({ want: aWant(A), actual: three.toReversed() });
    expect(reversed).toMatchObject([{ kind: 'adopt', actual: { permissionId: 'cp_new' } }]);
  });
});

it('every project is decided on by itself', () => {
  const actions = plan({
    wanted: wants(aWant('proj_A'), aWant('proj_B')),
    recorded: { proj_B: aPermission('proj_B', 'active'), proj_C: aPermission('proj_C', 'active') },
    actual: [shows('proj_B', 'cp_proj_B'), shows('proj_C', 'cp_proj_C'), shows('proj_D', 'cp_d')],
    prune: false,
    holds: {},
  });
  expect(actions.map(({ kind, projectId }) => [projectId, kind])).toEqual([
    ['proj_A', 'create'],
    ['proj_C', 'orphan'],
    ['proj_D', 'report-foreign'],
  ]);
});
