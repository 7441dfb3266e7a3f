import { describe, expect, it } from 'vitest';
import { NO_RESTS, type RestKind, type Rests } from '../../../lambdas/core/model/rests.ts';
import { ENDPOINT_OF } from '../../../lambdas/core/pacing/endpoints.ts';
import {
  endRests,
  forgetRests,
  mayTryAgain,
  type Refusal,
  restEndpoint,
  restKey,
  restOf,
  shownRestOf,
} from '../../../lambdas/core/pacing/rests.ts';

const T0 = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;
const { create, list } = ENDPOINT_OF;

const refusal = (kind: RestKind, reason = 'refused'): Refusal => ({ kind, reason, keyMark: 'mark' });

/** How many minutes each rest lasts where every try at its end is refused. */
function rhythm(rest: (rests: Rests, now: number) => Rests, until: (rests: Rests) => number | undefined): number[] {
  let rests: Rests = NO_RESTS;
  let now = T0;
  return Array.from({ length: 6 }, () => {
    rests = rest(rests, now);
    const end = until(rests) ?? now;
    const lasted = (end - now) / MINUTE;
    now = end;
    return lasted;
  });
}

describe('a rest', () => {
  it.each([
    ['key-refused', [5, 10, 15, 15, 15, 15]],
    ['wrong-key', [5, 10, 15, 15, 15, 15]],
    ['key-unusable', [0, 0, 0, 0, 0, 0]],
  ] as const)('of the key grows up to a bound: %s', (kind, minutes) => {
    const lasting = rhythm(
      (rests, now) => restKey(rests, refusal(kind), now),
      ({ key }) => key?.until,
    );
    expect(lasting).toEqual(minutes);
  });

  it.each([
    ['scope-missing', [15, 30, 60, 60, 60, 60]],
    ['account-refused', [2, 4, 5, 5, 5, 5]],
    ['caller-refused', [1, 2, 4, 8, 15, 15]],
  ] as const)('of an endpoint grows up to a bound: %s', (kind, minutes) => {
    const lasting = rhythm(
      (rests, now) => restEndpoint(rests, 'create', refusal(kind), now),
      ({ endpoints }) => endpoints[create]?.until,
    );
    expect(lasting).toEqual(minutes);
  });

  it('of an endpoint lets the others go on; of the key none', () => {
    const rested = restEndpoint(NO_RESTS, 'list', refusal('scope-missing'), T0);
    expect(restOf(rested, list, T0)).toMatchObject({ kind: 'scope-missing', since: T0 });
    expect(restOf(rested, create, T0)).toBeNull();
    expect(restOf(rested, list, T0 + 15 * MINUTE)).toBeNull();
    expect(restOf(restKey(rested, refusal('key-refused'), T0), create, T0)).toMatchObject({ kind: 'key-refused' });
  });

  it('is not made longer by calls that had begun before it', () => {
    const rested = restKey(NO_RESTS, refusal('key-refused'), T0);
    expect(restKey(rested, refusal('key-refused'), T0 + MINUTE)).toBe(rested);
    const unusable = restKey(NO_RESTS, refusal('key-unusable', 'is empty'), T0);
    expect(restKey(unusable, refusal('key-unusable', 'is empty'), T0 + MINUTE)).toBe(unusable);
    expect(restKey(unusable, refusal('key-unusable', 'is JSON'), T0 + MINUTE).key?.reason).toBe('is JSON');
  });

  it('begins anew for another reason', () => {
    const rested = restKey(NO_RESTS, refusal('key-refused'), T0);
    const next = restKey(rested, refusal('wrong-key'), T0 + 5 * MINUTE);
    expect(next.key).toMatchObject({ kind: 'wrong-key', tries: 1, since: T0 + 5 * MINUTE });
  });

  it('ends when a call is let in, of the key and of that endpoint only', () => {
    const both = restEndpoint(
      restEndpoint(NO_RESTS, 'list', refusal('scope-missing'), T0),
      'create',
      refusal('caller-refused'),
      T0,
    );
    const rested = restKey(both, refusal('key-refused'), T0);
    const ended = endRests(rested, 'create');
    expect(ended.key).toBeNull();
    expect(Object.keys(ended.endpoints)).toEqual([list]);
    expect(endRests(NO_RESTS, 'create')).toBe(NO_RESTS);
  });

  it("of another organisation's key ends only by what is done to a checkpoint of ours", () => {
    const rested = restKey(NO_RESTS, refusal('wrong-key'), T0);
    for (const call of ['audit', 'project', 'model-permissions'] as const) expect(endRests(rested, call)).toBe(rested);
    expect(endRests(rested, 'list').key).toBeNull();
  });

  it('may be tried at once when a person asks, and grows on from there', () => {
    const rested = restKey(NO_RESTS, refusal('key-refused'), T0);
    const tried = mayTryAgain(rested, T0 + MINUTE);
    expect(restOf(tried, create, T0 + MINUTE)).toBeNull();
    expect(restKey(tried, refusal('key-refused'), T0 + MINUTE).key).toMatchObject({ since: T0, tries: 2 });
    expect(mayTryAgain(tried, T0 + MINUTE)).toBe(tried);
    expect(mayTryAgain(NO_RESTS, T0)).toBe(NO_RESTS);
  });

  it('is forgotten with the key', () => {
    const rested = restEndpoint({ ...NO_RESTS, version: 7 }, 'list', refusal('scope-missing'), T0);
    expect(forgetRests(rested)).toEqual({ ...NO_RESTS, version: 7 });
    expect(forgetRests(NO_RESTS)).toBe(NO_RESTS);
  });

  it('that holds nothing up is shown all the same where there is no key', () => {
    const unusable = restKey(NO_RESTS, refusal('key-unusable', 'is empty'), T0);
    expect(restOf(unusable, create, T0)).toBeNull();
    expect(shownRestOf(unusable, create, T0 + MINUTE)).toMatchObject({ reason: 'is empty' });
    expect(shownRestOf(restKey(NO_RESTS, refusal('key-refused'), T0), create, T0 + 5 * MINUTE)).toBeNull();
  });
});
