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
import { SECOND, T0 } from '../../builders/checkpoints.ts';

const RULES: PacerRules = { ...DEFAULT_PACER_RULES, limit: 6 };

function started(window: PacerWindow, at: number): PacerWindow {
  const grant = grantStart(window, RULES, 'fresh', at);
  if (grant.kind === 'wait') throw new Error('it was to be granted');
  return grant.window;
}

describe('a window that functions with different clocks share', () => {
  it('stays in order, so that the oldest call leaves it first', () => {
    const { starts } = started(started(EMPTY_WINDOW, T0 + SECOND), T0);
    expect(starts).toEqual([T0, T0 + SECOND]);
  });

  it('loses nothing of its limit to a clock that is behind the one that learned it', () => {
    const learned = { ...EMPTY_WINDOW, learnedLimit: 3, learnedAt: T0 };
    const long = T0 - 2 * RULES.recoverAfterMs;
    expect(started(learned, long)).toMatchObject({ learnedLimit: 3, learnedAt: T0 });
    expect(started(learned, T0)).toMatchObject({ learnedLimit: 3, learnedAt: T0 });
  });
});

describe('a 429', () => {
  it('to the first call that anybody remembers takes half: somebody else is using the endpoint', () => {
    expect(learnFromThrottle(EMPTY_WINDOW, RULES, T0, null).learnedLimit).toBe(3);
  });

  it('teaches once within the millisecond in which its calls started', () => {
    const window = started(started(EMPTY_WINDOW, T0), T0);
    const once = learnFromThrottle(window, RULES, T0, null);
    expect(learnFromThrottle(once, RULES, T0, null).learnedLimit).toBe(once.learnedLimit);
  });

  it('is forgotten as soon as the configured limit is reached again', () => {
    const learned = { ...EMPTY_WINDOW, learnedLimit: 5, learnedAt: T0 };
    const at = T0 + RULES.recoverAfterMs;
    expect(started(learned, at)).toMatchObject({ learnedLimit: null, learnedAt: at });
    expect(currentLimit(learned, RULES)).toBe(5);
  });
});
