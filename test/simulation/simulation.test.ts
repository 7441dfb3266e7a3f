import { describe, expect, it } from 'vitest';
import { describeRun } from './report.ts';
import { SABOTAGES } from './sabotage/sabotages.ts';
import { simulate } from './simulate.ts';
import { simulateMany } from './simulate-many.ts';

const SEEDS = 300;

describe('the simulation', () => {
  it(`finds every invariant to hold in the first ${SEEDS} worlds`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const run = await simulate(seed);
      if (run.violation !== null) expect.fail(describeRun(run, false, null));
    }
  });

  it('plays the same seed the same way every time, and another one differently', async () => {
    const [first, again, other] = await Promise.all([simulate(7), simulate(7), simulate(8)]);
    expect(again.trace('all')).toEqual(first.trace('all'));
    expect(other.trace('all')).not.toEqual(first.trace('all'));
  });

  it('plays many seeds on several workers, and tells which one fails', async () => {
    const played: number[] = [];
    const failing = await simulateMany({ first: 11, count: 20, without: null }, ({ seed }) => played.push(seed));
    expect(failing).toBeNull();
    expect(played.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => 11 + index));

    const seeds = { first: 1, count: 50, without: 'no-lease' };
    const sabotaged = await simulateMany(seeds, () => undefined);
    expect((await simulate(sabotaged ?? 0, SABOTAGES['no-lease'])).violation).not.toBeNull();
  });
});

describe('a seed that fails', () => {
  it('says which invariant, what went before, and how to see it again', async () => {
    let seed = 1;
    let run = await simulate(seed, SABOTAGES['no-lease']);
    while (run.violation === null) run = await simulate(++seed, SABOTAGES['no-lease']);
    const report = describeRun(run, false, 'no-lease');
    expect(report).toContain(`seed ${seed} FAILS: one function at a time calls OpenAI`);
    expect(report).toContain('holds the lease');
    expect(report).toContain(`npm run simulate -- --seed ${seed} --without no-lease --trace`);
    expect(report.split('\n').length).toBeLessThan(60);
    expect(describeRun(run, true, 'no-lease').length).toBeGreaterThan(report.length);
  });
});
