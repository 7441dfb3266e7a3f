import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { checkPolicy, parsePolicy } from '../../../lambdas/core/policy/parse.ts';
import { BASE, mistakesOf, withRule } from './mistakes.ts';

/** Of either byte order. */
function utf32(text: string, order: 'LE' | 'BE'): Buffer {
  return Buffer.concat(
    [...text].map((character) => {
      const bytes = Buffer.alloc(4);
      bytes[order === 'LE' ? 'writeUInt32LE' : 'writeUInt32BE'](character.codePointAt(0) ?? 0);
      return bytes;
    }),
  );
}

const mistakes = (bytes: Uint8Array) => {
  const parsed = parsePolicy(bytes);
  return 'mistakes' in parsed ? parsed.mistakes.map(({ line, column, message }) => `${line}:${column} ${message}`) : [];
};

describe('the bytes of a file that hold no text', () => {
  test.each([
    ['UTF-32LE', utf32(BASE, 'LE'), 'in UTF-32'],
    ['UTF-32BE', utf32(BASE, 'BE'), 'in UTF-32'],
    ['UTF-32LE with a mark', utf32(`\uFEFF${BASE}`, 'LE'), 'in UTF-32'],
    ['UTF-32BE with a mark', utf32(`\uFEFF${BASE}`, 'BE'), 'in UTF-32'],
    ['gzip', gzipSync(BASE), 'compressed with gzip'],
    ['a ZIP archive', Buffer.concat([Buffer.from('PK\u0003\u0004'), deflateRawSync(BASE)]), 'a ZIP archive'],
    ['a PDF', Buffer.from('%PDF-1.7\n%\u00e2\u00e3', 'latin1'), 'a PDF'],
    ['git-crypt', Buffer.from('\0GITCRYPT\0\u00e2\u00e3', 'latin1'), 'encrypted with git-crypt'],
    ['an old document', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'a document of a word processor'],
    ['RTF', Buffer.from('{\\rtf1\\ansi version: 1}'), 'a document of a word processor'],
    ['a picture', Buffer.from('89504e470d0a1a0a', 'hex'), 'a picture'],
  ])('are called what they are, and that alone: %s', (_, bytes, form) => {
    expect(mistakes(bytes)).toEqual([`1:1 the file is ${form}: save it as a text in UTF-8`]);
  });

  test.each([
    ['at the beginning', `\0${BASE}`, '1:1'],
    ['within a word', BASE.replace('research', 'rese\0arch'), '3:7'],
    ['behind the end', `${BASE}\0\0\0\0`, '6:1'],
  ])('may have a NUL, which is told where it is: %s', (_, text, place) => {
    expect(mistakes(Buffer.from(text))).toContainEqual(
      expect.stringContaining(`${place} an invisible character (U+0000`),
    );
    expect(mistakes(Buffer.from(text)).join()).not.toContain('UTF-16');
  });

  test('are told for UTF-16 that was cut', () => {
    expect(mistakes(Buffer.from(`\uFEFF${BASE}`, 'utf16le').subarray(0, -1))).toEqual([
      '5:27 bytes that are no UTF-16, as where it was cut, or UTF-8 was put to it: save the file as UTF-8',
    ]);
  });

  test('are lines that only old editors end so', () => {
    expect(mistakes(Buffer.from(BASE.replaceAll('\n', '\r')))).toEqual([
      '1:11 a line ends in a carriage return alone: save the file with line feeds',
    ]);
    const told = [expect.stringMatching(/^\d:\d+ a line ends in a carriage return alone/)];
    expect(mistakes(Buffer.from(BASE.replaceAll('\n', '\r\r\n')))).toEqual(told);
    // Else it would be part of the comment.
    expect(mistakes(Buffer.from(`# all of it\rprune: true\n${BASE}`))).toEqual(told);
    expect(mistakes(Buffer.from(`${BASE.trimEnd()}\r`))).toEqual(told);
  });
});

test.each(['\u0085', '\u2028', '\u2029'])('what editors show as the end of a line ends no comment: %j', (end) => {
  const message =
    'an end of line that is none in YAML, so that what follows it is part of the comment: write a line feed';
  expect(mistakes(Buffer.from(`${BASE}# all of it${end}prune: true\n`))).toEqual([`6:12 ${message}`]);
  expect(mistakes(Buffer.from(`${BASE}prune: true # yes${end}reconcile: {}\n`))).toEqual([`6:18 ${message}`]);
  expect(mistakes(Buffer.from(`${BASE}# all of it${end}\n`))).toEqual([]);
});

