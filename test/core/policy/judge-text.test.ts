import { describe, expect, test } from 'vitest';
import { checkPolicy, formatWarnings, parsePolicy } from '../../../lambdas/core/policy/parse.ts';
import { BASE, mistakesOf, withRule } from './mistakes.ts';

/** The warnings of a text that is a policy, as `line:column path: warning: message`. */
function warningsOf(text: string): string[] {
  const checked = checkPolicy(text);
  expect(checked).toHaveProperty('policy');
  return formatWarnings(checked.warnings, '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.slice(1));
}

const match = (line: string) => withRule(`match: { ${line} }`);
const SMALL = 'base models are written in small letters, as in gpt-4o-mini*: this fits none';
const FINE_TUNED = 'warning: this fits only jobs that went on from a fine-tuned model';

describe('what can never fit is a mistake, at the very character', () => {
  test.each([
    ['baseModel: GPT-4o*', `10:25 rules[0].match.baseModel: ${SMALL}`],
    ['baseModel: gpt-4O*', `10:30 rules[0].match.baseModel: ${SMALL}`],
    ['baseModel: "?pt-4O"', `10:31 rules[0].match.baseModel: ${SMALL}`],
    ['baseModel: "gpt-4o* "', '10:25 rules[0].match.baseModel: white space at the beginning or the end: remove it'],
    ['baseModel: gpt\u00A04o', '10:28 rules[0].match.baseModel: an invisible character (U+00A0, a no-break space)'],
    [
      'baseModel: "gpt-[34]*"',
      '10:30 rules[0].match.baseModel: no model id has the character "["; * and ? are the only',
    ],
    [
      'baseModel: gpt\u20134o*',
      '10:28 rules[0].match.baseModel: no model id has the character "\u2013"; * and ? are the',
    ],
    ['baseModel: “gpt-4o*”', '10:25 rules[0].match.baseModel: a typographic quote: write " or \' instead'],
    ['suffix: ‘support-*’', '10:22 rules[0].match.suffix: a typographic quote'],
    ['suffix: sup\u00ADport', '10:25 rules[0].match.suffix: an invisible character (U+00AD, a soft hyphen): remove it'],
    ['suffix: "x\\u200b"', '10:22 rules[0].match.suffix: an invisible character (U+200B, a zero-width space)'],
    ['suffix: " support"', '10:22 rules[0].match.suffix: white space at the beginning or the end: remove it'],
    ['suffix: "a b"', '10:24 rules[0].match.suffix: no suffix in a model id has white space'],
    ['suffix: "ft:*:x"', '10:25 rules[0].match.suffix: a suffix has no colon: write the suffix alone'],
    ['suffix: a\uFFFDb', '10:23 rules[0].match.suffix: what stood here was lost when the file was converted'],
    ['suf\u200Bfix: a', '10:17 rules[0].match["suf\\u{200B}fix"]: an invisible character (U+200B, a zero-width space)'],
    ['suffix:\u00A0a', '10:21 rules[0].match["suffix:\\u{00A0}a"]: an invisible character (U+00A0, a no-break space)'],
  ])('%s', (line, mistake) => {
    expect(mistakesOf(match(line))).toEqual([expect.stringContaining(mistake)]);
  });

  test('a block that ends with its line', () => {
    expect(mistakesOf(withRule('match:', '  suffix: |', '    support-*'))).toEqual([
      '11:15 rules[0].match.suffix: white space at the beginning or the end: remove it',
    ]);
  });

  test.each([
    ['comma', 'ft:gpt-4o:acme::Mjcs3n8R,', '7:41', 'no model id has the character ",": remove it'],
    ['glob', '"ft:gpt-4o*:acme::Mjc"', '7:27', 'a pin is for one model id: write a rule for all that fit a glob'],
    [
      'zero-width space',
      'ft:gpt-4o:acme::Mjcs3n8R\u200B',
      '7:41',
      'an invisible character (U+200B, a zero-width space)',
    ],
  ])('a pin with a %s', (_, id, place, message) => {
    const text = `${BASE}permissions:\n  - checkpoint: ${id}\n    to: prod-eu\n`;
    expect(mistakesOf(text)).toEqual([expect.stringContaining(message)]);
    expect(mistakesOf(text)[0]).toContain(`${place} permissions[0].checkpoint: `);
  });

  test('aliases, ids, references, and keys of shutdowns', () => {
    const of = (name: string) => [expect.stringContaining(`${name}: an invisible character (U+200B`)];
    expect(mistakesOf(`${BASE}  lab\u200B: { id: proj_L }\n`)).toEqual(of('6:6 projects["lab\\u{200B}"]'));
    expect(mistakesOf(`${BASE}  lab: { id: proj_L\u200B }\n`)).toEqual(of('6:20 projects.lab.id'));
    expect(mistakesOf(withRule().replace('to: prod-eu', 'to: [prod-eu\u200B]'))).toEqual(of('9:17 rules[0].to[0]'));
    expect(mistakesOf(`${BASE}shutdowns: { gpt-4o\u200B: never }\n`)).toEqual(of('6:20 shutdowns["gpt-4o\\u{200B}"]'));
    expect(mistakesOf(`${BASE}shutdowns: { GPT-4o: never }\n`)).toEqual([`6:14 shutdowns.GPT-4o: ${SMALL}`]);
  });
});

describe('what may be meant is a warning, and a policy all the same', () => {
  test.each([
    ['baseModel: ft:gpt-4o*', `10:25 rules[0].match.baseModel: ${FINE_TUNED}`],
    ['baseModel: "*GPT*"', `10:27 rules[0].match.baseModel: ${FINE_TUNED}`],
    ['suffix: küche-*', '10:23 rules[0].match.suffix: warning: no suffix in a model id has the character "ü"'],
    [`suffix: ${'a'.repeat(65)}`, '10:22 rules[0].match.suffix: warning: OpenAI takes no suffix of over 64 characters'],
    ['metadata: { "stage ": x }', '10:26 rules[0].match.metadata["stage "]: warning: white space at the beginning'],
    ['metadata: { stage: “x” }', '10:33 rules[0].match.metadata.stage: warning: a typographic quote'],
    ['metadata: { stage: a\u00A0b }', '10:34 rules[0].match.metadata.stage: warning: an invisible character (U+00A0'],
  ])('%s', (line, warning) => {
    expect(warningsOf(match(line))).toEqual([expect.stringContaining(warning)]);
  });

  test('an invisible character in the name of a rule, but no emoji', () => {
    const named = (name: string) => warningsOf(withRule().replace('name: one', `name: ${name}`));
    expect(named('o\u200Bne')).toEqual([
      '7:12 rules[0].name: warning: an invisible character (U+200B, a zero-width space): remove it',
    ]);
    expect(named('“Küche” 👩‍💻 ❤️')).toEqual([]);
  });

  test('a pin of a base model with capital letters', () => {
    const pin = 'permissions: [{ checkpoint: "ft:GPT-4o:Acme:My:Ab", to: prod-eu }]\n';
    expect(warningsOf(`${BASE}${pin}`)).toEqual([
      expect.stringContaining('6:29 permissions[0].checkpoint: warning: base'),
    ]);
  });
});

test.each([
  'baseModel: "*", suffix: ""',
  'baseModel: gpt-4o-mini-2024-07-18, suffix: Support_v1.2-*',
  'baseModel: "?*"',
  `suffix: ${'a'.repeat(64)}*`,
  'metadata: { Stage: Release Candidate, kunde: Müller’s Küche }',
])('nothing is said of %s', (line) => {
  expect(warningsOf(match(line))).toEqual([]);
});

describe('the bytes of a file', () => {
  test('that are no UTF-8 are told line by line, and alone', () => {
    const latin1 = Buffer.from(match('suffix: "küche-*"').replace('name: one', 'name: für alle'), 'latin1');
    const message = 'bytes that are no UTF-8, as from an editor that writes Latin-1: save the file as UTF-8';
    expect(parsePolicy(latin1)).toEqual({
      mistakes: [
        { line: 7, column: 12, path: '', message },
        { line: 10, column: 24, path: '', message },
      ],
    });
  });

  test('may be UTF-16, with a mark or without, and UTF-8 with a mark', () => {
    const policy = parsePolicy(withRule());
    expect(policy).toHaveProperty('policy');
    for (const text of [withRule(), `\uFEFF${withRule()}`]) {
      expect(parsePolicy(Buffer.from(text, 'utf16le'))).toEqual(policy);
      expect(parsePolicy(Buffer.from(text, 'utf16le').swap16())).toEqual(policy);
      expect(parsePolicy(Buffer.from(text.replaceAll('\n', '\r\n')))).toEqual(policy);
    }
  });

  test('that are not YAML are told with what does not show outside of comments', () => {
    expect(mistakesOf(`${BASE}# a\u00A0comment\n\u00A0rules: [\n`)[0]).toBe(
      '7:1 an invisible character (U+00A0, a no-break space): remove it, or write the usual space',
    );
    expect(mistakesOf(`${BASE}rules: [ # a\u00A0comment\n`).join()).not.toContain('invisible');
  });
});
