import { describe, expect, it } from 'vitest';
import { checkPolicy, formatWarnings, parsePolicy } from '../../../lambdas/core/policy/parse.ts';
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

/** The warnings of a text that is a policy. */
function warningsOf(text: string): string[] {
  const checked = checkPolicy(text);
  expect(checked).toHaveProperty('policy');
  return checked.warnings.map((warning) => formatWarnings([warning], '').slice(1));
}

describe('what may be too much for a row, once rules meet, is a warning', () => {
  const PROJECTS = 'version: 1\nprojects:\n  research: { id: proj_R, source: {} }\n  lab: { id: proj_L, source: {} }\n';
  const rules = (...all: readonly string[]) =>
    `${PROJECTS}rules:\n${all.map((rule, at) => `  - { name: r${at}, ${rule} }\n`).join('')}`;
  const from = (source: string, to: string, match = '') =>
    `from: ${source}, ${match && `match: { ${match} }, `}to: ${to}`;

  it('of several rules of a source, at the one with which it is so', () => {
    const text = rules(...[0, 400, 800, 1_200].map((first) => from('research', ids(400, first))));
    expect(warningsOf(text)).toEqual([
      expect.stringMatching(
        /^8:\d+ rules\[2\]\.to: warning: with the other rules that may match the same job, a checkpoint of research may have 1600 targets: write at most 1000 for all of them together, or /,
      ),
    ]);
  });

  it('to the very target, each counted once, and the owning project not at all', () => {
    const beside = (second: string) => warningsOf(rules(from('research', ids(600)), from('research', second)));
    expect(beside(ids(600, 400))).toEqual([]);
    expect(beside(ids(601, 400))).toHaveLength(1);
    expect(beside(ids(600, 400).replace('[', '[proj_R, '))).toEqual([]);
  });

  it('not of rules that never match the same job, but of those that may', () => {
    const both = (one: string, other: string, source = 'research') =>
      warningsOf(rules(from('research', ids(600), one), from(source, ids(600, 600), other))).filter((warning) =>
        warning.includes('may have 1200 targets'),
      ).length;
    expect(both('', '', 'lab')).toBe(0);
    expect(both('', '', '[lab, research]')).toBe(1);
    expect(both('suffix: a', 'suffix: b')).toBe(0);
    expect(both('suffix: a', 'suffix: a')).toBe(1);
    expect(both('suffix: a', 'suffix: b*')).toBe(1);
    expect(both('suffix: a', 'baseModel: gpt-4o')).toBe(1);
    expect(both('baseModel: gpt-4o', 'baseModel: gpt-4.1')).toBe(0);
    expect(both('baseModel: gpt-4o', 'baseModel: "ft:gpt-4o:org::A"')).toBe(1);
    expect(both('metadata: { stage: a }', 'metadata: { stage: b }')).toBe(0);
    expect(both('metadata: { stage: a }', 'metadata: { team: b }')).toBe(1);
  });

  it('of a pin beside rules, at its last one', () => {
    const pin = (suffix: string, to: string) =>
      `permissions:\n  - { checkpoint: "${model(suffix)}", to: proj_P }\n  - { checkpoint: "${model(suffix)}", to: ${to} }\n`;
    const one = rules(from('research', ids(600), 'suffix: support-*'));
    expect(warningsOf(`${one}${pin('support-1', ids(400, 599))}`)).toEqual([]);
    expect(warningsOf(`${one}${pin('other', ids(900, 600))}`)).toEqual([]);
    expect(warningsOf(`${one}${pin('support-1', ids(400, 600))}`)).toEqual([
      expect.stringMatching(
        /^9:\d+ permissions\[1\]\.to: warning: with the rules that may match its job, this checkpoint may have 1001 targets: write at most 1000/,
      ),
    ]);
    const two = rules(from('research', ids(600)), from('research', ids(600, 600)));
    expect(warningsOf(`${two}${pin('support-1', ids(400, 600))}`)).toEqual([expect.stringMatching(/rules\[1\]/)]);
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
