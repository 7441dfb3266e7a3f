import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../../lambdas/core/policy/parse.ts';
import { BASE, mistakesOf, withRule } from './mistakes.ts';

const ids = (count: number, from = 0) =>
  `[${Array.from({ length: count }, (_, index) => `proj_${from + index}`).join(', ')}]`;
const ruleTo = (to: string) => withRule().replace('to: prod-eu', `to: ${to}`);
const pinned = (...pins: readonly string[]) => `${BASE}permissions:\n${pins.map((pin) => `  - { ${pin} }\n`).join('')}`;
const model = (suffix: string) => `ft:gpt-4o-mini:org:${suffix}:Abc`;

describe('what does not fit a row of the ledger is a mistake', () => {
  it('of more than 1,000 targets of a rule or a pin', () => {
    expect(mistakesOf(ruleTo(ids(1_000)))).toEqual([]);
    expect(mistakesOf(ruleTo(ids(1_001)))).toEqual(['9:9 rules[0].to: the list is too long: write at most 1000']);
    expect(mistakesOf(pinned(`checkpoint: "${model('')}", to: ${ids(1_001)}`))).toEqual([
      expect.stringMatching(/^7:\d+ permissions\[0\]\.to: the list is too long: write at most 1000$/),
    ]);
  });

  it('of one checkpoint that several pins give more than 1,000 targets together', () => {
    const first = `checkpoint: "${model('')}", to: ${ids(600)}`;
    expect(mistakesOf(pinned(first, `checkpoint: "${model('')}", to: ${ids(600, 400)}`))).toEqual([]);
    expect(mistakesOf(pinned(first, `checkpoint: "${model('other')}", to: ${ids(600, 600)}`))).toEqual([]);
    expect(mistakesOf(pinned(first, `checkpoint: "${model('')}", to: ${ids(600, 600)}`))).toEqual([
      expect.stringMatching(
        /^8:\d+ permissions\[1\]\.to: with it this checkpoint has 1200 targets: write at most 1000$/,
      ),
    ]);
  });

  it('of a pinned model id of more than 400 bytes', () => {
    expect(mistakesOf(pinned(`checkpoint: "${model('s'.repeat(400))}", to: prod-eu`))).toEqual([
      "7:19 permissions[0].checkpoint: write a model id of at most 400 bytes: OpenAI's are shorter",
    ]);
    expect(mistakesOf(pinned(`checkpoint: "${model('s'.repeat(370))}", to: prod-eu`))).toEqual([]);
  });

  it('of a project id of more than 128 characters, wherever it is named', () => {
    const id = `proj_${'x'.repeat(124)}`;
    expect(mistakesOf(BASE.replace('proj_EU', id))).toEqual([
      '4:18 projects.prod-eu.id: write an id in at most 128 characters',
    ]);
    expect(mistakesOf(ruleTo(id))).toEqual(['9:9 rules[0].to: write an alias, or an id in at most 128 characters']);
    expect(mistakesOf(ruleTo(id.slice(1, -1)))).toHaveLength(1);
    expect(mistakesOf(ruleTo(id.slice(0, -1)))).toEqual([]);
  });
});

it('the longest name of a rule has 200 letters, of whatever writing', () => {
  for (const letter of ['r', '规']) {
    expect(parsePolicy(withRule().replace('name: one', `name: ${letter.repeat(200)}`))).toHaveProperty('policy');
    expect(mistakesOf(withRule().replace('name: one', `name: ${letter.repeat(201)}`))).toEqual([
      '7:11 rules[0].name: write a name for the rule, in at most 200 characters on one line',
    ]);
  }
});
