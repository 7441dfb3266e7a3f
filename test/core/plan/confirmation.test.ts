import { describe, expect, it } from 'vitest';
import type { Confirmation, WaitingPlan } from '../../../lambdas/core/model/system-state.ts';
import { afterPlan, confirmationOf, judgeWord, usedUp } from '../../../lambdas/core/plan/confirmation.ts';
import { type Revocation, revocationsId } from '../../../lambdas/core/plan/guard.ts';
import { DAY, SECOND, T0 } from '../../builders/checkpoints.ts';

const POLICY = 'policy';
const SINCE = { version: 3, id: null, revocations: 0, tracked: 0, since: 0 };

const revocations = (count: number, from = 0): readonly Revocation[] =>
  Array.from({ length: count }, (_, index) => ({ checkpoint: `ft:${from + index}`, projectId: 'proj_EU' }));
const ALL = revocations(10);
const ID = revocationsId(ALL);

/** The state after a person's word for these revocations. */
const confirmed = (of = ALL, parts: Partial<Confirmation> = {}): WaitingPlan => {
  const confirmation = { ...confirmationOf(of, POLICY, T0), ...parts };
  return { ...SINCE, confirmedId: confirmation.id, confirmation };
};
const judge = (state: WaitingPlan, of: readonly Revocation[] = ALL, policy = POLICY, now = T0) =>
  judgeWord(state, of, policy, now);

describe('a person’s word for a plan', () => {
  it('holds for the very plan, in whatever order, and for every part of it', () => {
    for (const part of [ALL, ALL.toReversed(), revocations(1, 9), revocations(4, 3), []]) {
      expect(judge(confirmed(), part)).toMatchObject({ kind: 'holds' });
    }
  });

  it.each([
    ['one more', revocations(11), 1],
    ['others', revocations(10, 10), 10],
    ['some of it and some more', revocations(10, 7), 7],
    ['the same checkpoint of another project', [{ checkpoint: 'ft:0', projectId: 'proj_US' }], 1],
    ['the same project of another checkpoint', [{ checkpoint: 'ft:0 proj_EU', projectId: 'proj_EU' }], 1],
  ])('does not hold for %s', (_, plan, by) => {
    expect(judge(confirmed(), plan)).toEqual({ kind: 'beyond', id: ID, by });
  });

  it('is void by another policy', () => {
    expect(judge(confirmed(), ALL, 'other')).toEqual({ kind: 'void', id: ID, why: 'policy-changed', at: T0 });
  });

  it('expires after 24 hours', () => {
    expect(judge(confirmed(), ALL, POLICY, T0 + DAY - 1)).toMatchObject({ kind: 'holds' });
    expect(judge(confirmed(), ALL, POLICY, T0 + DAY)).toEqual({ kind: 'void', id: ID, why: 'expired', at: T0 + DAY });
  });

  it('was never given', () => {
    expect(judge({ ...SINCE, confirmedId: null })).toEqual({ kind: 'none' });
    expect(judge({ ...SINCE, confirmedId: null, confirmation: null })).toEqual({ kind: 'none' });
  });

  it('counts for nothing where an older version took it, which kept its id alone', () => {
    const byOlder = { ...SINCE, confirmedId: ID };
    expect(judge(byOlder)).toEqual({ kind: 'none' });
    const over = { ...confirmed(revocations(20)), confirmedId: ID };
    expect(judge(over)).toEqual({ kind: 'none' });
    for (const state of [byOlder, over]) {
      expect(usedUp(state, ID, T0)).toBe(state);
      const after = afterPlan(state, ALL, POLICY, T0);
      expect(after).toEqual({ ...SINCE, confirmedId: null, confirmation: null });
      expect(afterPlan(after, ALL, POLICY, T0)).toBe(after);
    }
  });
});

describe('a word that is carried out', () => {
  const USED_UP = { ...SINCE, confirmedId: null, confirmation: null, ended: { id: ID, why: 'used-up', at: T0 } };

  it('is used up with the last of it, and tells so', () => {
    const after = usedUp(confirmed(), ID, T0);
    expect(after).toEqual(USED_UP);
    expect(judge(after)).toEqual({ kind: 'void', id: ID, why: 'used-up', at: T0 });
    expect(afterPlan(confirmed(), [], POLICY, T0)).toEqual(USED_UP);
    expect(afterPlan(confirmed(), revocations(5, 20), POLICY, T0)).toEqual(USED_UP);
  });

  it.each([
    ['a plan that finds the rest', afterPlan(confirmed(), revocations(6, 4), POLICY, T0)],
    ['a plan that finds the rest, and more', afterPlan(confirmed(), revocations(20, 4), POLICY, T0)],
  ])('holds for the rest alone, by %s', (_, state) => {
    expect(judge(state, revocations(6, 4))).toMatchObject({ kind: 'holds' });
    expect(judge(state, ALL)).toEqual({ kind: 'beyond', id: ID, by: 4 });
    expect(judge(state, revocations(6, 4), POLICY, T0 + DAY)).toMatchObject({ why: 'expired' });
  });

  it('stays as it is where nothing of it was', () => {
    const state = confirmed();
    expect(afterPlan(state, ALL, POLICY, T0)).toBe(state);
    expect(afterPlan(state, revocations(11), POLICY, T0)).toBe(state);
  });

  it('does not use up another word, given since', () => {
    const state = confirmed();
    expect(usedUp(state, 'feedc0de', T0)).toBe(state);
    const none = afterPlan(state, [], POLICY, T0);
    expect(usedUp(none, ID, T0)).toBe(none);
  });

  it('is gone for good with another policy, and when its time is up', () => {
    const changed = afterPlan(confirmed(), ALL, 'other', T0 + SECOND);
    expect(changed).toMatchObject({ confirmedId: null, confirmation: null });
    expect(judge(changed)).toEqual({ kind: 'void', id: ID, why: 'policy-changed', at: T0 + SECOND });
    const expired = afterPlan(confirmed(), ALL, POLICY, T0 + DAY);
    expect(judge(expired)).toEqual({ kind: 'void', id: ID, why: 'expired', at: T0 + DAY });
  });

  it('makes room for the next one', () => {
    const next = { ...USED_UP, ...confirmed() } as WaitingPlan;
    expect(judge(next)).toMatchObject({ kind: 'holds' });
  });
});

describe('a word for very many revocations', () => {
  const ITEM_BYTES = 400 * 1024;

  it.each([10_000, 40_000])('of %i fits an item of DynamoDB, and lets parts through', (count) => {
    const many = revocations(count);
    const state = confirmed(many);
    expect(Buffer.byteLength(JSON.stringify(state))).toBeLessThan(ITEM_BYTES);
    expect(judge(state, many.slice(count / 2))).toMatchObject({ kind: 'holds' });
    expect(judge(state, revocations(count + 1))).toMatchObject({ kind: 'beyond', by: 1 });
  });

  it('beyond that fits, too, and lets the very plan through, once', () => {
    const many = revocations(40_001);
    const state = confirmed(many);
    expect(state.confirmation?.hashes).toBeNull();
    expect(judge(state, many)).toMatchObject({ kind: 'holds' });
    expect(judge(state, many.slice(1))).toEqual({ kind: 'beyond', id: state.confirmedId, by: null });
    expect(afterPlan(state, many, POLICY, T0)).toBe(state);
    for (const after of [usedUp(state, state.confirmedId ?? '', T0), afterPlan(state, many.slice(1), POLICY, T0)]) {
      expect(judge(after, many)).toMatchObject({ kind: 'void', why: 'used-up' });
    }
  });
});
