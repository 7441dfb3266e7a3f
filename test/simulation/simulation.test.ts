import { describe, expect, it } from 'vitest';
import { SABOTAGES } from './sabotage/sabotages.ts';
import { simulate } from './simulate.ts';

/** As many as fit into a test run; `npm run simulate -- --seeds 10000` plays more. */
const SEEDS = 400;
/** Every rule that is taken away shows well before this seed. */
const SABOTAGED_SEEDS = 1_500;

describe('worlds drawn from seeds', () => {
  it('keep every invariant, whatever crashes, lags or is done behind our back', async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { violation } = await simulate(seed);
      expect({ seed, violation }).toEqual({ seed, violation: null });
    }
  });

  it('are the same each time they are played', async () => {
    const [first, second] = [await simulate(17), await simulate(17)];
    expect(second.events).toBe(first.events);
    expect(second.trace('all')).toEqual(first.trace('all'));
  });

  it.each(Object.entries(SABOTAGES))('fail without the rule of %s', async (_, sabotage) => {
    let isCaught = false;
    for (let seed = 1; seed <= SABOTAGED_SEEDS && !isCaught; seed++) {
      isCaught = (await simulate(seed, sabotage)).violation !== null;
    }
    expect(isCaught).toBe(true);
  });
});
