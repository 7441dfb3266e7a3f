import { describe, expect, test } from 'vitest';
import { parsePolicy } from '../../../lambdas/core/policy/parse.ts';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import { BASE, withRule } from './mistakes.ts';

function policyOf(text: string): Policy {
  const parsed = parsePolicy(text);
  if ('mistakes' in parsed) throw new Error(JSON.stringify(parsed.mistakes));
  return parsed.policy;
}

const ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:';

/** The example of the design, with whole ARNs. */
const EVERYTHING = `
# yaml-language-server: $schema=./sharing.schema.json
version: 1
openai:
  baseUrl: https://gateway.example/v1/
  adminKeySecret: ${ARN}openai/admin-AbCdEf
  adminRequestsPerMinute: 8
  tokenUrl: http://localhost:4010/oauth/token
rotation: { adminKey: 60 days, projectKeys: 36 hours, webhookSecrets: off, grace: 0, allowWiderAdminKey: true }
projects:
  research:
    id: proj_AAA
    source:
      apiKeySecret: ${ARN}key-AbCdEf
      webhookSecret: ${ARN}hook-AbCdEf
  prod-eu: { id: proj_BBB }
  prod-us: { id: proj_CCC }
rules:
  - name: support models to production
    from: research
    match:
      baseModel: gpt-4o-mini*
      suffix: support-*
      metadata: { stage: release }
    checkpoints: { best: full_valid_loss }
    to: [prod-eu, prod-us, proj_DDD, research]
    onDrift: report
    expireAfterDays: 90
permissions:
  - checkpoint: ft:gpt-4o-mini-2024-07-18:org-xyz::ABcDeFgH
    to: [prod-eu]
prune: true
reconcile: { every: 2 hours, verifyPerMinute: 0, auditLog: off }
shutdowns: { gpt-4o-mini*: 2027-01-14, '*': never }
`;

test('everything that can be written', () => {
  expect(policyOf(EVERYTHING)).toEqual({
    version: 1,
    openai: {
      baseUrl: 'https://gateway.example/v1',
      adminKeySecret: `${ARN}openai/admin-AbCdEf`,
      adminRequestsPerMinute: 8,
      tokenUrl: 'http://localhost:4010/oauth/token',
    },
    rotation: {
      adminKeySeconds: 5_184_000,
      projectKeysSeconds: 129_600,
      webhookSecretsSeconds: null,
      graceSeconds: 0,
      allowWiderAdminKey: true,
    },
    projects: [
      {
        alias: 'research',
        id: 'proj_AAA',
        source: { apiKeySecret: `${ARN}key-AbCdEf`, webhookSecret: `${ARN}hook-AbCdEf` },
      },
      { alias: 'prod-eu', id: 'proj_BBB', source: null },
      { alias: 'prod-us', id: 'proj_CCC', source: null },
    ],
    rules: [
      {
        name: 'support models to production',
        from: ['research'],
        match: { baseModel: 'gpt-4o-mini*', suffix: 'support-*', metadata: { stage: 'release' } },
        checkpoints: { kind: 'best', metric: 'full_valid_loss' },
        to: ['proj_BBB', 'proj_CCC', 'proj_DDD', 'proj_AAA'],
        onDrift: 'report',
        expireAfterDays: 90,
      },
    ],
    permissions: [{ checkpoint: 'ft:gpt-4o-mini-2024-07-18:org-xyz::ABcDeFgH', to: ['proj_BBB'] }],
    prune: true,
    reconcile: { everySeconds: 7200, verifyPerMinute: 0, auditLog: 'off' },
    shutdowns: [
      { baseModel: 'gpt-4o-mini*', date: '2027-01-14' },
      { baseModel: '*', date: null },
    ],
  });
});

test.each([
  ['workloadIdentity:', null],
  ['workloadIdentity: {}', null],
  [
    'workloadIdentity: { identityProviderId: idp_1, serviceAccountId: user-1 }',
    { identityProviderId: 'idp_1', serviceAccountId: 'user-1' },
  ],
])('a source without a stored key: %s', (written, given) => {
  const { projects } = policyOf(withRule().replace('source: {}', `source: { ${written} }`));
  expect(projects[0]?.source).toEqual({ apiKeySecret: null, webhookSecret: null, workloadIdentity: { given } });
});

