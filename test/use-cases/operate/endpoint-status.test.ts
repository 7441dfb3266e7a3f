import { describe, expect, it } from 'vitest';
import {
  DEFAULT_PACER_RULES,
  EMPTY_WINDOW,
  grantStart,
  type PacerRules,
  type PacerWindow,
} from '../../../lambdas/core/pacing/window.ts';
import { endpointStatus } from '../../../lambdas/use-cases/operate/endpoint-status.ts';
import { NOW } from './ask.ts';

const RULES: PacerRules = { ...DEFAULT_PACER_RULES, limit: 6 };
const SPAN = RULES.windowMs + RULES.marginMs;
const at = (ms: number) => new Date(NOW + ms).toISOString();
const show = (parts: Partial<PacerWindow>) => endpointStatus('create', { ...EMPTY_WINDOW, ...parts }, RULES, NOW);
const starts = (...agoMs: number[]) => agoMs.map((ago) => NOW - ago);

describe('the status of an endpoint', () => {
  it('counts the calls of the window, and lets the next go while there is room', () => {
    const shown = show({ starts: starts(SPAN, SPAN - 1, 30_000, 10) });
    expect(shown).toMatchObject({ callsInWindow: 3, nextCallAt: at(0), limit: 6, holdReason: null });
    expect(shown.callsAt).toEqual([at(1 - SPAN), at(-30_000), at(-10)]);
  });

  it('names the time at which the first of a full window ages out', () => {
    const shown = show({ starts: starts(50_000, 40_000, 30_000, 20_000, 10_000, 0) });
    expect(shown).toMatchObject({ callsInWindow: 6, nextCallAt: at(SPAN - 50_000), holdReason: null });
  });

  it('agrees with the window itself: at that time a call may go, and not a millisecond before', () => {
    const window = { ...EMPTY_WINDOW, starts: starts(50_000, 40_000, 30_000), learnedLimit: 2, learnedAt: NOW };
    const next = Date.parse(endpointStatus('create', window, RULES, NOW).nextCallAt);
    expect(grantStart(window, RULES, 'fresh', next).kind).toBe('granted');
    expect(grantStart(window, RULES, 'fresh', next - 1).kind).toBe('wait');
  });

  it('says why an endpoint is held, and until when', () => {
    const shown = show({ heldUntil: NOW + 7000, holdReason: 'OpenAI answered 429' });
    expect(shown).toMatchObject({ nextCallAt: at(7000), holdReason: 'OpenAI answered 429' });
  });

  it('says nothing of a hold that is over', () => {
    expect(show({ heldUntil: NOW, holdReason: 'OpenAI answered 429' }).holdReason).toBeNull();
  });

  it('shows a limit above the guess where more was borne', () => {
    const grown = { learnedLimit: 8, learnedAt: NOW - 60_000, ceiling: 0, guess: 6, fullAt: NOW };
    expect(show(grown)).toMatchObject({ limit: 8, configuredLimit: 6 });
  });

  it('shows what a 429 taught, as far as it has not recovered since', () => {
    const { recoverAfterMs } = RULES;
    expect(show({ learnedLimit: 3, learnedAt: NOW }).limit).toBe(3);
    expect(show({ learnedLimit: 3, learnedAt: NOW - 2 * recoverAfterMs, heldUntil: NOW + 1 }).limit).toBe(5);
    expect(show({ learnedLimit: 3, learnedAt: NOW - 9 * recoverAfterMs })).toMatchObject({
      limit: 6,
      configuredLimit: 6,
    });
  });
});
