import { describe, expect, it } from 'vitest';
import { NO_RESTS, type Rests } from '../../../lambdas/core/model/rests.ts';
import {
  doubtedSince,
  isKeyDoubted,
  noteOurs,
  noteRefused,
  worthOf,
} from '../../../lambdas/core/pacing/key-standing.ts';
import { endRests, forgetRests, isAnyRefused, restEndpoint, restKey } from '../../../lambdas/core/pacing/rests.ts';

const T0 = Date.UTC(2026, 10, 20, 12);

const refusedTo = (mark: string, ...names: string[]): Rests =>
  names.reduce((rests, name, index) => noteRefused(rests, [name], mark, T0 + index), NO_RESTS);

describe('what a refusal is worth to a key that nobody can tell whose it is', () => {
  it('is less the more is refused in a row', () => {
    expect(worthOf(refusedTo('K', 'ft:A'))).toBe('only');
    expect(worthOf(refusedTo('K', 'ft:A', 'ft:B'))).toBe('several');
    expect(worthOf(refusedTo('K', 'ft:A', 'ft:B', 'proj_C'))).toBe('many');
    expect(worthOf(noteRefused(NO_RESTS, ['proj_A', 'proj_B'], 'K', T0))).toBe('several');
    expect(isKeyDoubted(refusedTo('K', 'ft:A'))).toBe(false);
    expect(isKeyDoubted(refusedTo('K', 'ft:A', 'ft:B'))).toBe(true);
    expect(isKeyDoubted(refusedTo('K', 'ft:A', 'ft:B', 'ft:C'))).toBe(true);
  });

  it('does not change where the same is refused again, and nothing is written then', () => {
    const once = refusedTo('K', 'ft:A');
    expect(noteRefused(once, ['ft:A'], 'K', T0 + 1)).toBe(once);
    const many = refusedTo('K', 'ft:A', 'ft:B', 'ft:C');
    expect(noteRefused(many, ['ft:D'], 'K', T0 + 9)).toBe(many);
  });

  it('is all once something of ours was shown to it, whatever is refused from then on', () => {
    const ours = noteOurs(refusedTo('K', 'ft:A', 'ft:B', 'ft:C'));
    expect(worthOf(ours)).toBe('believed');
    expect(noteRefused(ours, ['ft:A', 'ft:B', 'ft:C'], 'K', T0)).toBe(ours);
    expect(noteOurs(ours)).toBe(ours);
    expect(noteOurs(NO_RESTS)).toBe(NO_RESTS);
    expect(worthOf(NO_RESTS)).toBe('believed');
  });

  it('begins anew with another key', () => {
    const ours = noteOurs(refusedTo('K', 'ft:A'));
    const other = noteRefused(ours, ['ft:B'], 'L', T0 + 5);
    expect(worthOf(other)).toBe('only');
    expect(doubtedSince(other)).toBe(T0 + 5);
    const refusal = { kind: 'scope-missing', reason: 'no', keyMark: 'L' } as const;
    expect(worthOf(noteRefused(restEndpoint(ours, 'list', refusal, T0), ['ft:B'], 'L', T0))).toBe('only');
  });

  it('stays with the key through its rests', () => {
    const doubted = refusedTo('K', 'ft:A', 'ft:B');
    const refusal = { kind: 'key-doubted', reason: 'no', keyMark: 'K' } as const;
    expect(worthOf(restKey(doubted, refusal, T0))).toBe('several');
  });

  it('is a reason to see whether there is another key, and is forgotten with it', () => {
    const doubted = refusedTo('K', 'ft:A');
    expect(doubtedSince(doubted)).toBe(T0);
    expect(isAnyRefused(doubted)).toBe(true);
    expect(forgetRests(doubted)).toEqual(NO_RESTS);
    expect(doubtedSince(noteOurs(doubted))).toBeNull();
    expect(isAnyRefused(noteOurs(doubted))).toBe(false);
  });
});

describe('the rest of a key that is in doubt', () => {
  const rested = restKey(NO_RESTS, { kind: 'key-doubted', reason: 'no', keyMark: 'K' }, T0);

  it('ends only by what shows that it is ours', () => {
    expect(endRests(rested, 'create', false)).toBe(rested);
    expect(endRests(rested, 'project')).toBe(rested);
    expect(endRests(rested, 'project', true).key).toBeNull();
    expect(endRests(rested, 'create', true).key).toBeNull();
  });

  it('is no reason for another: whoever is let in is no dead key', () => {
    const dead = restKey(NO_RESTS, { kind: 'key-refused', reason: 'no', keyMark: 'K' }, T0);
    expect(endRests(dead, 'list', false).key).toBeNull();
  });
});
