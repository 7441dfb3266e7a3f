import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginCreate, endCreate } from '../../../lambdas/core/checkpoint/create.ts';
import { permissionsOf } from '../../../lambdas/core/checkpoint/record.ts';
import type { CheckpointRecord } from '../../../lambdas/core/model/permission.ts';
import { aCheckpoint, aPermission, MINUTE, rowOf, shows, T0 } from '../../builders/checkpoints.ts';

type Upset = 'throttled' | 'away' | null;

/** Asks until nothing is pending; OpenAI refuses whatever holds a bad project and names nobody. Returns the calls. */
function ask(start: CheckpointRecord, isBad: (projectId: string) => boolean, upsets: readonly Upset[] = []) {
  let record = start;
  let now = T0;
  const calls: (readonly string[])[] = [];
  for (let turn = 0; permissionsOf(record).some(({ state }) => state === 'pending'); turn++) {
    if (turn > 2_000) throw new Error('It never ends');
    now += 16 * MINUTE;
    const { record: begun, projectIds } = beginCreate(record, new Map(), now, 30_000);
    const post = { projectIds, startedAt: now };
    const upset = upsets[turn] ?? null;
    if (upset !== null) {
      const answer = { kind: 'not-done', reason: upset, blameless: upset === 'throttled' } as const;
      record = endCreate(begun, post, answer, now);
      continue;
    }
    calls.push(projectIds);
    const permissions = projectIds.map((projectId) => shows(projectId, `cp_${projectId}`));
    const answer = projectIds.some(isBad)
      ? ({ kind: 'refused', reason: 'one of them is no good', named: [], forGood: false } as const)
      : ({ kind: 'created', permissions, complete: true } as const);
    record = endCreate(begun, post, answer, now);
  }
  return { record, calls };
}

function pending(count: number): CheckpointRecord {
  return aCheckpoint(...Array.from({ length: count }, (_, index) => aPermission(`proj_${index}`, 'pending')));
}

describe('a refusal that names nobody', () => {
  it('halves the list until the bad one is alone', () => {
    const { record, calls } = ask(pending(8), (projectId) => projectId === 'proj_5');
    expect(calls.map((targets) => targets.length)).toEqual([8, 4, 4, 2, 1, 1, 2]);
    expect(rowOf(record, 'proj_5').state).toBe('rejected');
    expect(permissionsOf(record).filter(({ state }) => state === 'active')).toHaveLength(7);
    expect(record.batches.flat()).not.toContain('proj_4');
  });

  it('ends with the good ones shared and the bad ones rejected, whichever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), (goods) => {
        const isBad = (projectId: string) => goods[Number(projectId.slice('proj_'.length))] === false;
        const { record, calls } = ask(pending(goods.length), isBad);
        for (const { projectId, state } of permissionsOf(record)) {
          expect(state).toBe(isBad(projectId) ? 'rejected' : 'active');
        }
        const bad = goods.filter((good) => !good).length;
        const levels = Math.ceil(Math.log2(goods.length)) + 1;
        expect(calls.length).toBeLessThanOrEqual(1 + 2 * bad * levels);
      }),
    );
  });

  it('has taught what it has taught: a 429 or an outage in between costs no second halving', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 2, maxLength: 20 }),
        fc.array(fc.constantFrom<Upset>('throttled', 'away', null), { maxLength: 40 }),
        (goods, upsets) => {
          const isBad = (projectId: string) => goods[Number(projectId.slice('proj_'.length))] === false;
          const undisturbed = ask(pending(goods.length), isBad);
          const disturbed = ask(pending(goods.length), isBad, upsets);
          expect(disturbed.calls.length).toBe(undisturbed.calls.length);
        },
      ),
    );
  });

  it('meets a refusal of the number of targets, too', () => {
    const record = pending(100);
    const first = beginCreate(record, new Map(), T0, 30_000);
    const answer = { kind: 'refused', reason: 'too many', named: [], forGood: false } as const;
    const refused = endCreate(first.record, { projectIds: first.projectIds, startedAt: T0 }, answer, T0);
    expect(beginCreate(refused, new Map(), T0, 30_000).projectIds).toHaveLength(50);
  });

  it('keeps waiting batches for their turn when something else becomes due', () => {
    const record = {
      ...pending(4),
      batches: [
        ['proj_0', 'proj_1'],
        ['proj_2', 'proj_3'],
      ],
    };
    const later = { ...rowOf(record, 'proj_0'), notBefore: T0 + MINUTE };
    const waiting = {
      ...record,
      permissions: { ...record.permissions, proj_0: later, proj_1: { ...later, projectId: 'proj_1' } },
    };
    const begun = beginCreate(waiting, new Map(), T0, 30_000);
    expect(begun.projectIds).toEqual(['proj_2', 'proj_3']);
    expect(begun.record.batches).toContainEqual(['proj_0', 'proj_1']);
  });
});
