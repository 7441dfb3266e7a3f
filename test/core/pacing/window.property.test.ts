import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Priority } from '../../../lambdas/core/model/permission.ts';
import { PRIORITIES } from '../../../lambdas/core/model/permission.ts';
import { NO_GROWTH } from '../../../lambdas/core/pacing/forecast.ts';
import {
  currentLimit,
  DEFAULT_PACER_RULES,
  EMPTY_WINDOW,
  grantStart,
  type PacerRules,
  type PacerWindow,
} from '../../../lambdas/core/pacing/window.ts';
import { T0 } from '../../builders/checkpoints.ts';

const WINDOW = 60_000;
const MARGIN = 1_500;

/** A contender asks again and again: when it may, its call arrives `delay` later by true time. */
interface Contender {
  /** Its clock, less the true time. */
  readonly skew: number;
  readonly priority: Priority;
  /** Milliseconds from each grant to the arrival of its call, used in turn. */
  readonly delays: readonly number[];
  /** How long after it was told to wait it asks again, beyond the time it was told, in turn. */
  readonly dawdles: readonly number[];
  readonly calls: number;
}

interface Run {
  /** True times at which calls arrived, ascending. */
  readonly arrivals: readonly number[];
  /** The same calls as they were granted, with the limit under which they were. */
  readonly grants: readonly { readonly grantedAt: number; readonly at: number; readonly limit: number }[];
  /** True time of the last grant, from the beginning. */
  readonly took: number;
}

/** Serves whoever's turn comes first, by true time. The store is one window, decided on one at a time. */
function run(contenders: readonly Contender[], rules: PacerRules): Run {
  let window: PacerWindow = EMPTY_WINDOW;
  const grants: Run['grants'][number][] = [];
  let lastGrant = T0;
  const queue = contenders.map((contender) => ({ contender, at: T0, left: contender.calls, asked: 0 }));
  for (;;) {
    const open = queue.filter(({ left }) => left > 0);
    if (open.length === 0) break;
    const next = open.reduce((first, other) => (other.at < first.at ? other : first));
    const { contender } = next;
    const turn = next.asked++;
    const grant = grantStart(window, rules, contender.priority, next.at + contender.skew);
    if (grant.kind === 'granted') {
      window = grant.window;
      lastGrant = next.at;
      const at = next.at + pick(contender.delays, contender.calls - next.left);
      grants.push({ grantedAt: next.at, at, limit: currentLimit(window, rules) });
      next.left--;
    } else {
      next.at += Math.max(1, grant.ms) + pick(contender.dawdles, turn);
    }
  }
  return { arrivals: grants.map(({ at }) => at).sort((a, b) => a - b), grants, took: lastGrant - T0 };
}

function pick(values: readonly number[], turn: number): number {
  return values[turn % values.length] ?? 0;
}

/** The most calls that arrived in any window of true time. */
function mostInAnyWindow(arrivals: readonly number[]): number {
  return Math.max(0, ...arrivals.map((start) => arrivals.filter((at) => at >= start && at < start + WINDOW).length));
}

/** `spread` is the greatest difference between two contenders' clocks. */
function contenders(spread: number, delay: number, priorities: readonly Priority[] = PRIORITIES) {
  return fc.array(
    fc.record({
      skew: fc.integer({ min: 0, max: spread }),
      priority: fc.constantFrom(...priorities),
      delays: fc.array(fc.integer({ min: 0, max: delay }), { minLength: 1, maxLength: 4 }),
      dawdles: fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 4 }),
      calls: fc.integer({ min: 1, max: 15 }),
    }),
    { minLength: 1, maxLength: 8 },
  );
}

const rulesOf = (limit: number, reserve = 2): PacerRules => {
  return { ...DEFAULT_PACER_RULES, ...NO_GROWTH, limit, windowMs: WINDOW, marginMs: MARGIN, reserve };
};

const { growAfterMs, probeAfterMs } = DEFAULT_PACER_RULES;
const GROWTH = { growAfterMs, probeAfterMs };

