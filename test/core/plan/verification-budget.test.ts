import { describe, expect, it } from 'vitest';
import {
  budgetOf,
  fullPassSeconds,
  isAudited,
  listsPerDay,
  restSeconds,
} from '../../../lambdas/core/plan/verification-budget.ts';

const SETTINGS = { everySeconds: 900, verifyPerMinute: 2, auditLog: 'auto' } as const;

describe('the budget of verification', () => {
  it('is what a reconcile may put up until the next one', () => {
    expect(budgetOf(SETTINGS)).toBe(30);
    expect(budgetOf({ ...SETTINGS, everySeconds: 100, verifyPerMinute: 1 })).toBe(2);
    expect(budgetOf({ ...SETTINGS, verifyPerMinute: 0 })).toBe(0);
  });

  it.each([
    ['auto', 'on', true],
    ['auto', 'unknown', true],
    ['auto', 'off', false],
    ['required', 'off', false],
    ['off', 'on', false],
  ] as const)('with auditLog %s and access %s, the log tells of changes: %s', (auditLog, access, expected) => {
    expect(isAudited({ ...SETTINGS, auditLog }, { access })).toBe(expected);
  });

  it('lets a checkpoint rest for a day where the log tells of changes, else until the next reconcile', () => {
    expect([restSeconds(SETTINGS, true), restSeconds(SETTINGS, false)]).toEqual([86_400, 900]);
  });

  it.each([
    [1, true, 1],
    [1, false, 96],
    [30, false, 2_880],
    [1_000, false, 2_880],
    [1_000, true, 1_000],
    [10_000, true, 2_880],
    [0, false, 0],
  ])('%i calls for all, with the log %s, are %i a day', (calls, audited, expected) => {
    expect(listsPerDay(SETTINGS, calls, audited)).toBe(expected);
  });

  it('says how long a pass over everything takes, at the slower of budget and pace', () => {
    expect(fullPassSeconds(SETTINGS, 30, 4)).toBe(900);
    expect(fullPassSeconds({ ...SETTINGS, verifyPerMinute: 600 }, 30, 4)).toBe(450);
    expect(fullPassSeconds({ ...SETTINGS, verifyPerMinute: 0 }, 30, 4)).toBeNull();
    expect(fullPassSeconds(SETTINGS, 0, 4)).toBeNull();
  });
});
