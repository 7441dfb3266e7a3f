import { describe, expect, test } from 'vitest';
import { firstInvisible, invisibleCharacters, showInvisible } from '../../../lambdas/core/text/characters.ts';

describe('what does not show', () => {
  test.each([
    ['\u00A0', 'U+00A0, a no-break space'],
    ['\u202F', 'U+202F, a no-break space'],
    ['\u3000', 'U+3000, a space of another kind'],
    ['\u200B', 'U+200B, a zero-width space'],
    ['\u200D', 'U+200D, a zero-width joiner'],
    ['\u00AD', 'U+00AD, a soft hyphen'],
    ['\uFEFF', 'U+FEFF, a byte order mark'],
    ['\u202E', 'U+202E, a mark of writing direction'],
    ['\u2069', 'U+2069, a mark of writing direction'],
    ['\u2028', 'U+2028, a line separator'],
    ['\u0007', 'U+0007, a control character'],
    ['\u{E0041}', 'U+E0041, a character that does not show'],
    ['\u3164', 'U+3164, a character that does not show'],
    ['\ud800', 'U+D800, half a character'],
  ])('%j is %s', (character, name) => {
    expect(firstInvisible(`a${character}b`)).toEqual(expect.objectContaining({ character, name }));
  });

  test.each(['support-*', 'küche 模型', 'a\tb\r\n', '👩‍💻 and ❤️ 👍🏽', ''])('everything shows in %j', (text) => {
    expect(firstInvisible(text)).toBeUndefined();
    expect(showInvisible(text)).toBe(text);
  });

  test('is found at every place, and shown as an escape', () => {
    expect(invisibleCharacters('a\u00A0b\u200B').map(({ index }) => index)).toEqual([1, 3]);
    expect(showInvisible('a\u00A0b\u200B')).toBe('a\\u{00A0}b\\u{200B}');
  });
});
