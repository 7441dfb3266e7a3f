import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_GROWTH } from '../../../lambdas/core/pacing/forecast.ts';
import { DEFAULT_PACER_RULES } from '../../../lambdas/core/pacing/window.ts';
import { MINUTE } from '../../builders/checkpoints.ts';
import { KINDS, type Served, serve } from './serve.ts';

describe.each(KINDS)('a pacer that believes more than the server bears (%o)', (throttle) => {
  /** One that refused calls take from is emptier than its window tells; any other bears what it bears. */
  const debt = throttle.kind === 'token-bucket' && throttle.refusedCount;

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
        const served = serve({ believed, bears: () => bears, calls: 60, callers, latencyMs, throttle });
        expect(served.passed).toBe(60);
        // One lesson for each halving on the way down, one for the last step, and with each the other caller's call.
        const lessons = Math.ceil(Math.log2(believed / bears)) + 2;
        expect(served.refused).toBeLessThanOrEqual((lessons + looksIn(served) * (debt ? 2 : 1)) * callers);
        expect(served.lowest).toBeGreaterThanOrEqual(Math.max(1, debt ? Math.floor(bears / 2) - 1 : bears - 1));
      }),
      { numRuns: 100 },
    );
  });

  it('that believes 20 a minute against 8: the number of 429s', () => {
    const served = serve({ believed: 20, bears: () => 8, calls: 40, callers: 1, latencyMs: 300, throttle });
    expect(served.passed).toBe(40);
    expect(served.refused).toBeLessThanOrEqual(2);
    // A bucket from which refused calls take, too, bears one less for a while.
    expect([7, 8]).toContain(served.limit);
  });

  it('is refused nothing when it believes no more than the server bears, and does not try more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 3 }), (limit, callers) => {
        const load = { believed: limit, bears: () => limit, calls: 50, callers, latencyMs: 200, throttle };
        const served = serve({ ...load, rules: NO_GROWTH });
        expect(served).toMatchObject({ passed: 50, refused: 0 });
        const floor = (Math.ceil(50 / limit) - 1) * MINUTE;
        expect(served.tookMs).toBeLessThanOrEqual(1.05 * floor + 50 * 200);
      }),
      { numRuns: 50 },
    );
  });
});

/** Every so often one call more is tried, to see whether more is borne again: that costs a 429. */
function looksIn({ tookMs }: Served): number {
  return Math.ceil(tookMs / DEFAULT_PACER_RULES.probeAfterMs);
}
