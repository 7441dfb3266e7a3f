import { describe, expect, it } from 'vitest';
import type { PermissionState } from '../../../lambdas/core/model/permission.ts';
import { aCheckpoint, aPermission, aWant, DAY, MINUTE, rowOf, T0, wantByRules } from '../../builders/checkpoints.ts';

const A = 'proj_A';

describe('what the rules want', () => {
  it('is due at once for a checkpoint that is new', () => {
    const record = wantByRules(aCheckpoint(), [aWant(A)], T0);
    expect(rowOf(record, A)).toMatchObject({ state: 'pending', priority: 'fresh', notBefore: T0, want: aWant(A) });
  });

  it('wanted again changes nothing, so that nothing is written', () => {
    const record = wantByRules(aCheckpoint(), [aWant(A), aWant('proj_B')], T0);
    expect(wantByRules(record, [aWant('proj_B'), aWant(A)], T0 + DAY)).toBe(record);
  });

  it('makes orphans of what it wants no more, and never revokes', () => {
    const record = wantByRules(aCheckpoint(aPermission(A, 'active')), [], T0);
    expect(rowOf(record, A)).toMatchObject({ state: 'orphaned', want: null, permissionId: 'cp_proj_A' });
  });

  it.each(['adopted', 'operator'] as const)('leaves a wish that is %s as it is where no rule has one', (origin) => {
    const record = aCheckpoint(aPermission(A, 'active', { want: aWant(A, { origin, rule: null }) }));
    expect(wantByRules(record, [], T0)).toBe(record);
  });

  it("takes the place of what was adopted, and leaves an operator's wish beside it", () => {
    const of = (origin: 'adopted' | 'operator') =>
      aCheckpoint(aPermission(A, 'active', { want: aWant(A, { origin, rule: null }) }));
    expect(rowOf(wantByRules(of('adopted'), [aWant(A)], T0), A)).toMatchObject({ state: 'active', want: aWant(A) });
    const operators = of('operator');
    expect(wantByRules(operators, [aWant(A)], T0)).toBe(operators);
  });

  it.each<PermissionState>(['pending', 'rejected'])('drops what is %s when it is wanted no more', (state) => {
    expect(wantByRules(aCheckpoint(aPermission(A, state)), [], T0).permissions).toEqual({});
  });

  it('asks anew, at once, for what was rejected under another rule', () => {
    const rejected = aPermission(A, 'rejected', { priority: 'retry', notBefore: T0 + DAY, attempts: 3 });
    const record = wantByRules(aCheckpoint(rejected), [aWant(A, { rule: 'another' })], T0);
    expect(rowOf(record, A)).toMatchObject({ state: 'pending', priority: 'fresh', notBefore: T0, attempts: 0 });
  });

  it('does not ask a second time for what a call may have granted already', () => {
    const record = aCheckpoint(aPermission(A, 'unknown'));
    const dropped = wantByRules(record, [], T0);
    expect(rowOf(dropped, A)).toMatchObject({ state: 'unknown', want: null, notBefore: T0 });
    expect(rowOf(wantByRules(dropped, [aWant(A)], T0), A)).toMatchObject(rowOf(record, A) ?? {});
  });

  it('is in doubt about what was being revoked: a DELETE may have been carried out, and its answer lost', () => {
    const record = wantByRules(aCheckpoint(aPermission(A, 'revoking')), [aWant(A)], T0);
    const doubt = { state: 'unknown', permissionId: 'cp_proj_A', askedAt: T0, notBefore: T0 + 2 * MINUTE };
    expect(rowOf(record, A)).toMatchObject({ ...doubt, want: aWant(A) });
  });
});
