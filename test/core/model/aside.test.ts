import { expect, it } from 'vitest';
import { asideNow, NOTHING_ASIDE, withFailures } from '../../../lambdas/core/model/aside.ts';

const MINUTE = 60_000;
const NOBODY: ReadonlySet<string> = new Set();
const failed = (row: string, reason = 'too large') => ({ row, reason, passing: false });

it('a row that fails again and again is left alone for 1, 2, 4 minutes, and never for more than an hour', () => {
  let aside = NOTHING_ASIDE;
  const waits: number[] = [];
  for (let now = 0, tries = 0; tries < 9; tries++) {
    aside = withFailures(aside, [failed('ft:a')], NOBODY, now);
    const until = aside.rows[0]?.until ?? 0;
    expect(asideNow(aside, until - 1)).toEqual(new Set(['ft:a']));
    expect(asideNow(aside, until)).toEqual(NOBODY);
    waits.push((until - now) / MINUTE);
    now = until;
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

it('one that could be written is forgotten, and begins anew', () => {
  const two = withFailures(NOTHING_ASIDE, [failed('ft:a'), failed('ft:b')], NOBODY, 0);
  const one = withFailures(two, [], new Set(['ft:a', 'ft:c']), MINUTE);
  expect(one.rows.map(({ row }) => row)).toEqual(['ft:b']);
  expect(withFailures(one, [failed('ft:a')], NOBODY, MINUTE).rows[0]).toMatchObject({ row: 'ft:a', failures: 1 });
});

it('one that has not failed for a day is forgotten with the next that does', () => {
  const old = withFailures(NOTHING_ASIDE, [failed('ft:a')], NOBODY, 0);
  expect(withFailures(old, [failed('ft:b')], NOBODY, 25 * 60 * MINUTE).rows.map(({ row }) => row)).toEqual(['ft:b']);
});

it('the very document where nothing changes', () => {
  const aside = withFailures(NOTHING_ASIDE, [failed('ft:a')], NOBODY, 0);
  expect(withFailures(aside, [], new Set(['ft:other']), 1)).toBe(aside);
});

it('stays small, however many rows fail and whatever is said of them', () => {
  const many = Array.from({ length: 5_000 }, (_, index) => failed(`ft:${index}`, '规'.repeat(1_000)));
  const aside = withFailures(NOTHING_ASIDE, many, NOBODY, 0);
  expect(aside.rows).toHaveLength(200);
  expect(Buffer.byteLength(JSON.stringify(aside))).toBeLessThan(110_000);
});
