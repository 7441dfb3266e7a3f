import { describe, expect, it } from 'vitest';
import { simulate } from '../simulate.ts';
import { SABOTAGES } from './sabotages.ts';

/** More worlds than the rarest of these failures needs. */
const MOST_SEEDS = 2_000;

const DOUBLED = 'at most one creating POST takes effect per permission';
const TRACKED = 'every id that OpenAI has is tracked';
const AGAINST_A_WORD = 'nothing is shared against a person’s word';
const PAUSED = 'what is paused is left alone';
const CONVERGES = 'it converges to what the policy wants';
const OPEN = 'nothing that OpenAI has is closed';

/** What is to be seen of the lack of each rule. Other invariants may fail of it, too. */
const SEEN: Readonly<Record<string, string>> = {
  'no-mark': DOUBLED,
  'one-id-a-post': TRACKED,
  'blind-retry': DOUBLED,
  'uncertain-is-undone': DOUBLED,
  'list-believed-at-once': DOUBLED,
  'fresh-is-shown': 'no id that OpenAI has is forgotten',
  'second-untracked': TRACKED,
  'kept-while-deleting': CONVERGES,
  'first-page-only': DOUBLED,
  'acknowledged-first': CONVERGES,
  'planned-first': CONVERGES,
  'last-writer-wins': 'no id that OpenAI has is forgotten',
  'foreign-is-ours': 'no foreign permission is touched',
  'no-daily-retry': 'what is to be done is due',
  'no-lease': 'one function at a time calls OpenAI',
  'pacer-forgets': 'never more than N calls in any 60 s',
  'pacer-hurries': 'the pace grows by one a window',
  'forget-in-flight': TRACKED,
  'plan-without-holds': AGAINST_A_WORD,
  'recalled-unseen': DOUBLED,
  'pause-seen-once': PAUSED,
  'parked-all-the-same': PAUSED,
  'parked-for-good': 'it comes to rest',
  'one-witness': 'only what is gone is taken for gone',
  'list-unwitnessed': OPEN,
  'key-unproven': 'no id that OpenAI has is forgotten',
  'deleted-on-404': OPEN,
  'vanish-unguarded': 'what vanishes at once waits for a person',
  'gone-for-good': CONVERGES,
  'posted-unlooked': 'what was shared before is found, not shared again',
  'odd-left-out': 'no id that OpenAI has is forgotten',
  'facts-frozen': CONVERGES,
  'forbidden-rests-key': 'nothing rests but what was refused',
  'quota-teaches-pacer': 'only a throttle lowers the pace',
  'no-daily-pass': CONVERGES,
  'judged-by-page': 'what is pruned at once waits for a person',
  'counted-once': 'what is told to be there is there',
};

/** Shortly before the first world that shows the rarer ones, so that it need not be looked for from the start every time. */
const NEAR: Readonly<Record<string, number>> = {
  'blind-retry': 255,
  'judged-by-page': 215,
  'uncertain-is-undone': 250,
  'list-believed-at-once': 140,
  'fresh-is-shown': 35,
  'kept-while-deleting': 70,
  'planned-first': 175,
  'last-writer-wins': 335,
  'foreign-is-ours': 75,
  'recalled-unseen': 840,
  'pause-seen-once': 900,
  'one-witness': 250,
  'list-unwitnessed': 115,
  'key-unproven': 50,
  'deleted-on-404': 1690,
  'vanish-unguarded': 150,
  'gone-for-good': 3070,
  'posted-unlooked': 190,
  'forbidden-rests-key': 320,
  'quota-teaches-pacer': 95,
  'one-id-a-post': 40,
  'plan-without-holds': 35,
  'no-daily-pass': 60,
  'counted-once': 55,
};

describe('taking one rule away is seen', () => {
  it('for every rule that can be taken away', () => {
    expect(Object.keys(SABOTAGES).sort()).toEqual(Object.keys(SEEN).sort());
  });

  it.each(Object.entries(SABOTAGES))('%s', async (name, sabotage) => {
    const first = NEAR[name] ?? 1;
    for (let seed = first; seed < first + MOST_SEEDS; seed++) {
      const { violation } = await simulate(seed, sabotage);
      if (violation?.invariant === SEEN[name]) return;
    }
    expect.fail(`${MOST_SEEDS} worlds without this, and nothing is wrong: ${sabotage.without}`);
  });
});
