import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PACER_RULES } from '../../../lambdas/core/pacing/window.ts';
import { MINUTE } from '../../builders/checkpoints.ts';
import { KINDS, serve, type Taken } from './serve.ts';

const { windowMs, marginMs, probeAfterMs } = DEFAULT_PACER_RULES;
const SPAN = windowMs + marginMs;
/** At least so long after one look whether more is borne comes the next: the rest, then the time under the limit. */
const LOOK_EVERY = windowMs + probeAfterMs;

const stacks = {
  callers: fc.integer({ min: 1, max: 2 }),
  latencyMs: fc.integer({ min: 0, max: 700 }),
  skewMs: fc.integer({ min: 0, max: marginMs / 2 }),
};

const refusalsIn = (taken: readonly Taken[]) => taken.filter(({ isPassed }) => !isPassed);
const between = (taken: readonly Taken[], from: number, to: number) => taken.filter(({ at }) => at >= from && at < to);

describe.each(KINDS)('a pacer with endless work, two stacks on it, their clocks apart (%o)', (throttle) => {
  /** A bucket from which refused calls take is emptier than its window tells: a look costs it two. */
  const isDebt = throttle.kind === 'token-bucket' && throttle.refusedCount;

  it('that believes less than the server bears finds it, and is refused one call a look', () => {
    const arbitrary = fc.record({
      ...stacks,
      believed: fc.integer({ min: 3, max: 12 }),
      more: fc.integer({ min: 0, max: 8 }),
    });
    fc.assert(
      fc.property(arbitrary, ({ believed, more, ...load }) => {
        const bears = believed + Math.min(more, 3 * believed - 1);
        const { taken, tookMs } = serve({ believed, bears: () => bears, calls: 300, throttle, ...load });
        for (const { at } of taken) {
          const minute = between(taken, at, at + windowMs);
          expect(minute.length).toBeLessThanOrEqual(Math.max(...minute.map(({ limit }) => limit)));
        }
        const looks = 1 + Math.floor(tookMs / LOOK_EVERY);
        expect(refusalsIn(taken).length).toBeLessThanOrEqual(looks * load.callers * (isDebt ? 2 : 1));
        const first = refusalsIn(taken)[0];
        if (first !== undefined) expect(first.limit).toBeGreaterThan(bears);
        if (!isDebt) expect(Math.min(...taken.map(({ limit }) => limit))).toBe(believed);
        const grown = (more + 1) * SPAN;
        if (tookMs > grown) expect(Math.max(...taken.map(({ limit }) => limit))).toBeGreaterThanOrEqual(bears);
      }),
      { numRuns: 100 },
    );
  });

  it('follows a limit that falls from 10 to 5 within two windows of the first 429, and back within ten', () => {
    const arbitrary = fc.record({
      ...stacks,
      believed: fc.integer({ min: 5, max: 12 }),
      fall: fc.integer({ min: 8 * MINUTE, max: 20 * MINUTE }),
      low: fc.integer({ min: 4 * MINUTE, max: 20 * MINUTE }),
    });
    fc.assert(
      fc.property(arbitrary, ({ fall, low, ...load }) => {
        const rise = fall + low;
        const bears = (at: number) => (at >= fall && at < rise ? 5 : 10);
        const { taken, lessons } = serve({ ...load, bears, calls: 500, throttle });
        const first = lessons.find(({ at }) => at >= fall)?.at ?? fall;
        const fallen = first + 2 * SPAN;
        const taught = lessons.filter(({ at }) => at >= first && at <= fallen).map(({ limit }) => limit);
        // Where two were refused at once one counts as borne. Across a fixed window's edge more than five do pass.
        expect(Math.min(...taught)).toBeLessThanOrEqual(throttle.kind === 'fixed-window' ? 9 : 6);
        // What passed across an edge is refused where the edge lies elsewhere: a lesson more.
        const looks = (throttle.kind === 'fixed-window' ? 2 : 1) + Math.floor((rise - fallen) / LOOK_EVERY);
        const refusals = refusalsIn(between(taken, fallen, rise)).length;
        expect(refusals).toBeLessThanOrEqual(looks * load.callers * (isDebt ? 2 : 1));
        // An empty bucket that is still in debt when the limit rises may have taken the limit lower still.
        const risen = between(taken, rise, rise + (isDebt ? 13 : 10) * SPAN);
        expect(Math.max(...risen.map(({ limit }) => limit))).toBeGreaterThanOrEqual(10);
      }),
      { numRuns: 100 },
    );
  });
});
