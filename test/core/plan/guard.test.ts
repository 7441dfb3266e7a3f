import { describe, expect, it } from 'vitest';
import { PERMISSION_STATES } from '../../../lambdas/core/model/permission.ts';
import { NOT_PAUSED } from '../../../lambdas/core/pause/pause.ts';
import { countTracked, needsConfirmation, revocationsId } from '../../../lambdas/core/plan/guard.ts';
import { planLedger } from '../../../lambdas/core/plan/ledger-plan.ts';
import { aCheckpoint, aPermission, T0 } from '../../builders/checkpoints.ts';
import { aPolicy, aRule } from '../policy/builders.ts';

describe('revocations that need a person’s word', () => {
  it.each([
    ['five, though it is all there is', 5, 5, false],
    ['six of six', 6, 6, true],
    ['six of 39, more than 15 %', 6, 39, true],
    ['six of 40, 15 % exactly', 6, 40, false],
    ['fifteen of a hundred', 15, 100, false],
    ['sixteen of a hundred', 16, 100, true],
    ['six where nothing is tracked', 6, 0, true],
    ['none', 0, 0, false],
  ])('are many in number and share: %s', (_, revocations, tracked, expected) => {
    expect(needsConfirmation(revocations, tracked)).toBe(expected);
  });

  it('are a share of what is in force for all the ledger knows', () => {
    const counted = PERMISSION_STATES.filter(
      (state) => countTracked([aCheckpoint(aPermission('proj_A', state))]) === 1,
    );
    expect(counted).toEqual(['active', 'drifted', 'orphaned', 'revoking']);
    const two = aCheckpoint(aPermission('proj_A', 'active'), aPermission('proj_B', 'orphaned'));
    expect(countTracked([two, aCheckpoint(), two])).toBe(4);
  });
});

describe('the id of revocations', () => {
  const one = { checkpoint: 'ft:one', projectId: 'proj_A' };
  const two = { checkpoint: 'ft:two', projectId: 'proj_B' };

  it('names the very permissions, in whatever order', () => {
    expect(revocationsId([one, two])).toMatch(/^[0-9a-f]{16}$/);
    expect(revocationsId([two, one])).toBe(revocationsId([one, two]));
    const swapped = [
      { checkpoint: 'ft:one', projectId: 'proj_B' },
      { checkpoint: 'ft:two', projectId: 'proj_A' },
    ];
    for (const others of [[one], [two], [], swapped]) expect(revocationsId(others)).not.toBe(revocationsId([one, two]));
  });

  it('keeps where one name ends and the next begins', () => {
    const glued = [{ checkpoint: 'ft:one proj_Aft:two', projectId: 'proj_B' }];
    expect(revocationsId(glued)).not.toBe(revocationsId([one, two]));
  });

  it('is the one that a person was shown before an upgrade', () => {
    expect(revocationsId([one, two])).toBe('de9f3e6e885ec881');
  });
});

describe('a plan over the whole ledger', () => {
  const records = (count: number, state: 'active' | 'orphaned') =>
    Array.from({ length: count }, (_, index) => ({
      ...aCheckpoint({
        ...aPermission('proj_A', state),
        ...(state === 'orphaned' && { lastRule: 'gone', lastOrigin: 'policy' }),
      }),
      checkpoint: `ft:${index}`,
      jobId: null,
    }));
  const planOf = (count: number, state: 'active' | 'orphaned', parts = {}) => {
    const policy = aPolicy([aRule({ from: ['elsewhere'] })], { prune: true, ...parts });
    return planLedger({
      policy,
      jobs: [],
      records: records(count, state),
      waiting: undefined,
      pause: NOT_PAUSED,
      now: T0,
    });
  };

  it.each(['active', 'orphaned'] as const)('counts what is %s and wanted no more', (state) => {
    expect(planOf(5, state)).toMatchObject({ revoking: 'allowed', tracked: 5 });
    const plan = planOf(6, state);
    expect(plan).toMatchObject({
      revoking: 'waiting',
      tracked: 6,
      id: revocationsId(plan.revocations),
      word: { kind: 'none' },
    });
    expect(plan.revocations).toHaveLength(6);
    expect(plan.revocations[0]).toEqual({ checkpoint: 'ft:0', projectId: 'proj_A' });
  });

  it('has no id where nothing is revoked', () => {
    expect(planOf(6, 'active', { prune: false })).toMatchObject({ id: null, revocations: [], revoking: 'none' });
  });
});
