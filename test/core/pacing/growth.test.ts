import { describe, expect, it } from 'vitest';
import {
  currentLimit,
  DEFAULT_PACER_RULES,
  EMPTY_WINDOW,
  grantStart,
  learnFromThrottle,
  type PacerRules,
  type PacerWindow,
} from '../../../lambdas/core/pacing/window.ts';
import { MINUTE, SECOND, T0 } from '../../builders/checkpoints.ts';

const RULES: PacerRules = { ...DEFAULT_PACER_RULES, limit: 6 };
const SPAN = RULES.windowMs + RULES.marginMs;
const DAY = 24 * 60 * MINUTE;

/** Starts as many calls as are granted at one time, up to `most`. */
function burst(window: PacerWindow, at: number, most = 100, rules = RULES) {
  let current = window;
  let count = 0;
  for (; count < most; count++) {
    const grant = grantStart(current, rules, 'fresh', at);
    if (grant.kind === 'wait') break;
    current = grant.window;
  }
  return { window: current, count };
}

/** So many windows, in each of which more is asked for than goes; how many calls go in each. */
function bursts(window: PacerWindow, from: number, windows: number, rules = RULES) {
  const counts: number[] = [];
  let current = window;
  for (let index = 0; index < windows; index++) {
    const { window: next, count } = burst(current, from + index * SPAN, 100, rules);
    counts.push(count);
    current = next;
  }
  return { window: current, counts };
}

describe('a limit with work waiting and no 429', () => {
  it('grows by one a window, from the guess on', () => {
    expect(bursts(EMPTY_WINDOW, T0, 5).counts).toEqual([6, 7, 8, 9, 10]);
  });

  it('does so after a minute, and not a millisecond before', () => {
    const { window } = burst(EMPTY_WINDOW, T0);
    expect(grantStart(window, RULES, 'fresh', T0 + MINUTE - 1).kind).toBe('wait');
    const grown = burst(window, T0 + MINUTE);
    expect(grown.count).toBe(1);
    expect(grown.window).toMatchObject({ learnedLimit: 7, learnedAt: T0 + MINUTE, fullAt: T0 + MINUTE });
    expect(burst(grown.window, T0 + 2 * MINUTE - 1).window.learnedLimit).toBe(7);
    expect(burst(grown.window, T0 + 2 * MINUTE).window.learnedLimit).toBe(8);
  });

  it('does not grow by what nobody asks for', () => {
    let window = EMPTY_WINDOW;
    for (let minute = 0; minute < 60; minute++) window = burst(window, T0 + minute * SPAN, 6).window;
    expect(window).toMatchObject({ learnedLimit: null, fullAt: T0 });
  });

  it.each(['verify', 'retry'] as const)(
    'does not grow for %s, which leaves the reserve free all the while',
    (priority) => {
      const { window } = burst(EMPTY_WINDOW, T0);
      expect(grantStart(window, RULES, priority, T0 + MINUTE).kind).toBe('wait');
      const { window: grown } = bursts(EMPTY_WINDOW, T0, 3);
      const later = burst(grown, T0 + 10 * MINUTE, 5).window;
      expect(grantStart(later, RULES, priority, T0 + 10 * MINUTE).kind).toBe('granted');
      const full = burst(grown, T0 + 10 * MINUTE, 6).window;
      expect(grantStart(full, RULES, priority, T0 + 10 * MINUTE).kind).toBe('wait');
    },
  );

  it('keeps what it has grown to', () => {
    const { window } = bursts(EMPTY_WINDOW, T0, 3);
    expect(burst(window, T0 + 30 * DAY, 8)).toMatchObject({ count: 8, window: { learnedLimit: 8 } });
  });

  it.each([
    [1, 4],
    [6, 24],
    [20, 60],
    [90, 90],
  ])('that is guessed to be %i grows to %i', (limit, most) => {
    const { counts } = bursts(EMPTY_WINDOW, T0, 80, { ...RULES, limit });
    expect(counts.at(-1)).toBe(most);
  });
});

describe('a limit that was one too many', () => {
  const { window: grown } = bursts(EMPTY_WINDOW, T0, 4);
  const refusedAt = T0 + 3 * SPAN + SECOND;
  const learned = learnFromThrottle(grown, RULES, refusedAt, null);

  it('is what it was before, and the refused call is not of the window', () => {
    expect(learned).toMatchObject({ learnedLimit: 8, learnedAt: refusedAt, ceiling: 8, fullAt: null });
    expect(learned.starts).toHaveLength(8);
    expect(burst(learned, T0 + 4 * SPAN).count).toBe(8);
  });

  it('is tried again after four full minutes under it, and then grows by one a window', () => {
    const { counts } = bursts(learned, T0 + 4 * SPAN, 7);
    expect(counts).toEqual([8, 8, 8, 8, 9, 10, 11]);
  });

  it('is tried no sooner when that, too, is refused', () => {
    const { window, counts } = bursts(learned, T0 + 4 * SPAN, 5);
    expect(counts.at(-1)).toBe(9);
    const again = learnFromThrottle(window, RULES, T0 + 8 * SPAN + SECOND, null);
    expect(bursts(again, T0 + 9 * SPAN, 5).counts).toEqual([8, 8, 8, 8, 9]);
  });

  it('is no reason to fall to one call: a lone 429 takes no more than half, and that is made up for', () => {
    const lone = burst(learned, T0 + DAY, 1).window;
    const lowered = learnFromThrottle(lone, RULES, T0 + DAY + SECOND, null);
    expect(lowered.learnedLimit).toBe(4);
    expect(bursts(lowered, T0 + DAY + 2 * MINUTE, 8).counts).toEqual([4, 4, 4, 4, 5, 6, 7, 8]);
  });
});

describe('a window of a time before limits grew', () => {
  const old: PacerWindow = { ...EMPTY_WINDOW, version: 3, learnedLimit: 3, learnedAt: T0 };

  it('holds what a 429 taught, which is tried after a while', () => {
    expect(bursts(old, T0 + MINUTE, 6).counts).toEqual([3, 3, 3, 3, 4, 5]);
  });

  it('that has recovered begins at the guess', () => {
    expect(bursts(old, T0 + DAY, 2).counts).toEqual([6, 7]);
  });
});

describe('a window that stacks with other guesses share', () => {
  const { window } = bursts(EMPTY_WINDOW, T0, 3);

  it('holds what one of them has learned for one that guesses higher', () => {
    expect(currentLimit(window, { ...RULES, limit: 20 })).toBe(8);
  });

  it('starts from a lower guess when a deploy makes it lower, and grows from there', () => {
    const careful = { ...RULES, limit: 4 };
    expect(currentLimit(window, careful)).toBe(4);
    const { counts, window: later } = bursts({ ...window, ceiling: 0, fullAt: null }, T0 + DAY, 3, careful);
    expect(counts).toEqual([4, 5, 6]);
    expect(currentLimit(later, careful)).toBe(6);
  });
});
