import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { METRICS } from '../../../lambdas/core/model/job.ts';
import { formatMistakes, parsePolicy } from '../../../lambdas/core/policy/parse.ts';
import { type Policy, policyDigest, type Rule, type Selection } from '../../../lambdas/core/policy/policy.ts';
import { readPolicy } from '../../../lambdas/core/policy/read-policy.ts';
import { aPolicy } from './builders.ts';

const EXAMPLE = readFileSync(new URL('../../../sharing.example.yaml', import.meta.url), 'utf8');

/** Either a policy, or mistakes in the order of the text and within it. */
function expectAnAnswer(text: string) {
  const parsed = parsePolicy(text);
  if ('policy' in parsed) {
    expect(readPolicy(parsed.policy)).toBe(parsed.policy);
    return;
  }
  const { mistakes } = parsed;
  expect(mistakes.length).toBeGreaterThan(0);
  const lines = text.split('\n').length;
  for (const [i, { line, column, message }] of mistakes.entries()) {
    expect(line).toBeGreaterThanOrEqual(mistakes[i - 1]?.line ?? 1);
    expect(line).toBeLessThanOrEqual(lines);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(message).not.toBe('');
  }
}

describe('parsePolicy answers', () => {
  test('any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), expectAnAnswer), { numRuns: 1000 });
  });

  test('any heap of what YAML is made of', () => {
    const pieces = [
      '\n',
      '  ',
      ' ',
      '- ',
      ': ',
      '? ',
      '&a ',
      '*a',
      '<<',
      '{',
      '}',
      '[',
      ']',
      ',',
      '"',
      "'",
      '#',
      '|',
      '>',
    ];
    const more = [
      '!t ',
      '---\n',
      '...',
      '%YAML 1.1\n',
      '\t',
      '__proto__',
      'version',
      'projects',
      'rules',
      '1',
      '~',
      'a',
    ];
    const heap = fc.array(fc.constantFrom(...pieces, ...more), { maxLength: 25 }).map((all) => all.join(''));
    fc.assert(fc.property(heap, expectAnAnswer), { numRuns: 3000 });
  });

  test('any values at the places of the file', () => {
    const keys = [
      'version',
      'openai',
      'baseUrl',
      'projects',
      'id',
      'source',
      'rules',
      'name',
      'from',
      'to',
      'match',
      'x',
    ];
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 5 }, tie('leaf'), fc.array(tie('tree'), { maxLength: 3 }), tie('mapping')),
      mapping: fc.dictionary(fc.constantFrom(...keys, 'permissions', 'checkpoint', 'checkpoints', 'last'), tie('tree')),
      leaf: fc.constantFrom(null, true, 1, 0, -1.5, '', 'research', 'proj_A', 'ft:gpt-4o:org::a', 'final', 'x'),
    }));
    fc.assert(
      fc.property(tree, (value) => expectAnAnswer(stringify(value))),
      { numRuns: 1000 },
    );
  });

  test('the example with any piece of it taken out or put elsewhere', () => {
    const place = fc.nat(EXAMPLE.length);
    fc.assert(
      fc.property(place, fc.nat(40), fc.option(place), (from, length, to) => {
        const piece = EXAMPLE.slice(from, from + length);
        const rest = EXAMPLE.slice(0, from) + EXAMPLE.slice(from + length);
        expectAnAnswer(to === null ? rest : rest.slice(0, to) + piece + rest.slice(to));
      }),
      { numRuns: 300 },
    );
  });
});

