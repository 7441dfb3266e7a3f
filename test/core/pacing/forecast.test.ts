import { describe, expect, it } from 'vitest';
import { type Calls, forecast } from '../../../lambdas/core/pacing/forecast.ts';
import {
  DEFAULT_PACER_RULES,
  EMPTY_WINDOW,
  learnFromThrottle,
  type PacerRules,
  type PacerWindow,
} from '../../../lambdas/core/pacing/window.ts';
import { MINUTE, SECOND, T0 } from '../../builders/checkpoints.ts';

const RULES: PacerRules = { ...DEFAULT_PACER_RULES, limit: 6 };
const SPAN = RULES.windowMs + RULES.marginMs;
const lasts = (calls: Calls, window: PacerWindow = EMPTY_WINDOW) => forecast(window, RULES, calls, T0);

describe('how long calls take', () => {
  it.each<[Calls, number]>([
    [{}, 0],
    [{ fresh: 6 }, 0],
    [{ fresh: 7 }, SPAN],
    [{ fresh: 6, repair: 6 }, SPAN],
    [{ fresh: 13 }, 2 * SPAN],
    [{ verify: 4 }, 0],
    [{ verify: 5 }, SPAN],
    [{ retry: 4, verify: 1 }, SPAN],
    [{ fresh: 3, verify: 1 }, 0],
    [{ fresh: 4, verify: 1 }, SPAN],
  ])('%j are through after %i ms, the first at once', (calls, expected) => {
    expect(lasts(calls)).toBe(expected);
  });

  it('counts the calls that went before, and what a 429 taught', () => {
    const starts = [T0 - 50 * SECOND, T0 - 40 * SECOND, T0 - 30 * SECOND];
    expect(lasts({ fresh: 3 }, { ...EMPTY_WINDOW, starts })).toBe(0);
    expect(lasts({ fresh: 4 }, { ...EMPTY_WINDOW, starts })).toBe(SPAN - 50 * SECOND);
    expect(lasts({ fresh: 2 }, { ...EMPTY_WINDOW, learnedLimit: 1, learnedAt: T0 })).toBe(SPAN);
  });

  it('begins when a hold is over', () => {
    expect(lasts({ fresh: 3 }, learnFromThrottle(EMPTY_WINDOW, RULES, T0, 5 * MINUTE))).toBe(5 * MINUTE);
  });

  it('is by the limit that was learned, also where that is above the guess, and counts on no more', () => {
    const learned = { ...EMPTY_WINDOW, learnedLimit: 8, learnedAt: T0, ceiling: 0, guess: 6, fullAt: T0 - 2 * MINUTE };
    expect(lasts({ fresh: 8 }, learned)).toBe(0);
    expect(lasts({ fresh: 9 }, learned)).toBe(SPAN);
    expect(lasts({ fresh: 16 }, learned)).toBe(SPAN);
    expect(lasts({ fresh: 17 }, learned)).toBe(2 * SPAN);
  });

  it('of very many is what the first of them take, over and over', () => {
    const exact = (Math.ceil(60_000 / 6) - 1) * SPAN;
    expect(Math.abs(lasts({ fresh: 60_000 }) / exact - 1)).toBeLessThan(0.01);
  });
});