test('defaults', () => {
  const policy = policyOf(withRule());
  expect(policy).toMatchObject({
    openai: {
      baseUrl: 'https://api.openai.com/v1',
      adminKeySecret: null,
      adminRequestsPerMinute: 6,
      tokenUrl: 'https://auth.openai.com/oauth/token',
    },
    rotation: { adminKeySeconds: null, projectKeysSeconds: null, webhookSecretsSeconds: null, graceSeconds: 86_400 },
    permissions: [],
    prune: false,
    reconcile: { everySeconds: 900, verifyPerMinute: 2, auditLog: 'auto' },
    shutdowns: [],
  });
  expect(policy.rules).toEqual([
    {
      name: 'one',
      from: ['research'],
      match: { baseModel: null, suffix: null, metadata: {} },
      checkpoints: { kind: 'final' },
      to: ['proj_EU'],
      onDrift: 'repair',
      expireAfterDays: null,
    },
  ]);
});

describe('forms', () => {
  test.each([
    ['final', { kind: 'final' }],
    ['all', { kind: 'all' }],
    ['{ last: 2 }', { kind: 'last', count: 2 }],
    ['{ best: train_mean_token_accuracy }', { kind: 'best', metric: 'train_mean_token_accuracy' }],
  ])('checkpoints: %s', (written, selection) => {
    expect(policyOf(withRule(`checkpoints: ${written}`)).rules[0]?.checkpoints).toEqual(selection);
  });

  test.each([
    ['1 minute', 60],
    ['90 minutes', 5400],
    ['1 hour', 3600],
    ['24 hours', 86_400],
    ['1440 minutes', 86_400],
  ])('every: %s', (every, seconds) => {
    expect(policyOf(`${BASE}reconcile: { every: ${every} }`).reconcile.everySeconds).toBe(seconds);
  });

  test.each([
    'https://api.openai.com/v1',
    'https://example.com',
    'http://localhost:8080/v1',
    'http://127.0.0.1:1',
    'http://127.255.0.3/v1',
    'http://[::1]:4000/v1',
  ])('baseUrl: %s', (baseUrl) => {
    expect(policyOf(`${BASE}openai: { baseUrl: "${baseUrl}" }`).openai.baseUrl).toBe(baseUrl);
  });

  test.each(['aws', 'aws-cn', 'aws-us-gov'])('an ARN of partition %s', (partition) => {
    const arn = `arn:${partition}:secretsmanager:cn-north-1:000000000000:secret:a/b_c+d=e.f@g-h`;
    expect(policyOf(`${BASE}openai: { adminKeySecret: "${arn}" }`).openai.adminKeySecret).toBe(arn);
  });

  test.each(['source:', 'source: {}', 'source: { apiKeySecret: }'.replace(' apiKeySecret: ', '')])(
    '%s is a source whose secrets the stack makes',
    (source) => {
      const policy = policyOf(`version: 1\nprojects:\n  lab:\n    id: proj_L\n    ${source}\n`);
      expect(policy.projects[0]?.source).toEqual({ apiKeySecret: null, webhookSecret: null });
    },
  );

  test.each(['', 'rules:', 'rules: []', 'permissions:', 'permissions: []'])('no rules and no pins: %j', (line) => {
    expect(policyOf(`${BASE}${line}\n`)).toMatchObject({ rules: [], permissions: [] });
  });

  test('from several sources, metadata without a condition, an empty suffix', () => {
    const text = withRule('match: { suffix: "", metadata: {} }')
      .replace('prod-us: { id: proj_US }', 'lab: { id: proj_L, source: }')
      .replace('from: research', 'from: [research, lab]');
    expect(policyOf(text).rules[0]).toMatchObject({
      from: ['research', 'lab'],
      match: { suffix: '', metadata: {} },
    });
  });
});

test('JSON is YAML too, indented by tabs and with a byte-order mark', () => {
  const file = { $schema: './sharing.schema.json', version: 1, projects: { a: { id: 'proj_A', source: null } } };
  expect(policyOf(`\uFEFF${JSON.stringify(file, null, '\t')}`).projects[0]?.alias).toBe('a');
});

test('lines end as they do on Windows', () => {
  expect(policyOf(EVERYTHING.replaceAll('\n', '\r\n'))).toEqual(policyOf(EVERYTHING));
});
