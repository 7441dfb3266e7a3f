import { describe, expect, it } from 'vitest';
import type { JobFacts, JobRecord } from '../../../lambdas/core/model/job.ts';
import { mayTellMore, missingFacts, nextLook } from '../../../lambdas/core/policy/facts-to-come.ts';
import { aCheckpoint, aJob, aPolicy, aRule, atStep, DAY_MS, FINAL } from './builders.ts';

const MINUTE_MS = 60_000;
const BEST = aPolicy([aRule({ checkpoints: { kind: 'best', metric: 'valid_loss' } })]);
const ALL = aPolicy([aRule({ checkpoints: { kind: 'all' } })]);
const LISTED = [
  atStep(10, { valid_loss: 3 }),
  atStep(20, { valid_loss: 2 }),
  aCheckpoint({ step: 30, metrics: { valid_loss: 1 } }),
];
const whole = (parts: Partial<JobFacts> = {}) => aJob({ epochs: 3, checkpoints: LISTED, ...parts });
const NAMELESS = { finalModel: null, checkpoints: [] };

describe('of a job that has succeeded', () => {
  it('nothing is missing where its model, its checkpoints and their metrics are there', () => {
    for (const policy of [BEST, ALL]) expect(missingFacts(policy, whole())).toBeNull();
  });

  it.each<[string, Partial<JobFacts>, RegExp]>([
    ['its model', NAMELESS, /does not name its model/],
    ['its model, though its checkpoints are listed', { finalModel: null }, /does not name its model/],
    ['all of its checkpoints', { checkpoints: [aCheckpoint()] }, /lists no checkpoints/],
    ['some of its checkpoints', { checkpoints: LISTED.slice(1) }, /lists 2 of its 3/],
    ['those of its last epochs', { epochs: 12, checkpoints: LISTED.slice(1) }, /lists 2 of its 3/],
    ['how many there are', { epochs: null }, /how many/],
    ['one that cannot be read', { odd: [{ id: 'ftckpt_1', problem: 'odd' }] }, /ftckpt_1: odd/],
  ])('%s may be missing', (_, parts, expected) => {
    expect(missingFacts(ALL, whole(parts))).toMatch(expected);
  });

  it('the metric is missing that a rule takes the best by, where any listed one is without it', () => {
    const [first, , last] = LISTED;
    const lacking = whole({ checkpoints: [first, atStep(20), last].filter((one) => one !== undefined) });
    expect(missingFacts(BEST, lacking)).toMatch(/valid_loss/);
    expect(missingFacts(ALL, lacking)).toBeNull();
    expect(missingFacts(aPolicy([aRule({ ...BEST.rules[0], from: ['elsewhere'] })]), lacking)).toBeNull();
  });

  it('the final model may stand beside the list, which may yet tell its metrics where it is not full', () => {
    const beside = [...LISTED.slice(0, 2), aCheckpoint()];
    expect(missingFacts(BEST, whole({ checkpoints: beside }))).toMatch(/valid_loss/);
    expect(missingFacts(BEST, whole({ checkpoints: beside, epochs: 2 }))).not.toMatch(/valid_loss/);
  });

  it.each([
    ['two of three epochs', 3, [...LISTED.slice(0, 2), aCheckpoint()]],
    ['every one of two epochs', 2, [...LISTED.slice(0, 2), aCheckpoint()]],
    ['its one epoch', 1, [...LISTED.slice(0, 1), aCheckpoint()]],
  ])('the final model may yet be listed that stands beside %s', (_, epochs, checkpoints) => {
    for (const policy of [ALL, aPolicy()]) {
      expect(missingFacts(policy, whole({ epochs, checkpoints }))).toMatch(/does not list its final model/);
    }
  });

  it('nothing is missed of a row that was written before epochs were read, as long as it has something', () => {
    const { epochs: _, ...old } = whole();
    expect(missingFacts(ALL, old)).toBeNull();
    expect(missingFacts(ALL, { ...old, ...NAMELESS })).not.toBeNull();
  });
});

it.each(['failed', 'cancelled', 'running'])('nothing is missing of a job that is %s', (status) => {
  expect(missingFacts(ALL, whole({ status, ...NAMELESS }))).toBeNull();
});

describe('the next look', () => {
  const T = 1_000 * DAY_MS;
  const row = (parts: Partial<JobRecord> = {}): JobRecord => {
    return { ...whole(NAMELESS), version: 1, plannedWith: 'x', note: null, observedAt: T, unsureSince: T, ...parts };
  };

  it('is after some minutes, then within the hour, and then none', () => {
    const minutes: (number | null)[] = [];
    for (let at: number | null = T; at !== null; ) {
      at = nextLook(ALL, row({ observedAt: at }));
      minutes.push(at && (at - T) / MINUTE_MS);
    }
    expect(minutes).toEqual([5, 30, null]);
  });

  it('that came late is not made up for', () => {
    expect(nextLook(ALL, row({ observedAt: T + 50 * MINUTE_MS }))).toBeNull();
  });

  it('is none of a job that is told whole, or that ended long ago', () => {
    expect(nextLook(ALL, row(whole()))).toBeNull();
    expect(nextLook(ALL, row({ finishedAt: T - 31 * DAY_MS }))).toBeNull();
  });

  it('comes twice of a job whose final model is not listed, but not where it ended an hour ago', () => {
    const beside = { finalModel: FINAL, checkpoints: [...LISTED.slice(0, 2), aCheckpoint()] };
    expect(nextLook(ALL, row(beside))).toBe(T + 5 * MINUTE_MS);
    expect(nextLook(ALL, row({ ...beside, observedAt: T + 5 * MINUTE_MS }))).toBe(T + 30 * MINUTE_MS);
    expect(nextLook(ALL, row({ ...beside, finishedAt: T - 60 * MINUTE_MS }))).toBeNull();
  });

  it('comes also of a row that never said that it is unsure', () => {
    const { unsureSince: _, ...old } = row();
    expect(nextLook(ALL, old)).toBe(T + 5 * MINUTE_MS);
  });
});

describe('what was not told', () => {
  it.each([
    [29, true],
    [31, false],
  ])('%i days after the end may yet be told: %s', (days, expected) => {
    const job = whole(NAMELESS);
    expect(mayTellMore(ALL, job, 1_000 * DAY_MS + days * DAY_MS)).toBe(expected);
    expect(mayTellMore(ALL, { ...job, createdAt: 1_000 * DAY_MS, finishedAt: null }, (1_000 + days) * DAY_MS)).toBe(
      expected,
    );
  });

  it.each([
    [59, true],
    [60, false],
  ])(
    'may be told %i minutes after the end, where only the list of the final model is open: %s',
    (minutes, expected) => {
      const beside = whole({ checkpoints: [...LISTED.slice(0, 2), aCheckpoint()] });
      const at = 1_000 * DAY_MS + minutes * MINUTE_MS;
      expect(mayTellMore(ALL, beside, at)).toBe(expected);
      expect(mayTellMore(ALL, whole(NAMELESS), at)).toBe(true);
    },
  );

  it('is nothing of a job that is told whole', () => {
    expect(mayTellMore(ALL, whole({ finalModel: FINAL }), 1_000 * DAY_MS)).toBe(false);
  });
});
