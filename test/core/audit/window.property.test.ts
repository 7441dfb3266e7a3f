import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../lambdas/core/audit/event.ts';
import { DAY, MINUTE, SECOND, T0 } from '../../builders/checkpoints.ts';
import { created, deleted } from './events.ts';
import { NEVER_READ, readLog } from './reading-log.ts';

const gaps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 20 }) },
    { weight: 1, arbitrary: fc.integer({ min: 60, max: 20_000 }) },
  ),
  { maxLength: 300, size: 'max' },
);

/** Events so many seconds apart. */
function logOf(apart: readonly number[], make: (index: number, at: number) => AuditEvent): readonly AuditEvent[] {
  let at = T0;
  return apart.map((gap, index) => {
    at += gap * SECOND;
    return make(index, at);
  });
}

const settings = fc.record({
  newestFirst: fc.boolean(),
  pageSize: fc.integer({ min: 1, max: 100 }),
  pagesAtOnce: fc.integer({ min: 1, max: 5 }),
  lagMs: fc.constantFrom(0, SECOND, MINUTE, 90 * MINUTE, DAY / 4),
  /** Seconds between two reads. */
  readsApart: fc.array(fc.integer({ min: 1, max: 3 * 60 * 60 }), { minLength: 1, maxLength: 20 }),
});
type Settings = typeof settings extends fc.Arbitrary<infer Value> ? Value : never;

/** Reads the log again and again, from before its first event until two days after its last; in the end, twice at once. */
function readAll(log: readonly AuditEvent[], { readsApart, ...options }: Settings) {
  let now = T0 - SECOND;
  let state = NEVER_READ;
  const times = new Map<string, number>();
  const until = (log.at(-1)?.at ?? T0) + 2 * DAY;
  for (let read = 0; now < until; read++) {
    const { delivered, ...rest } = readLog(state, { log, now, ...options });
    state = rest.state;
    for (const { id } of delivered) times.set(id, (times.get(id) ?? 0) + 1);
    now += (readsApart[read % readsApart.length] ?? 1) * SECOND + MINUTE;
  }
  return { times, last: readLog(state, { log, now, ...options }) };
}

describe('whatever the order, the delay, the pages and the times of the reads', () => {
  it('every event comes, and what is no deletion comes once', () => {
    fc.assert(
      fc.property(gaps, settings, (apart, options) => {
        const log = logOf(apart, (index, at) => created('proj_EU', `cp_${index}`, at));
        const { times } = readAll(log, options);
        expect(times).toEqual(new Map(log.map(({ id }) => [id, 1])));
      }),
    );
  });

  it('every deletion comes, and once it has settled the log is quiet and one page long', () => {
    fc.assert(
      fc.property(gaps, settings, (apart, options) => {
        const log = logOf(apart, (index, at) => (index % 3 === 0 ? deleted : created)('proj_EU', `cp_${index}`, at));
        const { times, last } = readAll(log, options);
        expect(new Set(times.keys())).toEqual(new Set(log.map(({ id }) => id)));
        expect(last.delivered).toEqual([]);
        expect(last.listed).toBeLessThanOrEqual(50);
      }),
    );
  });
});
