import { describe, expect, it } from 'vitest';
import { simulate } from '../simulate.ts';
import { SABOTAGES } from './sabotages.ts';

/** More worlds than the rarest of these failures needs. */
const MOST_SEEDS = 2_000;

const DOUBLED = 'at most one creating POST takes effect per permission';
const TRACKED = 'every id that OpenAI has is tracked';
const CONVERGES = 'it converges to what the policy wants';

/** What is to be seen of the lack of each rule. Other invariants may fail of it, too. */
const SEEN: Readonly<Record<string, string>> = {
  'no-mark': DOUBLED,
  'one-id-a-post': TRACKED,
  'blind-retry': DOUBLED,
  'uncertain-is-undone': DOUBLED,
  'list-believed-at-once': DOUBLED,
  'first-page-only': DOUBLED,
  'acknowledged-first': CONVERGES,
  'planned-first': CONVERGES,
  'last-writer-wins': CONVERGES,
  'foreign-is-ours': 'no foreign permission is touched',
  'no-daily-retry': 'what is to be done is due',
  'no-lease': 'one function at a time calls OpenAI',
  'pacer-forgets': 'never more than N calls in any 60 s',
};

describe('taking one rule away is seen', () => {
  it('for every rule that can be taken away', () => {
    expect(Object.keys(SABOTAGES).sort()).toEqual(Object.keys(SEEN).sort());
  });

  it.each(Object.entries(SABOTAGES))('%s', async (name, sabotage) => {
    for (let seed = 1; seed <= MOST_SEEDS; seed++) {
      const { violation } = await simulate(seed, sabotage);
      if (violation?.invariant === SEEN[name]) return;
    }
    expect.fail(`${MOST_SEEDS} worlds without this, and nothing is wrong: ${sabotage.without}`);
  });
});