test('no message repeats a secret that was written in the place of a value', () => {
  const lines = EXAMPLE.split('\n');
  const values = lines.flatMap((line, i) => (/^[ -]*\w+: +[^#\s]/.test(line) ? [i] : []));
  expect(values.length).toBeGreaterThan(20);
  for (const secret of ['sk-proj-verysecret', 'whsec_verysecret', '"sk-admin-verysecret', '{ sk-x: [verysecret']) {
    for (const i of values) {
      const text = lines.map((line, j) => (j === i ? line.replace(/: +.*/, `: ${secret}`) : line)).join('\n');
      const parsed = parsePolicy(text);
      const told = 'policy' in parsed ? '' : formatMistakes(parsed.mistakes, 'sharing.yaml');
      expect(told).not.toContain('verysecret');
    }
  }
});

test('nor one in the place of a name, which is a mistake wherever it stands', () => {
  const key = 'sk-admin-verysecret-0123456789';
  const ids = `version: 1\nprojects:\n  a: { id: proj_A, source: {} }\n  b: { id: proj_B }\nrules: [{ name: r, from: a, to: b }]\n`;
  const texts = [
    ids.replace('  a:', `  ${key}:`),
    ids.replace('  b:', `  ${key}:`),
    ids.replace('from: a', `from: ${key}`),
    ids.replace('name: r', `name: ${key}`),
    ids.replace('to: b', `to: b, match: { suffix: ${key} }`),
    ids.replace('to: b', `to: b, match: { metadata: { ${key}: x } }`),
    ids.replace('to: b', `to: b, match: { metadata: { k: "my ${key}" } }`),
    ids.replace('to: b', `to: b, ${key}: x`),
    `${ids}openai: { adminKey:${key} }\n`,
    `${ids}${key}:\n`,
    `${ids}$schema: ${key}\n`,
  ];
  for (const text of texts) {
    const parsed = parsePolicy(text);
    const told = 'policy' in parsed ? '' : formatMistakes(parsed.mistakes, 'sharing.yaml');
    expect(told).toContain('this looks like a key or a secret: replace it, and keep it out of this file');
    expect(told).not.toContain('verysecret');
  }
  // `sk` is Slovakia, too.
  const slovak = ids.replace('to: b', 'to: b, match: { suffix: sk-translations-for-support }');
  expect(parsePolicy(slovak)).toHaveProperty('policy');
});

describe('a policy written as a file', () => {
  const aliases = ['research', 'lab', 'prod-eu', 'prod-us'] as const;
  const projects = aliases.map((alias, i) => ({
    alias,
    id: `proj_${i}`,
    source: i < 2 ? { apiKeySecret: null, webhookSecret: null } : null,
  }));
  const glob = fc.option(fc.stringMatching(/^[a-z0-9.*?-]{1,10}$/));
  const selection: fc.Arbitrary<Selection> = fc.oneof(
    fc.constantFrom<Selection>({ kind: 'final' }, { kind: 'all' }),
    fc.integer({ min: 1, max: 1000 }).map<Selection>((count) => ({ kind: 'last', count })),
    fc.constantFrom(...METRICS).map<Selection>((metric) => ({ kind: 'best', metric })),
  );
  const rule: fc.Arbitrary<Rule> = fc.record({
    name: fc.string({ minLength: 1, maxLength: 20 }).filter((name) => /^\S(?:.*\S)?$/.test(name)),
    from: fc.subarray(['research', 'lab'], { minLength: 1 }),
    match: fc.record({
      baseModel: glob,
      suffix: glob,
      metadata: fc.dictionary(
        fc.string().filter((key) => key !== '__proto__'),
        fc.string(),
        { noNullPrototype: true, maxKeys: 3 },
      ),
    }),
    checkpoints: selection,
    to: fc.subarray(['proj_2', 'proj_3', 'proj_ELSEWHERE'], { minLength: 1 }),
    onDrift: fc.constantFrom('repair', 'report'),
    expireAfterDays: fc.option(fc.integer({ min: 1, max: 36_500 })),
  });
  const pin = fc.record({
    checkpoint: fc.stringMatching(/^[A-Za-z0-9]{1,8}$/).map((id) => `ft:gpt-4.1:org::${id}`),
    to: fc.subarray(['proj_0', 'proj_3', 'proj_ELSEWHERE'], { minLength: 1 }),
  });
  const shutdown = fc.record({
    baseModel: fc.stringMatching(/^[a-z*?][a-z0-9.*?-]{0,10}$/),
    date: fc.constantFrom('2027-01-14', '2028-02-29', null),
  });
  const policies: fc.Arbitrary<Policy> = fc
    .record({
      rules: fc.uniqueArray(rule, { selector: ({ name }) => name, maxLength: 4 }),
      permissions: fc.array(pin, { maxLength: 3 }),
      prune: fc.boolean(),
      reconcile: fc.record({
        everySeconds: fc.integer({ min: 1, max: 1440 }).map((minutes) => minutes * 60),
        verifyPerMinute: fc.nat(600),
        auditLog: fc.constantFrom('auto', 'off', 'required'),
      }),
      shutdowns: fc.uniqueArray(shutdown, { selector: ({ baseModel }) => baseModel, maxLength: 3 }),
    })
    .map(({ rules, ...parts }) => aPolicy(rules, { ...parts, projects }));

  /** What a person would write for it; `null` is left out. */
  function fileOf(policy: Policy, byAlias: boolean) {
    const written = (value: unknown) => JSON.parse(JSON.stringify(value, (_key, item) => item ?? undefined));
    const named = (ids: readonly string[]) => {
      return ids.map((id) => (byAlias ? (projects.find((project) => project.id === id)?.alias ?? id) : id));
    };
    const selected = (it: Selection) => {
      if (it.kind === 'last') return { last: it.count };
      return it.kind === 'best' ? { best: it.metric } : it.kind;
    };
    return {
      version: 1,
      projects: Object.fromEntries(projects.map(({ alias, ...project }) => [alias, written(project)])),
      rules: policy.rules.map((it) => ({ ...written(it), checkpoints: selected(it.checkpoints), to: named(it.to) })),
      permissions: policy.permissions.map(({ checkpoint, to }) => ({ checkpoint, to: named(to) })),
      prune: policy.prune,
      reconcile: {
        every: `${policy.reconcile.everySeconds / 60} minutes`,
        verifyPerMinute: policy.reconcile.verifyPerMinute,
        auditLog: policy.reconcile.auditLog,
      },
      shutdowns: Object.fromEntries(policy.shutdowns.map(({ baseModel, date }) => [baseModel, date ?? 'never'])),
    };
  }

  test('is that policy again, from YAML and from JSON, and after JSON in the function', () => {
    fc.assert(
      fc.property(policies, fc.boolean(), (policy, byAlias) => {
        const file = fileOf(policy, byAlias);
        expect(parsePolicy(stringify(file))).toEqual({ policy });
        expect(parsePolicy(JSON.stringify(file))).toEqual({ policy });
        const bundled = readPolicy(JSON.parse(JSON.stringify(policy)));
        expect(policyDigest(bundled)).toBe(policyDigest(policy));
      }),
      { numRuns: 150 },
    );
  });
});
