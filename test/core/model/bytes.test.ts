import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesOf, shortened } from '../../../lambdas/core/model/bytes.ts';

it.each([
  ['abcdef', 6, 'abcdef'],
  ['abcdefg', 6, 'abc…'],
  ['规规规', 9, '规规规'],
  ['规规规规', 9, '规规…'],
  ['😀😀😀', 11, '😀😀…'],
])('of %s, %i bytes are %s', (text, most, kept) => {
  expect(shortened(text, most)).toBe(kept);
});

it('is never longer than asked for, has no half letter, and begins as the text does', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 3, max: 40 }), (text, most) => {
      const short = shortened(text, most);
      expect(bytesOf(short)).toBeLessThanOrEqual(most);
      expect(short.isWellFormed()).toBe(true);
      expect(text.startsWith(short.replace(/…$/, ''))).toBe(true);
    }),
  );
});
