import { describe, expect, it } from 'vitest';
import { beginCreate, type CreateAnswer, endCreate } from '../../../lambdas/core/checkpoint/create.ts';
import { doubtForbidden } from '../../../lambdas/core/checkpoint/list-failed.ts';
import type { Doubt } from '../../../lambdas/core/checkpoint/refused.ts';
import type { CheckpointRecord } from '../../../lambdas/core/model/permission.ts';
import { aCheckpoint, aPermission, aWant, DAY, MINUTE, rowOf, SECOND, T0 } from '../../builders/checkpoints.ts';

/** As often as it is due, the same answer; gives the record after each. */
function asked(start: CheckpointRecord, answer: CreateAnswer, times: number): readonly CheckpointRecord[] {
  const records: CheckpointRecord[] = [];
  let record = start;
  let now = T0;
  for (let count = 0; count < times; count++) {
    const begun = beginCreate(record, new Map(), now, 30 * SECOND);
    record = endCreate(begun.record, { projectIds: begun.projectIds, startedAt: now }, answer, now);
    records.push(record);
    now = Math.max(...Object.values(record.permissions).map(({ notBefore }) => notBefore ?? now));
  }
  return records;
}

const answers = (doubt: Doubt): readonly CreateAnswer[] => [
  { kind: 'forbidden', reason: 'no', doubt },
  { kind: 'not-found', reason: 'no', doubt },
  { kind: 'refused', reason: 'proj_A: no', named: ['proj_A'], forGood: false, doubt },
];

const fresh = () => aCheckpoint(aPermission('proj_A', 'pending'));
const statesOf = (records: readonly CheckpointRecord[]) => records.map((record) => rowOf(record, 'proj_A')?.state);

describe('a refusal by a key that nobody can tell whose it is', () => {
  it.each(answers('only').map((answer) => [answer.kind, answer] as const))(
    'that is the only one is final after some tries (%s)',
    (_, answer) => {
      expect(statesOf(asked(fresh(), answer, 4))).toEqual(['pending', 'pending', 'pending', 'rejected']);
    },
  );

  it.each(answers('several').map((answer) => [answer.kind, answer] as const))(
    'that is one of several is never final, and asked for later each time (%s)',
    (_, answer) => {
      const records = asked(fresh(), answer, 12);
      expect(new Set(statesOf(records))).toEqual(new Set(['pending']));
      const last = rowOf(records.at(-1) ?? fresh(), 'proj_A');
      const before = rowOf(records.at(-2) ?? fresh(), 'proj_A');
      expect((last?.notBefore ?? 0) - (before?.notBefore ?? 0)).toBe(15 * MINUTE);
      expect(last?.priority).toBe('repair');
    },
  );

  it('is final at once for a person who waits for the answer, and for what is tried once a day', () => {
    const answer: CreateAnswer = { kind: 'forbidden', reason: 'no', doubt: 'only' };
    const byHand = aPermission('proj_A', 'pending', { want: { ...aWant('proj_A'), origin: 'operator' } });
    expect(statesOf(asked(aCheckpoint(byHand), answer, 1))).toEqual(['rejected']);
    const daily = aPermission('proj_A', 'rejected', { priority: 'retry', notBefore: T0 });
    expect(statesOf(asked(aCheckpoint(daily), answer, 1))).toEqual(['rejected']);
  });

  it('holds up none of the projects that it does not name', () => {
    const both = aCheckpoint(aPermission('proj_A', 'pending'), aPermission('proj_B', 'pending'));
    for (const answer of [answers('only')[2], answers('several')[2]]) {
      const [record = both] = answer === undefined ? [] : asked(both, answer, 1);
      expect(rowOf(record, 'proj_B')).toMatchObject({ state: 'pending', notBefore: T0 });
      expect(rowOf(record, 'proj_A')).toMatchObject({ state: 'pending', notBefore: T0 + 30 * SECOND });
    }
  });
});

describe('a LIST that such a key is forbidden', () => {
  it('is tried again in an hour, not in a day, and what waits for it within minutes', () => {
    const due = { ...aCheckpoint(aPermission('proj_A', 'active')), verifyAt: T0 };
    expect(doubtForbidden(due, T0, 'no')).toMatchObject({ verifyAt: T0 + 60 * MINUTE });
    const unknown = aCheckpoint(aPermission('proj_A', 'unknown', { askedAt: T0 - DAY, notBefore: T0 }));
    expect(rowOf(doubtForbidden(unknown, T0, 'no'), 'proj_A')).toMatchObject({
      state: 'unknown',
      reason: 'no',
      notBefore: T0 + 15 * MINUTE,
    });
  });

  it('refuses nothing that a list has to come before, and leaves what is due later', () => {
    const unseen = { ...aCheckpoint(aPermission('proj_A', 'pending')), lookFirst: true, verifyAt: T0 } as const;
    expect(rowOf(doubtForbidden(unseen, T0, 'no'), 'proj_A')).toMatchObject({ state: 'pending' });
    const later = { ...aCheckpoint(aPermission('proj_A', 'active')), verifyAt: T0 + DAY };
    expect(doubtForbidden(later, T0, 'no').verifyAt).toBe(T0 + DAY);
  });
});
