import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesGlob } from '../../../lambdas/core/policy/glob.ts';

/** The definition, one rule a line; exponential, so for short texts only. */
function naive(glob: readonly string[], text: readonly string[]): boolean {
  const [head, ...rest] = glob;
  if (head === undefined) return text.length === 0;
  if (head === '*') return naive(rest, text) || (text.length > 0 && naive(glob, text.slice(1)));
  return text.length > 0 && (head === '?' || head === text[0]) && naive(rest, text.slice(1));
}

const character = fc.constantFrom('a', 'b', 'B', '.', '😀');
const text = fc.array(character, { maxLength: 8 });
const glob = fc.array(fc.oneof(character, fc.constantFrom('*', '?')), { maxLength: 7 });

describe('matchesGlob', () => {
  test.each([
    ['gpt-4o-mini*', 'gpt-4o-mini-2024-07-18', true],
    ['gpt-4o-mini*', 'gpt-4o-mini', true],
    ['gpt-4o', 'gpt-4o-mini', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['?', '', false],
    ['?', '😀', true],
    ['??', '😀', false],
    ['support-*', 'Support-v1', false],
    ['gpt-4.1*', 'gpt-4x1', false],
    ['(a+)+$', 'aaaa', false],
    ['[a-z]', 'b', false],
    ['a*b*c', 'a-b-b-c', true],
    ['*.*', 'a\nb.c', true],
  ])('%s and %s: %s', (pattern, value, expected) => {
    expect(matchesGlob(pattern, value)).toBe(expected);
  });

  test('agrees with the definition', () => {
    fc.assert(
      fc.property(glob, text, (pattern, value) => {
        expect(matchesGlob(pattern.join(''), value.join(''))).toBe(naive(pattern, value));
      }),
      { numRuns: 2000 },
    );
  });

  test('a text that is made to fit its glob is matched', () => {
    const part = fc.oneof(
      character.map((it) => ({ glob: it, text: it })),
      character.map((it) => ({ glob: '?', text: it })),
      text.map((it) => ({ glob: '*', text: it.join('') })),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const pattern = parts.map((it) => it.glob).join('');
        expect(matchesGlob(pattern, parts.map((it) => it.text).join(''))).toBe(true);
      }),
    );
  });

  test('a glob without * and ? matches itself only', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const literal = a.replaceAll(/[*?]/g, '');
        expect(matchesGlob(literal, literal)).toBe(true);
        expect(matchesGlob(literal, b)).toBe(literal === b);
      }),
    );
  });

  test('many stars that lead nowhere come to an end', () => {
    expect(matchesGlob(`${'*a'.repeat(300)}b`, 'a'.repeat(3000))).toBe(false);
  });
});
