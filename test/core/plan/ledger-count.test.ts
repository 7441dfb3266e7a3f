import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tallyOf } from '../../../lambdas/core/checkpoint/tally.ts';
import type { CheckpointRecord, PermissionState } from '../../../lambdas/core/model/permission.ts';
import {
  addChanges,
  type CountState,
  countPage,
  NO_COUNT,
  NOTHING_COUNTED,
} from '../../../lambdas/core/plan/ledger-count.ts';
import { addSeen, medianOf, NOTHING_SEEN } from '../../../lambdas/core/plan/seen.ts';
import { aCheckpoint, aPermission, DAY, T0 } from '../../builders/checkpoints.ts';
import { createInMemoryLedger } from '../../in-memory/ledger.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const STATES: readonly PermissionState[] = ['pending', 'active', 'drifted', 'revoked'];

const aWrite = fc.record({
  checkpoint: fc.constantFrom(...NAMES),
  projectId: fc.constantFrom('proj_A', 'proj_B'),
  state: fc.constantFrom(...STATES),
});

describe('a count', () => {
  it('of pages, with what is written before, between and after them, is that of all there is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(aWrite, { maxLength: 10 }),
        fc.array(fc.array(aWrite, { maxLength: 4 }), { minLength: 4, maxLength: 4 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 4 }),
        async (before, meanwhile, size, foldedAfter) => {
          let now = T0;
          const ledger = createInMemoryLedger({ actor: 'test', plan: null, now: () => now });
          const write = async ({ checkpoint, projectId, state }: (typeof before)[number]) => {
            now++;
            const fresh: CheckpointRecord = { ...aCheckpoint(), checkpoint };
            const record = (await ledger.getCheckpoint(checkpoint)) ?? fresh;
            const permissions = { ...record.permissions, [projectId]: aPermission(projectId, state) };
            await ledger.saveCheckpoint({ ...record, permissions }, record);
          };
          for (const each of before) await write(each);
          const begunAt = ++now;
          let counted = NOTHING_COUNTED;
          let after: string | null = null;
          for (const some of meanwhile) {
            now++;
            if (after !== null || counted === NOTHING_COUNTED) {
              const { items, cursor } = await ledger.listCheckpoints(after, size);
              counted = countPage(counted, after, items, now);
              after = cursor;
            }
            for (const each of some) await write(each);
          }
          while (after !== null) {
            const { items, cursor } = await ledger.listCheckpoints(after, size);
            counted = countPage(counted, after, items, ++now);
            after = cursor;
          }

          let count: CountState = { ...NO_COUNT, at: begunAt, from: begunAt, counted };
          // Sweeps take in what came up to a time, each of it once.
          const until = begunAt + Math.floor(((now - begunAt) * foldedAfter) / 4);
          count = addChanges(count, await ledger.changesSince(0, 100), until);
          count = addChanges(count, await ledger.changesSince(0, 100));
          expect(count.counted.tally).toEqual(tallyOf((await ledger.listCheckpoints(null)).items));
        },
      ),
    );
  });

  it('remembers of a large ledger only so many pages, and has in it all that the pass itself has written', () => {
    let counted = NOTHING_COUNTED;
    for (let page = 0; page < 5_000; page++) {
      counted = countPage(counted, page === 0 ? null : String(page).padStart(5, '0'), [], T0 + 10 * page);
    }
    expect(counted.pages.length).toBeLessThanOrEqual(400);
    const counts = { checkpoints: 0, flapping: 0, permissions: { pending: 1 } };
    const written = Array.from({ length: 5_000 }, (_, page) => ({
      id: `${String(page).padStart(5, '0')}x`,
      at: T0 + 10 * page + 5,
      counts,
    }));
    expect(addChanges({ ...NO_COUNT, from: T0, counted }, written).counted.tally.permissions).toEqual({
      pending: 5_000,
    });
  });
});

describe('what was seen at OpenAI', () => {
  const seen = (...ages: readonly number[]) =>
    addSeen(
      NOTHING_SEEN,
      ages.map((age) => ({ ...aCheckpoint(aPermission('proj_A', 'active')), listedAt: T0 - age })),
    );

  it('is told with the oldest to the millisecond, and the median to the hour', () => {
    const hour = 3_600_000;
    expect(medianOf(seen(3 * hour, 2 * hour, 1 * hour, 1))).toEqual({ checkpoints: 4, medianAt: T0 - 2 * hour });
    expect(seen(3 * hour + 7, 1).oldestAt).toBe(T0 - 3 * hour - 7);
    expect(medianOf(NOTHING_SEEN)).toEqual({ checkpoints: 0, medianAt: null });
  });

  it('is of what a list can tell something of, a call for each page of it', () => {
    const many = Array.from({ length: 101 }, (_, index) => aPermission(`proj_${index}`, 'active'));
    const { calls, hours } = addSeen(seen(DAY), [aCheckpoint(...many), aCheckpoint(aPermission('proj_A', 'revoked'))]);
    expect(calls).toBe(3);
    expect(Object.values(hours).reduce((sum, count) => sum + count, 0)).toBe(2);
  });
});