describe('characters that look like others', () => {
  const [A, COLON, ONE] = ['\u0430', '\uFF1A', '\uFF11'];
  test.each([
    ['the id of a project', BASE.replace('proj_EU', `proj_${A}U`), '4:23', `"${A}" (U+0430, a Cyrillic letter)`],
    ['an alias', BASE.replace('prod-us', `pr\u03BFd-us`), '5:5', '"\u03BF" (U+03BF, a Greek letter)'],
    [
      'an alias that is named',
      withRule().replace('to: prod-eu', 'to: prod\u2010eu'),
      '9:13',
      '"\u2010" (U+2010, a dash)',
    ],
    ['a key', `${BASE}rul\u0435s: []\n`, '6:4', '"\u0435" (U+0435, a Cyrillic letter)'],
    ['a digit', BASE.replace('1', ONE), '1:10', `"${ONE}" (U+FF11, a full-width form)`],
    [
      'a colon within braces',
      BASE.replace('id: proj_EU', `id${COLON}proj_EU`),
      '4:16',
      `"${COLON}" (U+FF1A, a full-width`,
    ],
    [
      'a letter of mathematics',
      BASE.replace('proj_EU', 'proj_\u{1D5A4}U'),
      '4:23',
      '(U+1D5A4, a letter of mathematics',
    ],
  ])('are named, in %s', (_, text, place, name) => {
    const told = mistakesOf(text).find((mistake) => mistake.includes('only looks like a plain character'));
    expect(told).toContain(name);
    expect(told).toMatch(new RegExp(`^${place} `));
  });

  test.each([
    ['ft\uFF1Agpt-4o:acme::Mjcs3n8R', '7:21', '"\uFF1A" (U+FF1A, a full-width form)'],
    ['ft:gpt-4o:\u0430cme::Mjcs3n8R', '7:29', '"\u0430" (U+0430, a Cyrillic letter)'],
    ['ft:gpt\u20134o:acme::Mjcs3n8R', '7:25', '"\u2013" (U+2013, a dash)'],
  ])('are named, in the id of a pin: %s', (id, place, name) => {
    const pin = `${BASE}permissions:\n  - { checkpoint: ${id}, to: prod-eu }\n`.replace(
      '{ checkpoint: ',
      '{ checkpoint: ',
    );
    const [first] = mistakesOf(pin);
    expect(first).toContain(`${name}: write the plain one in its place`);
    expect(first?.split(' ')[0]).toBe(place);
  });

  test.each([
    [
      'a colon',
      BASE.replace('version:', `version${COLON}`),
      '1:8 a full-width "\uFF1A": write the usual : in its place',
    ],
    ['a brace', BASE.replace('{ id: proj_EU }', '\uFF5B id: proj_EU \uFF5D'), '4:12 a full-width "\uFF5B"'],
    ['a comma', BASE.replace('proj_R,', 'proj_R\uFF0C'), '3:25 a full-width "\uFF0C"'],
    ['the sign of a comment', `${BASE}\uFF03 none\n`, '6:1 a full-width "\uFF03"'],
  ])('are named instead of what the parser makes of them: %s', (_, text, mistake) => {
    expect(mistakesOf(text)).toEqual([expect.stringContaining(mistake)]);
  });

  test('are let be where anything may stand', () => {
    const rule = withRule('match: { metadata: { команда: "поиск：１" } }').replace('name: one', 'name: Поиск：１');
    expect(checkPolicy(rule)).toMatchObject({ policy: {}, warnings: [] });
    expect(mistakesOf(`${BASE}openai: { baseUrl: "https://пример.example/v1" }\n`)).toEqual([]);
  });

  test('are named in the address that keys are sent to, where they stand among plain ones', () => {
    expect(mistakesOf(`${BASE}openai: { baseUrl: "https://api.openаi.com/v1" }\n`)).toEqual([
      expect.stringContaining('"а" (U+0430, a Cyrillic letter) only looks like a plain character'),
    ]);
  });
});
