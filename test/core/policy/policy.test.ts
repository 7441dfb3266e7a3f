import { describe, expect, test } from 'vitest';
import { SettingsError } from '../../../lambdas/core/errors.ts';
import { aliasOf, findProject, type Policy, policyDigest, sourcesOf } from '../../../lambdas/core/policy/policy.ts';
import { readPolicy } from '../../../lambdas/core/policy/read-policy.ts';
import { aPolicy, aRule } from './builders.ts';

const policy = aPolicy([aRule()], { permissions: [{ checkpoint: 'ft:gpt-4.1:org::Abc', to: ['proj_EU'] }] });

describe('look-ups', () => {
  test('a project by its alias, an alias by the project id', () => {
    expect(findProject(policy, 'prod-eu')?.id).toBe('proj_EU');
    expect(findProject(policy, 'constructor')).toBeUndefined();
    expect(aliasOf(policy, 'proj_US')).toBe('prod-us');
    expect(aliasOf(policy, 'proj_ELSEWHERE')).toBeNull();
  });

  test('the projects that are watched', () => {
    expect(sourcesOf(policy).map(({ alias }) => alias)).toEqual(['research']);
  });
});

describe('policyDigest', () => {
  const digest = policyDigest(policy);
  const [research, ...others] = policy.projects;

  test('is the same for the same policy, whatever the order of its keys', () => {
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    const reversed = Object.fromEntries(Object.entries(policy).reverse()) as unknown as Policy;
    expect(policyDigest(reversed)).toBe(digest);
    expect(policyDigest(JSON.parse(JSON.stringify(policy)))).toBe(digest);
  });

  test.each<[string, Partial<Policy>]>([
    ['base URL', { openai: { ...policy.openai, baseUrl: 'https://gateway.example/v1' } }],
    ['admin key', { openai: { ...policy.openai, adminKeySecret: 'arn:aws:secretsmanager:x' } }],
    ['schedule', { reconcile: { everySeconds: 60, verifyPerMinute: 0, auditLog: 'off' } }],
    ['shutdowns', { shutdowns: [{ baseModel: 'gpt-4.1', date: '2027-01-14' }] }],
    ['project that no rule names', { projects: [...policy.projects, { alias: 'new', id: 'proj_NEW', source: null }] }],
  ])('does not change with the %s', (_what, change) => {
    expect(policyDigest({ ...policy, ...change })).toBe(digest);
  });

  test.each<[string, Partial<Policy>]>([
    ['rule', { rules: [] }],
    ['rule order', { rules: [aRule({ name: 'first' }), aRule()] }],
    ['target', { rules: [aRule({ to: ['proj_US'] })] }],
    ['condition', { rules: [aRule({ match: { baseModel: null, suffix: 'x', metadata: {} } })] }],
    ['metadata condition', { rules: [aRule({ match: { baseModel: null, suffix: null, metadata: { a: 'b' } } })] }],
    ['selection', { rules: [aRule({ checkpoints: { kind: 'last', count: 2 } })] }],
    ['expiry', { rules: [aRule({ expireAfterDays: 1 })] }],
    ['drift', { rules: [aRule({ onDrift: 'report' })] }],
    ['pin', { permissions: [] }],
    ['pruning', { prune: true }],
    [
      'id of a source',
      { projects: [{ alias: 'research', id: 'proj_OTHER', source: research?.source ?? null }, ...others] },
    ],
  ])('changes with the %s', (_what, change) => {
    expect(policyDigest({ ...policy, ...change })).not.toBe(digest);
  });
});

describe('readPolicy', () => {
  test('gives back a policy that went through JSON', () => {
    expect(readPolicy(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
  });

  test('an empty policy is one', () => {
    expect(readPolicy(aPolicy([]))).toEqual(aPolicy([]));
  });

  const [rule] = policy.rules;
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'it is not a JSON object'],
    ['null', null, 'it is not a JSON object'],
    ['a list', [], 'it is not a JSON object'],
    ['an empty object', {}, 'its version is not 1'],
    ['another version', { ...policy, version: 2 }, 'its version is not 1'],
    ['no rules', { ...policy, rules: undefined }, 'rules is missing'],
    ['rules of another form', { ...policy, rules: { a: 1 } }, 'rules is missing'],
    ['a rule without targets', { ...policy, rules: [{ ...rule, to: [] }] }, 'rules is missing'],
    ['a rule that lost its conditions', { ...policy, rules: [{ ...rule, match: {} }] }, 'rules is missing'],
    ['a rule whose target is an alias', { ...policy, rules: [{ ...rule, to: ['prod-eu'] }] }, 'rules is missing'],
    ['projects by alias, as in the file', { ...policy, projects: { a: { id: 'proj_A' } } }, 'projects is missing'],
    ['a pin without a checkpoint', { ...policy, permissions: [{ to: ['proj_A'] }] }, 'permissions is missing'],
    ['prune as a word', { ...policy, prune: 'no' }, 'prune is missing'],
    ['no base URL', { ...policy, openai: { adminRequestsPerMinute: 6 } }, 'openai is missing'],
    ['no schedule', { ...policy, reconcile: null }, 'reconcile is missing'],
    ['shutdowns by model, as in the file', { ...policy, shutdowns: { 'gpt-4.1': 'never' } }, 'shutdowns is missing'],
    ['a shutdown that lost its date', { ...policy, shutdowns: [{ baseModel: 'x' }] }, 'shutdowns is missing'],
  ])('refuses %s', (_what, json, problem) => {
    expect(() => readPolicy(json)).toThrow(SettingsError);
    expect(() => readPolicy(json)).toThrow(problem);
  });

  test('tells everything that is missing at once', () => {
    expect(() => readPolicy({ version: 1 })).toThrow(
      /openai .*projects .*rules .*permissions .*prune .*reconcile .*shutdowns /,
    );
  });
});
