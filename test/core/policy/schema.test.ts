import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { policyTypes } from '../../../bin/policy-types.ts';
import { parsePolicy } from '../../../lambdas/core/policy/parse.ts';
import { policyJsonSchema } from '../../../lambdas/core/policy/schema.ts';
import { mistakesOf, withRule } from './mistakes.ts';

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
const example = read('sharing.example.yaml');

test('sharing.schema.json is current (else: npm run schema)', () => {
  expect(JSON.parse(read('sharing.schema.json'))).toEqual(JSON.parse(JSON.stringify(policyJsonSchema())));
});

test('lib/policy-types.ts is current (else: npm run schema)', () => {
  expect(read('lib/policy-types.ts')).toBe(policyTypes(policyJsonSchema()));
});

describe('sharing.example.yaml', () => {
  test('parses', () => {
    expect(mistakesOf(example)).toEqual([]);
  });

  test('still does with everything in it that is commented out', () => {
    const uncommented = example.replaceAll(/^# (?:openai|rotation|shutdowns):\n(?:# {3}.*\n)*/gm, (block) =>
      block.replaceAll(/^# /gm, ''),
    );
    const parsed = parsePolicy(uncommented);
    expect('policy' in parsed && parsed.policy.openai.adminKeySecret).toMatch(/^arn:aws:secretsmanager:/);
    expect('policy' in parsed && parsed.policy.rotation.adminKeySeconds).toBe(60 * 86_400);
    expect('policy' in parsed && parsed.policy.shutdowns).toHaveLength(2);
  });
});

describe('an editor with the JSON schema', () => {
  const editor = z.fromJSONSchema(JSON.parse(read('sharing.schema.json')));

  test.each([
    ['the example', example, true],
    ['a rule', withRule('checkpoints: { last: 2 }'), true],
    ['an unknown key', withRule('match: { base: x }'), false],
    ['another form', withRule('checkpoints: none'), false],
    ['an alias that no URL can hold', withRule().replaceAll('prod-us', 'Prod_US'), false],
    ['a date', withRule().replace('rules:', 'shutdowns: { gpt-4o: 2027-01-14 }\nrules:'), true],
    ['no date', withRule().replace('rules:', 'shutdowns: { gpt-4o: soon }\nrules:'), false],
    ['rotations', withRule().replace('rules:', 'rotation: { adminKey: 60 days, grace: 0 }\nrules:'), true],
    ['no time', withRule().replace('rules:', 'rotation: { adminKey: soon }\nrules:'), false],
    ['a number out of range', withRule('expireAfterDays: 0'), false],
  ])('judges %s as the parser does', (_what, text, accepted) => {
    expect(editor.safeParse(parse(text)).success).toBe(accepted);
    expect(mistakesOf(text).length === 0).toBe(accepted);
  });

  test('finds a word on every key', () => {
    const missing: string[] = [];
    const visit = (schema: unknown, path: string) => {
      if (typeof schema !== 'object' || schema === null) return;
      for (const [key, value] of Object.entries(schema)) {
        if (key === 'properties') {
          for (const [name, property] of Object.entries(value)) {
            if (!Object.hasOwn(property as object, 'description')) missing.push(`${path}.${name}`);
          }
        }
        visit(value, `${path}.${key}`);
      }
    };
    visit(policyJsonSchema(), '');
    expect(missing).toEqual([]);
  });
});
