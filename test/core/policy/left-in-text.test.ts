import { describe, expect, test } from 'vitest';
import { checkPolicy, formatWarnings } from '../../../lambdas/core/policy/parse.ts';
import { BASE, mistakesOf, withRule } from './mistakes.ts';

const UNFILLED = 'a placeholder that nothing was put in for: this file is taken as it is, so write the value itself';

describe('a placeholder that was not filled in', () => {
  test.each([
    [`\${PROD}`, '4:18'],
    [`proj_\${PROD}`, '4:23'],
    [`\${{ secrets.PROD }}`, '4:18'],
    ['{% raw %}x{% endraw %}', '4:18'],
  ])('is told, and not what the parser makes of it: id: %s', (id, place) => {
    const text = BASE.replace('proj_EU', id);
    expect(mistakesOf(text)).toEqual([`${place} ${UNFILLED}`]);
  });

  test.each([
    ['$PROD_EU', '4:18'],
    [`"\${PROD}"`, '4:19'],
    ['"{{ .Values.prod }}"', '4:19'],
    ['"%PROD%"', '4:19'],
    ['"@PROD@"', '4:19'],
    ['<%= prod %>', '4:18'],
    ['<your project id>', '4:18'],
  ])('is told where YAML can be read: id: %s', (id, place) => {
    expect(mistakesOf(BASE.replace('proj_EU', id))).toEqual([`${place} projects.prod-eu.id: ${UNFILLED}`]);
  });

  test('is a mistake where nothing fits it, and a warning where anything may stand', () => {
    expect(mistakesOf(withRule(`match: { suffix: "\${SUFFIX}-*" }`))).toEqual([
      `10:23 rules[0].match.suffix: ${UNFILLED}`,
    ]);
    expect(mistakesOf(`${BASE}openai: { baseUrl: "https://\${HOST}/v1" }\n`)).toEqual([
      `6:29 openai.baseUrl: ${UNFILLED}`,
    ]);
    const checked = checkPolicy(
      withRule(`match: { metadata: { stage: "\${STAGE}" } }`).replace('name: one', 'name: $NAME'),
    );
    expect(checked).toHaveProperty('policy');
    expect(formatWarnings(checked.warnings, '').split('\n')).toEqual([
      `:7:11 rules[0].name: warning: ${UNFILLED}`,
      `:10:34 rules[0].match.metadata.stage: warning: ${UNFILLED}`,
    ]);
  });

  test('is told of a whole template, line by line', () => {
    expect(mistakesOf(`{% if prod %}\n${BASE}{% endif %}\n`)).toEqual([`1:1 ${UNFILLED}`, `7:1 ${UNFILLED}`]);
  });
});

describe('lines of other tools are told for what they are', () => {
  const MERGE = 'the mark of a merge that was not finished: keep one side, and remove the marks';
  test.each([
    [
      'a merge',
      `${BASE.replace('  prod-eu', '<<<<<<< HEAD\n  prod-eu').replace('  prod-us', '=======\n  prod-us')}>>>>>>> b\n`,
      [`4:1 ${MERGE}`, `6:1 ${MERGE}`, `8:1 ${MERGE}`],
    ],
    [
      'a code block',
      `\`\`\`yaml\n${BASE}\`\`\`\n`,
      [1, 7].map((line) => `${line}:1 the fence of a code block: remove this line`),
    ],
    ['a part of a diff', `@@ -1,2 +1,2 @@\n${BASE}`, ['1:1 a line of a diff: save the file itself in its place']],
  ])('%s', (_, text, mistakes) => {
    expect(mistakesOf(text)).toEqual(mistakes);
  });
});

test('once the parser has lost its way, only what it lost it at is told', () => {
  const lost = 'this does not belong here: check the indentation, the brackets and the quotes before it';
  expect(mistakesOf(`a: [b]]\n${BASE}c: [d]]\n`)).toEqual([`1:7 ${lost}`]);
  expect(mistakesOf(`a: [b]]\nc: @d\n`)).toEqual([`1:7 ${lost}`]);
});

test.each([
  ['ft:gpt-4o:acme::Mjc.', '.'],
  ['"ft:gpt-4o:acme::Mjc:"', ':'],
])('a pin that ends so: %s', (id, end) => {
  expect(mistakesOf(`${BASE}permissions: [{ checkpoint: ${id}, to: prod-eu }]\n`)).toEqual([
    `6:29 permissions[0].checkpoint: no model id ends in "${end}": remove it`,
  ]);
});
