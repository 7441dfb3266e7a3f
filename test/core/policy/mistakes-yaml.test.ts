import { describe, expect, test } from 'vitest';
import { checkPolicy, parsePolicy } from '../../../lambdas/core/policy/parse.ts';
import { BASE, mistakesOf, withRule } from './mistakes.ts';

describe('the YAML itself', () => {
  test.each([
    ['projects: [a', '1:13', 'wrong indentation, or a missing ] or }'],
    ['projects:\n\ta: b', '2:1', 'a tab cannot indent'],
    ['a: "b', '1:6', 'a quote, a comma, a colon or a space is missing here'],
    ['a: b: c', '1:4', 'a second key on the same line'],
    ['a: @b', '1:4', 'text that begins with this character needs quotes'],
    ['a: "\\q"', '1:5', 'unknown escape'],
    ['a: [b]]', '1:7', 'this does not belong here'],
    ['['.repeat(5000), '1:', 'nested too deeply'],
  ])('%#: what cannot be read is told alone', (text, place, message) => {
    const [first, ...others] = mistakesOf(text);
    expect(first).toContain(`${place}`);
    expect(first).toContain(message);
    expect(others.filter((mistake) => mistake.includes('missing: write'))).toEqual([]);
  });

  test('a mistake of syntax repeats nothing of the file', () => {
    expect(mistakesOf('a: "sk-admin-abc').join()).not.toContain('sk-admin');
    expect(mistakesOf('a: @sk-admin-abc').join()).not.toContain('sk-admin');
    expect(mistakesOf('? [sk-admin-abc]\n: b').join()).not.toContain('sk-admin');
  });

  test('a key given twice', () => {
    expect(mistakesOf(`${BASE}prune: false\nprune: true\n`)).toEqual([
      '7:1 prune: this key was given before: keep one',
    ]);
    expect(mistakesOf(withRule('match: { suffix: a, suffix: b }'))).toEqual([
      '10:25 rules[0].match.suffix: this key was given before: keep one',
    ]);
    expect(mistakesOf(`{"version": 1, "version": 1, "projects": {}}`)).toEqual([
      '1:16 version: this key was given before: keep one',
    ]);
  });

  test('a second document', () => {
    expect(mistakesOf(`${BASE}---\n${BASE}`)).toEqual([
      '6:1 a second document begins here: keep one, and remove the ---',
    ]);
  });

  test('tags', () => {
    expect(mistakesOf(withRule('match: !!set { suffix }'))[0]).toBe(
      '10:12 tags (!name) mean nothing here: remove it, or put the text in quotes',
    );
    expect(mistakesOf(`${BASE}prune: !Ref Prune\n`)).toHaveLength(2);
  });

  test('a key that would get lost, and with it the condition', () => {
    expect(mistakesOf(withRule('match: { metadata: { __proto__: release } }'))).toEqual([
      '10:26 rules[0].match.metadata.__proto__: a key cannot have this name: choose another',
    ]);
  });

  test('a key that is not text', () => {
    expect(mistakesOf(`${BASE}? [a]\n: b\n`)).toEqual(['6:3 a key must be text']);
  });
});

describe('text that needs quotes is told so, wherever it is', () => {
  const STAR = 'put text that begins with * in quotes, as in "*-prod"';
  test.each([
    ['suffix: *', '10:22', STAR],
    ['suffix: *-prod', '10:22', 'in quotes where it begins with *, as in "*-prod"'],
    ['suffix: *support*', '10:22', 'in quotes where it begins with *'],
    ['baseModel: *mini*', '10:25', 'in quotes where it begins with *'],
    ['metadata: { stage: *release }', '10:33', 'in quotes where it begins with *'],
    ['metadata: { *stage: release }', '10:26', STAR],
    ['metadata: { *stage : release }', '10:26', STAR],
    ['suffix: *a b', '10:22', STAR],
    ['suffix: &co-*', '10:22', 'put text that begins with & in quotes'],
    ['suffix: &', '10:22', 'put text that begins with & in quotes'],
    ['suffix: @x', '10:22', 'needs quotes, as in "@x"'],
    ['suffix: `x', '10:22', 'needs quotes, as in "`x"'],
    ['suffix: %x', '10:22', 'needs quotes, as in "%x"'],
    ['suffix: !x', '10:22', 'put the text in quotes'],
    ['suffix: {{x}}', '10:23', 'put text that begins with { in quotes'],
    ['suffix: {x}', '10:22', 'write a text, in quotes where it begins with {'],
    ['suffix: [ab]*', '10:22', 'put text that begins with [ in quotes, as in "[x]"'],
    ['suffix: [^a]-prod', '10:22', 'put text that begins with [ in quotes'],
    ['suffix: {a,b}-*', '10:22', 'put text that begins with { in quotes'],
    ['metadata: { stage: {a,b}* }', '10:33', 'put text that begins with { in quotes'],
    ['suffix: [a-z]?', '10:22', 'put text that begins with [ in quotes'],
    ['suffix: ! prod', '10:22', 'tags (!name) mean nothing here: remove it, or put the text in quotes'],
    ['suffix: [a, b]', '10:22', 'write a text, in quotes where it begins with [ or -'],
  ])('match: { %s }', (line, place, message) => {
    expect(mistakesOf(withRule(`match: { ${line} }`))).toEqual([expect.stringContaining(message)]);
    expect(mistakesOf(withRule(`match: { ${line} }`))[0]).toContain(`${place} `);
  });

  test.each([
    ['suffix: >x', '11:15', 'put text that begins with > in quotes'],
    ['suffix: |x', '11:15', 'put text that begins with | in quotes'],
    ['suffix: - x', '11:15', 'put text that begins with - in quotes, as in "- x"'],
    ['suffix: -', '11:15', 'put text that begins with - in quotes'],
    ['suffix: {a,b}*', '11:15', 'put text that begins with { in quotes'],
    ['suffix: [ab]*', '11:15', 'put text that begins with [ in quotes'],
    ['[ab]*: x', '11:7', 'put text that begins with [ in quotes'],
    ['suffix: *[0-9]', '11:15', STAR],
    ['suffix: *{a,b}', '11:15', STAR],
    ['? suffix: x', '11:15', 'put text that begins with ? in quotes, as in "?x"'],
    ['suffix: *x, y', '11:15', STAR],
    ['suffix: *x: y', '11:15', STAR],
    ['*suffix: x', '11:7', STAR],
    ['*suffix : x', '11:7', STAR],
    ['suffix: # none', '11:7', 'this is empty: write a text, in quotes where it begins with #'],
  ])('in a block: %s', (line, place, message) => {
    const [first, ...others] = mistakesOf(withRule('match:', `  ${line}`));
    expect(first).toContain(message);
    expect(first).toContain(`${place} `);
    expect(others).toEqual([]);
  });

  test('every alias without an anchor is told, and one that has its anchor is not blamed', () => {
    expect(mistakesOf(withRule('match: { suffix: *-a, baseModel: *-b }'))).toHaveLength(2);
    expect(mistakesOf(`${BASE}rules: &all []\npermissions: *all x\n`).join()).not.toContain('quotes, as in');
  });
});

