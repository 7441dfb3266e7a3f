import { describe, expect, it } from 'vitest';
import { NO_GROWTH } from '../../../lambdas/core/pacing/forecast.ts';
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

/** Under a limit that nobody asks for more than, or that does not grow. */
const RULES: PacerRules = { ...DEFAULT_PACER_RULES, ...NO_GROWTH, limit: 6 };
const SPAN = RULES.windowMs + RULES.marginMs;

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

describe('a window', () => {
  it('lets a fresh burst of N out at once', () => {
    expect(burst(EMPTY_WINDOW, T0).count).toBe(6);
  });

  it('then asks to wait until the first of them has left it, margin included', () => {
    const { window } = burst(EMPTY_WINDOW, T0);
    expect(grantStart(window, RULES, 'fresh', T0 + 1)).toEqual({ kind: 'wait', ms: SPAN - 1, reason: null });
    expect(grantStart(window, RULES, 'fresh', T0 + SPAN - 1)).toEqual({ kind: 'wait', ms: 1, reason: null });
    expect(burst(window, T0 + SPAN).count).toBe(6);
  });

  it('waits for as many to leave as are too many for a lowered limit', () => {
    const spread = [0, 1, 2, 3, 4, 5].map((second) => T0 + second * SECOND);
    const window = { ...EMPTY_WINDOW, starts: spread, learnedLimit: 2, learnedAt: T0 };
    expect(grantStart(window, RULES, 'fresh', T0 + 5 * SECOND)).toMatchObject({ ms: SPAN - SECOND });
    expect(grantStart(window, RULES, 'fresh', T0 + 4 * SECOND + SPAN).kind).toBe('granted');
  });

  it('remembers no more starts than can still count', () => {
    let window = EMPTY_WINDOW;
    for (let minute = 0; minute < 50; minute++) window = burst(window, T0 + minute * 2 * MINUTE).window;
    expect(window.starts).toHaveLength(6);
  });

  it.each(['verify', 'retry'] as const)('leaves the reserve free from %s, for what is more urgent', (priority) => {
    const { window } = burst(EMPTY_WINDOW, T0, 4);
    expect(grantStart(window, RULES, priority, T0 + 1)).toEqual({ kind: 'wait', ms: SPAN - 1, reason: null });
    expect(grantStart(window, RULES, 'repair', T0 + 1).kind).toBe('granted');
    expect(grantStart(burst(EMPTY_WINDOW, T0, 3).window, RULES, priority, T0).kind).toBe('granted');
  });

  it.each([1, 2, 3])('gives verification one slot a window even where the limit is %i', (limit) => {
    const rules = { ...RULES, limit };
    expect(grantStart(EMPTY_WINDOW, rules, 'verify', T0).kind).toBe('granted');
    const { window } = burst(EMPTY_WINDOW, T0, 1, rules);
    expect(grantStart(window, rules, 'verify', T0).kind).toBe('wait');
  });
});

