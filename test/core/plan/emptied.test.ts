import { describe, expect, it } from 'vitest';
import { applyActions } from '../../../lambdas/core/checkpoint/apply.ts';
import type { CheckpointRecord, PermissionRecord, Want } from '../../../lambdas/core/model/permission.ts';
import { planCheckpoint } from '../../../lambdas/core/plan/plan-checkpoint.ts';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import { aCheckpoint, aPermission, aWant, DAY, rowOf, T0 } from '../../builders/checkpoints.ts';
import { aPolicy, aRule } from '../policy/builders.ts';

const EU = 'proj_EU';
const RULES = [aRule()];
const PINS = [{ checkpoint: 'ft:another', to: [EU] }];
const NOBODY = { wants: new Map(), jobs: new Set(['ftjob-1']), notes: new Map() };
const PINNED = { origin: 'pinned', rule: null } as const;

const granted = (want: Partial<Want>) => aCheckpoint(aPermission(EU, 'active', { want: aWant(EU, want) }));
const orphan = (parts: Partial<PermissionRecord>) => aCheckpoint(aPermission(EU, 'orphaned', parts));

/** The row after so many looks at a policy that wants nothing of it. */
function seen(looks: number, record: CheckpointRecord, policy: Partial<Policy>): PermissionRecord {
  const by = aPolicy([], { prune: true, ...policy });
  const look = (current: CheckpointRecord) => applyActions(current, planCheckpoint(by, NOBODY, current, T0), T0);
  return rowOf(Array.from({ length: looks }).reduce<CheckpointRecord>(look, record), EU);
}

describe('an emptied list revokes nothing, however often it is looked at', () => {
  it.each([
    ['pins', PINNED, { rules: RULES, permissions: [] }],
    ['pins, of a policy without rules', PINNED, { rules: [], permissions: [] }],
    ['rules', {}, { rules: [], permissions: PINS }],
    ['rules, of a policy without pins', {}, { rules: [], permissions: [] }],
  ] as const)('%s', (_, want, policy) => {
    for (const looks of [1, 2, 5]) expect(seen(looks, granted(want), policy).state).toBe('orphaned');
  });

  it.each([
    ['pin', PINNED, { rules: [], permissions: PINS }],
    ['rule', {}, { rules: RULES, permissions: [] }],
  ] as const)('while a list that only lost its %s lets go of it', (_, want, policy) => {
    expect(seen(1, granted(want), policy).state).toBe('revoking');
  });

  it.each([
    ['pinned', PINNED, { rules: RULES, permissions: [] }, { rules: [], permissions: PINS }],
    ['by a rule', {}, { rules: [], permissions: PINS }, { rules: RULES, permissions: [] }],
  ] as const)('what was wanted %s is let go of once its list holds something again', (_, want, emptied, filled) => {
    const kept = aCheckpoint(seen(2, granted(want), emptied));
    expect(seen(1, kept, emptied).state).toBe('orphaned');
    expect(seen(1, kept, filled).state).toBe('revoking');
  });

  it('and what a person adopted, or wished, is no matter of pins', () => {
    for (const lastOrigin of ['adopted', 'operator'] as const) {
      expect(seen(1, orphan({ lastOrigin }), { rules: RULES, permissions: [] }).state).toBe('revoking');
    }
  });

  it('but what has expired goes', () => {
    for (const want of [PINNED, {}]) {
      expect(seen(1, granted({ ...want, expiresAt: T0 }), { rules: [], permissions: [] }).state).toBe('revoking');
      expect(seen(1, granted({ ...want, expiresAt: T0 + DAY }), { rules: [], permissions: [] }).state).toBe('orphaned');
    }
  });
});

describe('an orphan of an older version, which did not remember whose wish it was', () => {
  it.each([
    ['is kept while either list is empty', {}, { rules: RULES, permissions: [] }, 'orphaned'],
    ['is kept while either list is empty', {}, { rules: [], permissions: PINS }, 'orphaned'],
    ['is let go of while none is', {}, { rules: RULES, permissions: PINS }, 'revoking'],
    ['was of a rule where it remembers that one', { lastRule: 'gone' }, { rules: RULES, permissions: [] }, 'revoking'],
    ['was of a rule where it remembers that one', { lastRule: 'gone' }, { rules: [], permissions: PINS }, 'orphaned'],
  ] as const)('%s', (_, parts, policy, state) => {
    expect(seen(2, orphan(parts), policy).state).toBe(state);
  });
});

describe('what is remembered of a wish that has gone', () => {
  it('is whose it was, and the rule where it was one', () => {
    const keep = { prune: false, rules: RULES };
    expect(seen(1, granted({ rule: 'support' }), keep)).toMatchObject({ lastOrigin: 'policy', lastRule: 'support' });
    expect(seen(1, granted(PINNED), keep)).toMatchObject({ want: null, lastOrigin: 'pinned' });
  });

  it('is the last one: a pin makes the rule before it forgotten', () => {
    const pinned = aCheckpoint(aPermission(EU, 'active', { want: aWant(EU, PINNED), lastRule: 'support' }));
    expect(seen(1, pinned, { rules: RULES, permissions: [] })).not.toHaveProperty('lastRule');
  });

  it('outlives the permission that is closed', () => {
    const drifted = aCheckpoint(aPermission(EU, 'drifted', { permissionId: 'cp_1', want: aWant(EU, PINNED) }));
    expect(seen(1, drifted, { rules: RULES })).toMatchObject({ state: 'revoked', want: null, lastOrigin: 'pinned' });
  });
});

describe('pruning that is off', () => {
  it('lets go of nothing but what has expired', () => {
    const off = { prune: false, rules: RULES, permissions: PINS };
    expect(seen(3, granted({}), off).state).toBe('orphaned');
    expect(seen(1, granted({ expiresAt: T0 }), off).state).toBe('revoking');
  });
});
