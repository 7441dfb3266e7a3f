import fc from 'fast-check';
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
import { MINUTE, T0 } from '../../builders/checkpoints.ts';
import { DEFAULT_THROTTLE, Throttle, type ThrottleSettings } from '../../fake-openai/throttle.ts';

const KINDS = [
  { kind: 'sliding-window', refusedCount: false },
  { kind: 'sliding-window', refusedCount: true },
  { kind: 'fixed-window', refusedCount: false },
  { kind: 'fixed-window', refusedCount: true },
  { kind: 'token-bucket', refusedCount: false },
  { kind: 'token-bucket', refusedCount: true },
] as const;

interface Load {
  readonly believed: number;
  readonly bears: number;
  readonly calls: number;
  /** Callers side by side; each makes one call after the other. */
  readonly callers: number;
  readonly latencyMs: number;
  readonly throttle: Partial<ThrottleSettings>;
}

interface Served {
  readonly passed: number;
  readonly refused: number;
  readonly tookMs: number;
  readonly lowest: number;
  readonly limit: number;
}

/** Calls under one pacer against a server that bears less than the pacer believes; refused calls are made again. */
function serve({ believed, bears, calls, callers, latencyMs, throttle }: Load): Served {
  let now = T0;
  const rules: PacerRules = { ...DEFAULT_PACER_RULES, limit: believed };
  const settings = { ...DEFAULT_THROTTLE, ...throttle, requests: bears, endpoints: 'all' as const };
  const server = new Throttle(settings, () => now);
  let window: PacerWindow = EMPTY_WINDOW;
  let left = calls;
  let refused = 0;
  let lowest = believed;
  let events = Array.from({ length: callers }, () => ({ at: T0, answer: null as 'passed' | 'refused' | null }));
  for (let steps = 0; left > 0; steps++) {
    if (steps > 100_000) throw new Error('The calls never come to their end');
    events.sort((a, b) => a.at - b.at);
    const event = events[0];
    if (event === undefined) break;
    now = event.at;
    if (event.answer === 'refused') {
      refused++;
      window = learnFromThrottle(window, rules, now, null);
      lowest = Math.min(lowest, currentLimit(window, rules));
    } else if (event.answer === 'passed') {
      left--;
    }
    event.answer = null;
    const grant = grantStart(window, rules, 'fresh', now);
    if (grant.kind === 'wait') {
      event.at += Math.max(1, grant.ms);
      continue;
    }
    window = grant.window;
    event.answer = server.admit('permissions.create', true) === null ? 'passed' : 'refused';
    event.at += latencyMs;
  }
  events = [];
  return { passed: calls - left, refused, tookMs: now - T0, lowest, limit: currentLimit(window, rules) };
}

describe.each(KINDS)('a pacer that believes more than the server bears (%o)', (throttle) => {
  it('gets every call through, and is refused few', () => {
    const arbitrary = fc.record({
      bears: fc.integer({ min: 1, max: 12 }),
      more: fc.integer({ min: 1, max: 20 }),
      callers: fc.integer({ min: 1, max: 2 }),
      latencyMs: fc.integer({ min: 1, max: 2_000 }),
    });
    fc.assert(
      fc.property(arbitrary, ({ bears, more, callers, latencyMs }) => {
        const believed = bears + more;
        const served = serve({ believed, bears, calls: 60, callers, latencyMs, throttle });
        expect(served.passed).toBe(60);
        // One lesson for each halving on the way down, one for the last step, and with each the other caller's call.
        const lessons = Math.ceil(Math.log2(believed / bears)) + 2;
        expect(served.refused).toBeLessThanOrEqual(lessons * callers + believedOverHours(served));
        // A bucket from which refused calls take is emptier than its window tells; any other bears what it bears.
        const debt = throttle.kind === 'token-bucket' && throttle.refusedCount;
        expect(served.lowest).toBeGreaterThanOrEqual(Math.max(1, debt ? Math.floor(bears / 2) - 1 : bears - 1));
      }),
      { numRuns: 100 },
    );
  });

  it('that believes 20 a minute against 8: the number of 429s', () => {
    const served = serve({ believed: 20, bears: 8, calls: 40, callers: 1, latencyMs: 300, throttle });
    expect(served.passed).toBe(40);
    expect(served.refused).toBeLessThanOrEqual(2);
    // A bucket from which refused calls take, too, bears one less for a while.
    expect([7, 8]).toContain(served.limit);
  });

  it('is refused nothing when it believes no more than the server bears', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 3 }), (limit, callers) => {
        const served = serve({ believed: limit, bears: limit, calls: 50, callers, latencyMs: 200, throttle });
        expect(served).toMatchObject({ passed: 50, refused: 0 });
        const floor = (Math.ceil(50 / limit) - 1) * MINUTE;
        expect(served.tookMs).toBeLessThanOrEqual(1.05 * floor + 50 * 200);
      }),
      { numRuns: 50 },
    );
  });
});

/** Each half hour the limit rises by one to see whether more is borne again: that costs a 429. */
function believedOverHours({ tookMs }: Served): number {
  return Math.ceil(tookMs / (30 * MINUTE)) * 2;
}