describe('a 429', () => {
  it('lowers the limit to the calls that were borne', () => {
    const { window } = burst(EMPTY_WINDOW, T0, 5);
    const learned = learnFromThrottle(window, RULES, T0 + SECOND, null);
    expect(currentLimit(learned, RULES)).toBe(4);
  });

  it('takes no more than half at a time: others may be using the endpoint just now', () => {
    const { window } = burst(EMPTY_WINDOW, T0, 1);
    expect(learnFromThrottle(window, RULES, T0 + SECOND, null).learnedLimit).toBe(3);
  });

  it('takes at least one, however many calls the window shows', () => {
    const starts = Array.from({ length: 20 }, () => T0);
    expect(learnFromThrottle({ ...EMPTY_WINDOW, starts }, RULES, T0 + 1, null).learnedLimit).toBe(5);
  });

  it('teaches once, however many calls of one burst are refused', () => {
    const { window } = burst(EMPTY_WINDOW, T0);
    const once = learnFromThrottle(window, RULES, T0 + SECOND, null);
    const twice = learnFromThrottle(once, RULES, T0 + 2 * SECOND, null);
    expect(once.learnedLimit).toBe(5);
    expect({ ...twice, heldUntil: 0 }).toEqual({ ...once, heldUntil: 0 });
  });

  it('teaches again when a call that started under the lowered limit is refused', () => {
    const first = learnFromThrottle(burst(EMPTY_WINDOW, T0).window, RULES, T0 + SECOND, null);
    const { window, count } = burst(first, T0 + 2 * MINUTE);
    expect(count).toBe(5);
    expect(learnFromThrottle(window, RULES, T0 + 2 * MINUTE + 1, null).learnedLimit).toBe(4);
  });

  it('never takes the last call a window', () => {
    let window: PacerWindow = EMPTY_WINDOW;
    for (let minute = 0; minute < 20; minute += 2) {
      const { window: started } = burst(window, T0 + minute * MINUTE, 1);
      window = learnFromThrottle(started, RULES, T0 + minute * MINUTE + 1, null);
    }
    expect(window.learnedLimit).toBe(1);
    expect(grantStart(window, RULES, 'fresh', T0 + 30 * MINUTE).kind).toBe('granted');
  });

  it('rests the endpoint for a window where OpenAI names no time', () => {
    const learned = learnFromThrottle(burst(EMPTY_WINDOW, T0, 1).window, RULES, T0 + SECOND, null);
    expect(grantStart(learned, RULES, 'fresh', T0 + 2 * SECOND)).toEqual({
      kind: 'wait',
      ms: 59 * SECOND,
      reason: 'OpenAI answered 429',
    });
    expect(grantStart(learned, RULES, 'fresh', T0 + 61 * SECOND).kind).toBe('granted');
  });

  it('rests it for two windows where the limit can fall no further', () => {
    const { window } = burst({ ...EMPTY_WINDOW, learnedLimit: 1, learnedAt: T0 - MINUTE }, T0);
    const learned = learnFromThrottle(window, RULES, T0 + SECOND, null);
    expect(learned).toMatchObject({ learnedLimit: 1, heldUntil: T0 + SECOND + 2 * MINUTE });
  });

  it.each([5 * SECOND, 10 * MINUTE])('rests it for as long as OpenAI does name (%i ms)', (ms) => {
    const learned = learnFromThrottle(burst(EMPTY_WINDOW, T0, 1).window, RULES, T0, ms);
    expect(grantStart(learned, RULES, 'fresh', T0 + ms - 1)).toMatchObject({ kind: 'wait', ms: 1 });
    expect(grantStart(learned, RULES, 'fresh', T0 + ms).kind).toBe('granted');
  });

  it('stops every call for that time, and says why', () => {
    const held = learnFromThrottle(EMPTY_WINDOW, RULES, T0, 5 * MINUTE);
    for (const priority of ['fresh', 'repair', 'verify', 'retry'] as const) {
      const grant = grantStart(held, RULES, priority, T0 + MINUTE);
      expect(grant).toEqual({ kind: 'wait', ms: 4 * MINUTE, reason: 'OpenAI answered 429' });
    }
  });

  it('does not shorten a longer rest', () => {
    const held = learnFromThrottle(burst(EMPTY_WINDOW, T0, 1).window, RULES, T0, 5 * MINUTE);
    expect(learnFromThrottle(held, RULES, T0, null).heldUntil).toBe(T0 + 5 * MINUTE);
  });
});

describe('a learned limit', () => {
  const learned: PacerWindow = { ...EMPTY_WINDOW, learnedLimit: 3, learnedAt: T0 };

  it('rises by one after each half hour without a 429', () => {
    expect(burst(learned, T0 + 29 * MINUTE).count).toBe(3);
    expect(burst(learned, T0 + 30 * MINUTE).count).toBe(4);
    expect(burst(learned, T0 + 60 * MINUTE).count).toBe(5);
  });

  it('rises no higher than the configured one, and is then forgotten', () => {
    const { window, count } = burst(learned, T0 + 24 * 60 * MINUTE);
    expect(count).toBe(6);
    expect(window.learnedLimit).toBeNull();
  });

  it('loses nothing of a half hour that a call falls into', () => {
    const { window } = burst(learned, T0 + 45 * MINUTE, 1);
    expect(burst(window, T0 + 60 * MINUTE).count).toBe(5);
  });

  it('counts from the last 429', () => {
    const { window } = burst(learned, T0 + 20 * MINUTE);
    const again = learnFromThrottle(window, RULES, T0 + 20 * MINUTE + 1, null);
    expect(burst(again, T0 + 45 * MINUTE).count).toBe(2);
    expect(burst(again, T0 + 51 * MINUTE).count).toBe(3);
  });

  it('gives way to a configured limit that a deploy has made lower still', () => {
    expect(burst(learned, T0, 100, { ...RULES, limit: 2 }).count).toBe(2);
  });
});
