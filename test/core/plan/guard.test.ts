import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyActions } from '../../../lambdas/core/checkpoint/apply.ts';
import { changePermissions } from '../../../lambdas/core/checkpoint/record.ts';
import { revokeByHand } from '../../../lambdas/core/checkpoint/revoke-by-hand.ts';
import {
  type CheckpointRecord,
  PERMISSION_STATES,
  type PermissionRecord,
  type PermissionState,
} from '../../../lambdas/core/model/permission.ts';
import { NOT_PAUSED } from '../../../lambdas/core/pause/pause.ts';
import {
  countsFrom,
  countTracked,
  isTooMany,
  letGoSince,
  needsConfirmation,
  noteLetGo,
  revocationsId,
} from '../../../lambdas/core/plan/guard.ts';
import { planLedger } from '../../../lambdas/core/plan/ledger-plan.ts';
import { aCheckpoint, aPermission, aWant, DAY, shows, T0 } from '../../builders/checkpoints.ts';
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

describe('what was let go of within a day', () => {
  const letGo = (state: PermissionState, letGoAt = T0, parts: Partial<PermissionRecord> = {}) =>
    aCheckpoint(aPermission('proj_A', state, { letGoAt, ...parts }));

  it('counts as long as it is let go of, and is a share of what was there before', () => {
    const counted = PERMISSION_STATES.filter((state) => letGoSince([letGo(state)], T0 - DAY).permissions === 1);
    expect(counted).toEqual(['revoking', 'revoked']);
    const all = [letGo('revoking'), letGo('revoked'), letGo('revoked'), letGo('revoked', T0 - DAY), aCheckpoint()];
    expect(letGoSince(all, T0 - DAY)).toEqual({ permissions: 3, untracked: 2 });
    expect(letGoSince([aCheckpoint(aPermission('proj_A', 'revoked'))], 0)).toEqual({ permissions: 0, untracked: 0 });
  });

  it.each([
    ['three after three of 40', { pruned: 3, tracked: 40, lately: { permissions: 3, untracked: 0 } }, false],
    ['four after three of 40', { pruned: 4, tracked: 40, lately: { permissions: 3, untracked: 0 } }, true],
    [
      'three after three of 40, deleted by now',
      { pruned: 3, tracked: 37, lately: { permissions: 3, untracked: 3 } },
      false,
    ],
    [
      'four after three of 40, deleted by now',
      { pruned: 4, tracked: 37, lately: { permissions: 3, untracked: 3 } },
      true,
    ],
    ['two after three of five', { pruned: 2, tracked: 5, lately: { permissions: 3, untracked: 0 } }, false],
    ['none, whatever was before', { pruned: 0, tracked: 40, lately: { permissions: 30, untracked: 0 } }, false],
  ])('and takes a person’s word with it: %s', (_, parts, expected) => {
    expect(isTooMany({ revocations: parts.pruned, ...parts })).toBe(expected);
  });

  it('is of a day that does not end while a plan waits', () => {
    expect(countsFrom(undefined, T0)).toBe(T0 - DAY);
    expect(countsFrom({ id: null, countsFrom: T0 - 9 * DAY }, T0)).toBe(T0 - DAY);
    expect(countsFrom({ id: 'feedc0de', countsFrom: T0 - 9 * DAY }, T0)).toBe(T0 - 9 * DAY);
    expect(countsFrom({ id: 'feedc0de' }, T0)).toBe(T0 - DAY);
  });

  it.each<[string, (record: CheckpointRecord) => CheckpointRecord]>([
    [
      'it is wanted again',
      (record) =>
        applyActions(record, [{ kind: 'rewant', projectId: 'proj_A', want: aWant('proj_A'), reason: '' }], T0),
    ],
    ['a person revokes it', (record) => revokeByHand(record, ['proj_A'], T0)],
    [
      'OpenAI shows it',
      (record) =>
        applyActions(
          record,
          [{ kind: 'orphan', projectId: 'proj_A', actual: shows('proj_A', 'cp_1'), reason: '' }],
          T0,
        ),
    ],
  ])('is not remembered once %s', (_, change) => {
    const changed = change(letGo('revoking', T0, { parked: true })).permissions.proj_A;
    expect(changed).toBeDefined();
    expect(changed).not.toHaveProperty('letGoAt');
  });

  it('is never more than five and 15 %, in whatever steps, but by a person’s word', () => {
    const step = fc.record({
      afterMs: fc.integer({ min: 1, max: DAY }),
      more: fc.integer({ min: 0, max: 20 }),
      isDeleted: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.array(step, { maxLength: 20 }), (count, steps) => {
        let now = T0;
        let unwanted = 0;
        let waiting: { id: string; countsFrom: number } | undefined;
        let all: readonly CheckpointRecord[] = Array.from({ length: count }, (_, index) => {
          return { ...aCheckpoint(aPermission('proj_A', 'orphaned')), checkpoint: `ft:${index}`, jobId: null };
        });
        for (const { afterMs, more, isDeleted } of steps) {
          now += afterMs;
          unwanted = Math.min(count, unwanted + more);
          const pruned = all
            .slice(0, unwanted)
            .filter(({ permissions }) => permissions.proj_A?.state === 'orphaned').length;
          const lately = letGoSince(all, countsFrom(waiting, now));
          const tooMany = isTooMany({ revocations: pruned, pruned, tracked: countTracked(all), lately });
          waiting = tooMany && pruned > 0 ? { id: 'waits', countsFrom: countsFrom(waiting, now) } : undefined;
          if (tooMany) continue;
          // As it was when it was judged: what is deleted only then was tracked.
          const before = countTracked(all) + letGoSince(all, now - DAY).untracked;
          all = all.map((record, index) => {
            const state = record.permissions.proj_A?.state;
            if (state === 'orphaned' && index < unwanted) {
              const revoked = { ...record, permissions: { proj_A: aPermission('proj_A', 'revoking') } };
              return noteLetGo(revoked, ['proj_A'], now);
            }
            if (state !== 'revoking' || !isDeleted) return record;
            return changePermissions(record, ['proj_A'], (permission) => ({ ...permission, state: 'revoked' }));
          });
          const day = letGoSince(all, now - DAY);
          expect(day.permissions <= 5 || 100 * day.permissions <= 15 * before).toBe(true);
        }
      }),
    );
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
