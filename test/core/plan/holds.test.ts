import { describe, expect, it } from 'vitest';
import {
  type Hold,
  PERMISSION_STATES,
  type PermissionRecord,
  type Want,
} from '../../../lambdas/core/model/permission.ts';
import { type Action, type PlanInput, plan } from '../../../lambdas/core/plan/plan.ts';
import { aHold, aPermission, aWant, shows, wants } from '../../builders/checkpoints.ts';

const A = 'proj_A';
const OWN = shows(A, `cp_${A}`);
const ANOTHER = shows(A, 'cp_9');

function planHeld(
  kind: Hold['kind'],
  parts: { want?: Want; row?: PermissionRecord; actual?: PlanInput['actual']; prune?: boolean } = {},
): readonly Action[] {
  return plan({
    wanted: wants(...(parts.want ? [parts.want] : [])),
    recorded: parts.row ? { [A]: parts.row } : {},
    actual: parts.actual ?? 'unknown',
    prune: parts.prune ?? true,
    holds: { [A]: aHold(kind) },
  });
}

describe('what is forgotten', () => {
  it.each(PERMISSION_STATES)('is left alone, wanted or not, whatever OpenAI shows, even if a row were %s', (state) => {
    for (const actual of ['unknown', [], [OWN], [ANOTHER]] as const) {
      expect(planHeld('forgotten', { row: aPermission(A, state), actual })).toEqual([]);
      expect(planHeld('forgotten', { row: aPermission(A, state), actual, want: aWant(A) })).toEqual([]);
    }
  });

  it('is not created, adopted or reported where there is no row', () => {
    for (const actual of ['unknown', [], [ANOTHER]] as const) {
      expect(planHeld('forgotten', { want: aWant(A), actual })).toEqual([]);
    }
  });
});

describe('what is withheld', () => {
  it('is not created, though a rule wants it', () => {
    expect(planHeld('withheld', { want: aWant(A) })).toEqual([]);
    expect(planHeld('withheld', { want: aWant(A), actual: [] })).toEqual([]);
    expect(planHeld('withheld', { want: aWant(A), row: aPermission(A, 'revoked') })).toEqual([]);
  });

  it('is not kept while it is being revoked', () => {
    expect(planHeld('withheld', { want: aWant(A), row: aPermission(A, 'revoking'), actual: [OWN] })).toEqual([]);
  });

  it('is foreign, not adopted, where somebody else grants it', () => {
    expect(planHeld('withheld', { want: aWant(A), actual: [ANOTHER] })).toMatchObject([{ kind: 'report-foreign' }]);
    expect(planHeld('withheld', { want: aWant(A), row: aPermission(A, 'foreign') })).toEqual([]);
  });

  it('is let go of again where its deletion did not hold', () => {
    const row = aPermission(A, 'revoked');
    expect(planHeld('withheld', { want: aWant(A), row, actual: [OWN] })).toMatchObject([{ kind: 'revoke' }]);
  });
});

describe('what is ignored', () => {
  it.each(PERMISSION_STATES)('and %s is left alone while nothing has been listed, wanted or not', (state) => {
    const other = aWant(A, { rule: 'another', onDrift: 'repair', expiresAt: 1 });
    expect(planHeld('ignored', { row: aPermission(A, state) })).toEqual([]);
    expect(planHeld('ignored', { row: aPermission(A, state), want: other })).toEqual([]);
  });

  it('has drifted if it is gone, whatever its rule says about drift', () => {
    const want = aWant(A, { onDrift: 'repair' });
    const actions = planHeld('ignored', { want, row: aPermission(A, 'active', { want }), actual: [] });
    expect(actions).toEqual([
      { kind: 'report-drift', projectId: A, want, reason: 'gone at OpenAI, and ignored' },
    ] satisfies readonly Action[]);
  });

  it('is closed if it is gone and nobody wanted it', () => {
    expect(planHeld('ignored', { row: aPermission(A, 'orphaned'), actual: [] })).toMatchObject([{ kind: 'close' }]);
  });

  it('is recorded under the id that OpenAI shows, also where it had drifted', () => {
    const active = planHeld('ignored', { row: aPermission(A, 'active'), actual: [ANOTHER] });
    expect(active).toMatchObject([{ kind: 'rerecord', actual: ANOTHER }]);
    const drifted = planHeld('ignored', { row: aPermission(A, 'drifted'), actual: [OWN] });
    expect(drifted).toMatchObject([{ kind: 'rerecord', actual: OWN }]);
  });

  it('stays as it is where it is there, though nobody wants it and pruning is on', () => {
    for (const state of ['active', 'orphaned'] as const) {
      expect(planHeld('ignored', { row: aPermission(A, state), actual: [OWN] })).toEqual([]);
    }
  });

  it('and was refused since its project was closed, is looked at like any other: it may be there or not', () => {
    const row = aPermission(A, 'rejected', { permissionId: OWN.permissionId });
    expect(planHeld('ignored', { row, actual: [OWN] })).toMatchObject([{ kind: 'rerecord', actual: OWN }]);
    expect(planHeld('ignored', { row, actual: [] })).toMatchObject([{ kind: 'report-drift' }]);
  });

  it('is there again where its checkpoint was gone and is not any more', () => {
    const row = aPermission(A, 'revoked', { want: aWant(A) });
    expect(planHeld('ignored', { row, actual: [OWN] })).toMatchObject([{ kind: 'rerecord', actual: OWN }]);
    expect(planHeld('ignored', { row, actual: [] })).toMatchObject([{ kind: 'report-drift' }]);
  });

  it('is no reason to note what is there and was never recorded', () => {
    expect(planHeld('ignored', { actual: [ANOTHER], want: aWant(A) })).toEqual([]);
    expect(planHeld('ignored', { row: aPermission(A, 'foreign'), actual: [ANOTHER], want: aWant(A) })).toEqual([]);
  });
});

describe('what was forgotten and is looked up again', () => {
  const recalled = aPermission(A, 'unknown', { doubt: 'forgotten' });
  const planRecalled = (parts: { want?: Want; actual: PlanInput['actual'] }) =>
    plan({
      wanted: wants(...(parts.want ? [parts.want] : [])),
      recorded: { [A]: recalled },
      actual: parts.actual,
      prune: true,
      holds: undefined,
    });

  it('is adopted where somebody wants it', () => {
    const actions = planRecalled({ want: aWant(A), actual: [ANOTHER] });
    expect(actions).toMatchObject([{ kind: 'adopt', actual: ANOTHER }]);
  });

  it('is foreign, and never revoked, where nobody does: it may have been somebody else’s before', () => {
    expect(planRecalled({ actual: [ANOTHER] })).toMatchObject([{ kind: 'report-foreign', actual: ANOTHER }]);
  });
});
