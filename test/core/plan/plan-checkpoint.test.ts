import { describe, expect, it } from 'vitest';
import type { CheckpointRecord, Want } from '../../../lambdas/core/model/permission.ts';
import { planCheckpoint, wantInto } from '../../../lambdas/core/plan/plan-checkpoint.ts';
import type { Wanted } from '../../../lambdas/core/plan/wanted.ts';
import { aCheckpoint, aPermission, aWant, MODEL, rowOf, T0 } from '../../builders/checkpoints.ts';
import { aPolicy, aRule } from '../policy/builders.ts';

const EU = 'proj_EU';
const POLICY = aPolicy([aRule()], { prune: true });

const wanting = (...wants: readonly Want[]): Wanted => {
  return { wants: new Map(wants.length > 0 ? [[MODEL, wants]] : []), jobs: new Set(['ftjob-1']), notes: new Map() };
};
const active = (want: Partial<Want> = {}) => aCheckpoint(aPermission(EU, 'active', { want: aWant(EU, want) }));
const plan = (record: CheckpointRecord, wanted = wanting()) => planCheckpoint(POLICY, wanted, record, T0);

describe('what is done about one checkpoint', () => {
  it('is nothing once it is gone at OpenAI', () => {
    expect(plan(active())).toMatchObject([{ kind: 'revoke' }]);
    expect(plan({ ...active(), gone: 'no such model' })).toEqual([]);
    expect(plan({ ...active(), gone: 'no such model' }, wanting(aWant('proj_US')))).toEqual([]);
  });

  it('is what a person wished where the policy wants it as well', () => {
    expect(plan(active({ origin: 'operator', rule: null }), wanting(aWant(EU)))).toEqual([]);
  });

  it('is what the policy wants where it was only adopted', () => {
    const want = aWant(EU);
    expect(plan(active({ origin: 'adopted', rule: null }), wanting(want))).toMatchObject([{ kind: 'rewant', want }]);
  });

  it.each(['adopted', 'operator'] as const)('keeps what is %s and no rule wants', (origin) => {
    expect(plan(active({ origin, rule: null }))).toEqual([]);
  });
});

describe('what the policy wants of one checkpoint, as a webhook tells of it', () => {
  const into = (record: CheckpointRecord, wanted = wanting()) => wantInto(record, POLICY, wanted, T0);

  it('revokes nothing, with pruning on or when its time is up: that takes a plan over the whole ledger', () => {
    expect(rowOf(into(active()), EU).state).toBe('orphaned');
    const expired = active({ expiresAt: T0 });
    expect(into(expired)).toBe(expired);
  });

  it('makes due what is new, and nothing else', () => {
    const record = active();
    const added = into(record, wanting(aWant(EU), aWant('proj_US')));
    expect(rowOf(added, 'proj_US')).toMatchObject({ state: 'pending', notBefore: T0 });
    expect(rowOf(added, EU)).toBe(rowOf(record, EU));
    expect(into(record, wanting(aWant(EU)))).toBe(record);
  });
});