const SPREADS = [
  { clocks: 0, delays: 0 },
  { clocks: MARGIN / 2, delays: MARGIN / 2 },
  { clocks: MARGIN, delays: 0 },
  { clocks: 0, delays: MARGIN },
];

const limits = fc.integer({ min: 1, max: 12 });

describe('many contenders on one window', () => {
  it.each(SPREADS)(
    'clocks up to $clocks ms apart and delays up to $delays ms: never more than N in any minute',
    (spread) => {
      fc.assert(
        fc.property(contenders(spread.clocks, spread.delays), limits, (who, limit) => {
          expect(mostInAnyWindow(run(who, rulesOf(limit)).arrivals)).toBeLessThanOrEqual(limit);
        }),
        { numRuns: 150 },
      );
    },
  );

  it.each(SPREADS)(
    'clocks up to $clocks ms apart and delays up to $delays ms: N grows by one a window, and holds as it grows',
    (spread) => {
      fc.assert(
        fc.property(contenders(spread.clocks, spread.delays), limits, (who, limit) => {
          const { grants } = run(who, { ...rulesOf(limit), ...GROWTH });
          for (const { at: from } of grants) {
            const minute = grants.filter(({ at }) => at >= from && at < from + WINDOW);
            expect(minute.length).toBeLessThanOrEqual(Math.max(...minute.map((grant) => grant.limit)));
          }
          const raises = grants.filter((grant, index) => grant.limit > (grants[index - 1]?.limit ?? limit));
          raises.forEach((raise, index) => {
            expect(raise.limit).toBe(limit + index + 1);
            const last = raises[index - 1]?.grantedAt ?? T0;
            expect(raise.grantedAt - last).toBeGreaterThanOrEqual(WINDOW - spread.clocks);
          });
        }),
        { numRuns: 150 },
      );
    },
  );

  it('the margin is what covers them: beyond it, more than N can meet in a minute', () => {
    const one = { priority: 'fresh' as const, skew: 0, delays: [0], dawdles: [0], calls: 1 };
    const late = { ...one, delays: [MARGIN + 1, 0], calls: 2 };
    expect(mostInAnyWindow(run([late], rulesOf(1)).arrivals)).toBe(2);
    const fast = { ...one, skew: MARGIN + 1 };
    expect(mostInAnyWindow(run([one, fast], rulesOf(1)).arrivals)).toBe(2);
  });

  it('a constant delay costs nothing, however long', () => {
    const who = [{ skew: 0, priority: 'fresh' as const, delays: [9_000], dawdles: [0], calls: 30 }];
    expect(mostInAnyWindow(run(who, rulesOf(6)).arrivals)).toBe(6);
  });

  it('nobody starves: all calls are granted, and no slot stays empty while somebody asks in time', () => {
    fc.assert(
      fc.property(contenders(MARGIN / 2, 0, ['fresh', 'repair']), limits, (who, limit) => {
        const eager = who.map((contender) => ({ ...contender, dawdles: [0] }));
        const calls = eager.reduce((sum, contender) => sum + contender.calls, 0);
        const { arrivals, took } = run(eager, rulesOf(limit));
        expect(arrivals).toHaveLength(calls);
        const windows = Math.ceil(calls / limit) - 1;
        expect(took).toBeLessThanOrEqual(windows * (WINDOW + 2 * MARGIN));
      }),
      { numRuns: 150 },
    );
  });

  it('verification, too, comes to its end once nothing more urgent is left', () => {
    fc.assert(
      fc.property(contenders(MARGIN / 2, 0), limits, (who, limit) => {
        const calls = who.reduce((sum, contender) => sum + contender.calls, 0);
        expect(run(who, rulesOf(limit)).arrivals).toHaveLength(calls);
      }),
      { numRuns: 100 },
    );
  });

  it('a fresh burst of N goes out at once', () => {
    fc.assert(
      fc.property(limits, (limit) => {
        const who = [{ skew: 0, priority: 'fresh' as const, delays: [0], dawdles: [0], calls: limit }];
        expect(run(who, rulesOf(limit)).took).toBe(0);
      }),
    );
  });
});
