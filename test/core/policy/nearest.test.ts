import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest } from '../../../lambdas/core/policy/nearest.ts';

const KEYS = ['baseModel', 'suffix', 'metadata'];

test.each([
  ['bse_model', 'baseModel'],
  ['BaseModel', 'baseModel'],
  ['base-model', 'baseModel'],
  ['sufix', 'suffix'],
  ['meatdata', 'metadata'],
  ['meta', undefined],
  ['model', undefined],
  ['', undefined],
  ['x'.repeat(101), undefined],
])('%j is near %s', (word, key) => {
  expect(nearest(word, KEYS)).toBe(key);
});

test('the nearer one of two', () => {
  expect(nearest('prod-us', ['prod-eu', 'prod-us2'])).toBe('prod-us2');
});

test('two letters exchanged in a short word', () => {
  expect(nearest('form', ['to', 'from'])).toBe('from');
  expect(nearest('ot', ['to', 'from'])).toBe('to');
});

test('no candidates, no guess', () => {
  expect(nearest('a', [])).toBeUndefined();
});

test('a word is nearest to itself, and to itself with a character too many', () => {
  const word = fc.constantFrom(...KEYS);
  fc.assert(
    fc.property(word, fc.nat(6), fc.constantFrom('x', 'q'), (key, at, extra) => {
      expect(nearest(key, KEYS)).toBe(key);
      expect(nearest(key.slice(0, at) + extra + key.slice(at), KEYS)).toBe(key);
    }),
  );
});
