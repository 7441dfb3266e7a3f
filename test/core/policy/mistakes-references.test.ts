import { describe, expect, test } from 'vitest';
import { formatMistakes, parsePolicy } from '../../../lambdas/core/policy/parse.ts';
import { BASE, mistakesOf, withRule } from './mistakes.ts';

describe('projects', () => {
  test('an alias that no URL can hold', () => {
    const wanted = 'write an alias of small letters, digits and hyphens, at most 63: it is part of a URL';
    expect(
      mistakesOf(`${BASE}  Prod_3: { id: proj_3 }\n  -x: { id: proj_4 }\n  ${'a'.repeat(64)}: { id: proj_5 }\n`),
    ).toEqual([
      `6:3 projects.Prod_3: ${wanted}`,
      `7:3 projects.-x: ${wanted}`,
      `8:3 projects.${'a'.repeat(64)}: ${wanted}`,
    ]);
  });

  test('one project under two aliases', () => {
    expect(mistakesOf(`${BASE}  twin: { id: proj_EU }\n`)).toEqual([
      '6:15 projects.twin.id: this is the id of prod-eu already: keep one alias',
    ]);
  });

  test('a source with a key and an identity', () => {
    const given = 'apiKeySecret: arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf, workloadIdentity: {}';
    expect(mistakesOf(`${BASE}  x: { id: proj_X, source: { ${given} } }\n`)).toEqual([
      '6:107 projects.x.source.workloadIdentity: this source has apiKeySecret as well: keep one of both',
    ]);
  });

  test('half an identity', () => {
    expect(
      mistakesOf(`${BASE}  x: { id: proj_X, source: { workloadIdentity: { serviceAccountId: user-1 } } }\n`),
    ).toEqual([
      '6:48 projects.x.source.workloadIdentity: write identityProviderId, too, or leave both out: "ckpt sources connect" makes them',
    ]);
  });

  test('aliases that JavaScript objects have by nature are aliases like others', () => {
    expect(mistakesOf(`${BASE}  constructor: { id: proj_C }\n`)).toEqual([]);
    expect(
      mistakesOf(withRule().replace('prod-eu\n', 'constructor\n').replace('to: prod-eu', 'to: constructor')),
    ).toEqual(['9:9 rules[0].to: unknown alias; known aliases: research, prod-eu, prod-us']);
  });
});

describe('from', () => {
  const from = (value: string) => mistakesOf(withRule().replace('from: research', `from: ${value}`));

  test.each([
    ['reserch', '8:11 rules[0].from: unknown alias; did you mean research? aliases with a source: research'],
    ['lab', '8:11 rules[0].from: unknown alias; aliases with a source: research'],
    ['proj_R', '8:11 rules[0].from: write the alias of this project, research'],
    ['proj_X', '8:11 rules[0].from: unknown alias; aliases with a source: research'],
    [
      'prod-us',
      '8:11 rules[0].from: projects.prod-us has no source: add "source: {}" to it, so that its jobs are watched',
    ],
    ['[research, research]', '8:22 rules[0].from[1]: this project is in the list already: keep one'],
    ['[research, nobody]', '8:22 rules[0].from[1]: unknown alias; aliases with a source: research'],
  ])('%s', (value, mistake) => {
    expect(from(value)).toEqual([mistake]);
  });
});

describe('to', () => {
  const to = (value: string) => mistakesOf(withRule().replace('to: prod-eu', `to: ${value}`));

  test.each([
    ...['prod-eu, prod-us', 'prod-eu prod-us', 'prod-eu;proj_X', '\n      -prod-eu\n      -prod-us'].map((several) => [
      several,
      expect.stringMatching(
        /^(?:9:9|10:7) rules\[0\]\.to: several in one text: write a list, as in \[prod-eu, prod-us\]$/,
      ),
    ]),
    ['"*"', '9:9 rules[0].to: globs mean nothing here: name each project'],
    ['[prod-*]', '9:10 rules[0].to[0]: globs mean nothing here: name each project'],
    ['prod_eu', '9:9 rules[0].to: unknown alias; did you mean prod-eu? known aliases: research, prod-eu, prod-us'],
    ['[prod-eu, nobody]', '9:19 rules[0].to[1]: unknown alias; known aliases: research, prod-eu, prod-us'],
    ['[prod-eu, proj_EU]', '9:19 rules[0].to[1]: this project is in the list already: keep one'],
    ['research', '9:9 rules[0].to: this project owns the checkpoints itself: write another one'],
    ['[proj_R]', '9:9 rules[0].to: this project owns the checkpoints itself: write another one'],
  ])('%s', (value, mistake) => {
    expect(to(value)).toEqual([mistake]);
  });

  test.each(['proj_ELSEWHERE', '[prod-eu, research]', '[prod-eu, proj_ELSEWHERE]'])('%s is right', (value) => {
    expect(to(value)).toEqual([]);
  });

  test('a source may be the only target of another source', () => {
    const two = withRule().replace('prod-us: { id: proj_US }', 'lab: { id: proj_L, source: {} }');
    expect(
      mistakesOf(two.replace('from: research', 'from: [research, lab]').replace('to: prod-eu', 'to: lab')),
    ).toEqual([]);
  });
});

test('two rules of one name', () => {
  expect(mistakesOf(`${withRule()}  - { name: one, from: research, to: prod-us }\n`)).toEqual([
    '10:13 rules[1].name: rules[0] has this name: write one of its own',
  ]);
});

test('targets of pins', () => {
  const pins = 'permissions:\n  - checkpoint: ft:gpt-4o:org::a\n    to: [prod-us, prod_eu]\n';
  expect(mistakesOf(`${BASE}${pins}`)).toEqual([
    '8:19 permissions[0].to[1]: unknown alias; did you mean prod-eu? known aliases: research, prod-eu, prod-us',
  ]);
});

test('everything at once, in the order of the file, whatever else is wrong', () => {
  const text = `version: 1
prune: maybe
projects:
  research: { id: proj_R, source: {} }
  prod: { id: nope }
rules:
  - name: one
    from: reserch
    to: [prod, prodd]
    checkpoints: { last: none }
  - name: one
    form: research
    to: proj_R
permissions: none
`;
  const parsed = parsePolicy(text);
  if ('policy' in parsed) throw new Error('this text has mistakes');
  expect(parsed.mistakes[0]).toEqual({
    line: 2,
    column: 8,
    path: 'prune',
    message: 'this is a text: write true or false',
  });
  expect(formatMistakes(parsed.mistakes, 'sharing.yaml').split('\n')).toEqual([
    'sharing.yaml:2:8 prune: this is a text: write true or false',
    'sharing.yaml:5:15 projects.prod.id: write the id of the project, proj_…',
    'sharing.yaml:8:11 rules[0].from: unknown alias; did you mean research? aliases with a source: research',
    'sharing.yaml:9:16 rules[0].to[1]: unknown alias; did you mean prod? known aliases: research, prod',
    'sharing.yaml:10:26 rules[0].checkpoints.last: this is a text: write a whole number from 1 to 1000',
    'sharing.yaml:11:5 rules[1].from: missing: write the alias of a source or a list of them',
    'sharing.yaml:11:11 rules[1].name: rules[0] has this name: write one of its own',
    'sharing.yaml:12:5 rules[1].form: unknown key; did you mean from?',
    'sharing.yaml:14:14 permissions: this is a text: write a list of { checkpoint: ft:…, to: […] }',
  ]);
});