test('an anchor that nothing refers to is worth a word: it may have been meant as text', () => {
  const warningsOf = (line: string) => checkPolicy(withRule(`match: { ${line} }`)).warnings;
  expect(warningsOf('suffix: &co prod')).toEqual([
    {
      line: 10,
      column: 22,
      path: 'rules[0].match.suffix',
      message: expect.stringContaining('put the text in quotes, as in "&co-*"'),
    },
  ]);
  expect(warningsOf('suffix: &co prod, baseModel: *co')).toEqual([]);
});

describe('anchors, aliases and merge keys', () => {
  test('are followed', () => {
    const rules = `rules:
  - &first { name: one, from: &sources [research], to: prod-eu, match: &match { suffix: a } }
  - { <<: *first, name: two, to: prod-us }
  - { name: three, from: *sources, to: prod-us, match: { <<: [{ suffix: b }, *match], baseModel: c } }
`;
    const parsed = parsePolicy(`${BASE}${rules}`);
    expect('policy' in parsed && parsed.policy.rules).toMatchObject([
      { name: 'one', from: ['research'], to: ['proj_EU'], match: { suffix: 'a' } },
      { name: 'two', from: ['research'], to: ['proj_US'], match: { suffix: 'a' } },
      { name: 'three', from: ['research'], match: { suffix: 'b', baseModel: 'c' } },
    ]);
  });

  test('a mistake in what is repeated is told wherever it counts', () => {
    const rules = `rules:
  - { name: one, from: research, to: &to [nobody] }
  - { name: two, from: research, to: *to }
`;
    expect(mistakesOf(`${BASE}${rules}`)).toEqual([
      '7:43 rules[0].to[0]: unknown alias; known aliases: research, prod-eu, prod-us',
      '7:43 rules[1].to[0]: unknown alias; known aliases: research, prod-eu, prod-us',
    ]);
  });

  test('a large policy may repeat its targets often', () => {
    const rule = (i: number) => `  - { name: rule ${i}, from: research, to: *to }\n`;
    const rules = Array.from({ length: 500 }, (_, i) => rule(i)).join('');
    const text = `${BASE}rules:\n  - { name: first, from: research, to: &to [prod-eu, prod-us] }\n${rules}`;
    expect(mistakesOf(text)).toEqual([]);
  });

  test.each([
    ['an anchor that is not there', 'a: *nobody', '1:4 a: no anchor of this name before it: write the value itself'],
    ['an anchor that comes later', 'a: *b\nc: &b 1', '1:4 a: no anchor of this name before it: write the value itself'],
    ['a merge of no mapping', 'a: { <<: 5 }', '1:10 a.["<<"]: only mappings can be merged'],
    ['an alias within itself', 'a: &a [*a, *a]', '1:8 a[0][0][0]: nested too deeply'],
    ['a merge within itself', 'a: &a { <<: *a }', '1:13 a["<<"]: nested too deeply'],
    ['merges that multiply', 'a: &a { b: { <<: *a }, c: { <<: *a } }', 'nested too deeply'],
  ])('%s', (_what, text, mistake) => {
    const mistakes = mistakesOf(text);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toContain(mistake.replace('.["', '["'));
  });

  test('a few lines that unfold into millions', () => {
    const level = (i: number) => `k${i + 1}: &k${i + 1} [${Array(9).fill(`*k${i}`).join(', ')}]\n`;
    const bomb = `k0: &k0 [a, b]\n${Array.from({ length: 9 }, (_, i) => level(i)).join('')}`;
    expect(mistakesOf(bomb)).toEqual([expect.stringContaining('aliases repeat too much of the file')]);
    const merges = `a: &a { ${Array.from({ length: 200 }, (_, i) => `k${i}: 1`).join(', ')} }\nb: { <<: [${Array(2000).fill('*a').join(', ')}] }`;
    expect(mistakesOf(merges)).toEqual([expect.stringContaining('aliases repeat too much of the file')]);
  });
});
