import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';
import { ENV, OUTPUT, ROTATION_OUTPUT } from '../../lambdas/shared/contract/names.ts';
import { handlerPath, ROTATIONS, type RotationName } from '../../lib/bundle.ts';
import { rulePacks } from '../../lib/checks.ts';
import { isAllowed } from '../iam/evaluate.ts';
import { roleOf, rolesOf } from '../iam/roles.ts';
import { arnOnAws, environmentBytes, environmentOf, resolveOnAws } from './on-aws.ts';
import { functionOf, nameOf, outputRef, propertiesOf } from './reading.ts';
import { POLICY, synthesize } from './synthesize.ts';

const STACK = 'CheckpointSharing';
const ALL = `${POLICY}rotation: { adminKey: 60 days, projectKeys: 36 hours, webhookSecrets: 1 day }\n`;
const { app, template } = synthesize(ALL);
const schedules = (of = template) =>
  Object.values(propertiesOf(of, 'AWS::SecretsManager::RotationSchedule')).map(
    ({ SecretId, RotationLambdaARN, RotationRules, ...rest }) => ({
      secret: nameOf(SecretId ?? null),
      fn: nameOf(RotationLambdaARN ?? null),
      rules: RotationRules,
      rest,
    }),
  );

it('what is made for rotations is what was reviewed', () => {
  const ofRotations = Object.entries(template.toJSON().Resources).filter(([id]) => id.startsWith('Rotate'));
  const text = JSON.stringify(Object.fromEntries(ofRotations), null, 2).replace(/[0-9a-f]{64}\.zip/g, '<hash>.zip');
  expect(text).toMatchSnapshot();
});

it.each(rulePacks())('no rule of the pack $name is broken without a reason given', (pack) => {
  expect(pack.validateScope(app).violations).toEqual([]);
});

it.each(ROTATIONS)('the %s function has its handler where the bundler looks for it', (name) => {
  expect(existsSync(handlerPath(name))).toBe(true);
});

describe('without a word on it in the policy', () => {
  it('nothing is rotated, and nothing is there that could', () => {
    const { template: usual } = synthesize();
    expect(schedules(usual)).toEqual([]);
    for (const output of Object.values(ROTATION_OUTPUT)) expect(usual.toJSON().Outputs[output]).toBeUndefined();
  });

  it('on some of them, the others are not', () => {
    const { template: one } = synthesize(`${POLICY}rotation: { adminKey: 60 days }\n`);
    expect(Object.values(ROTATION_OUTPUT).filter((output) => output in one.toJSON().Outputs)).toEqual([
      ROTATION_OUTPUT['rotate-admin-key'],
    ]);
    expect(schedules(one)).toHaveLength(1);
  });
});

describe('a schedule', () => {
  it('is there for every secret, as often as the policy says, and does not begin with the deploy', () => {
    const rest = { RotateImmediatelyOnUpdate: false };
    expect(schedules()).toEqual([
      { secret: 'SecretsAdminKey', fn: 'RotateAdminKeyFunction', rules: rate('60 days'), rest },
      { secret: 'SecretsProjectKeyresearch', fn: 'RotateProjectKeyFunction', rules: rate('36 hours'), rest },
      { secret: 'SecretsWebhookSecretresearch', fn: 'RotateWebhookSecretFunction', rules: rate('1 day'), rest },
    ]);
  });

  const rate = (every: string) => ({ ScheduleExpression: `rate(${every})` });

  it('is there once for a secret that several sources verify with', () => {
    const arn = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:hooks';
    const sources = [arn, arn, `${arn}-others`].map(
      (secret, i) => `  source-${i}: { id: proj_${i}, source: { webhookSecret: '${secret}' } }`,
    );
    const { template: shared } = synthesize(
      `version: 1\nprojects:\n${sources.join('\n')}\nrotation: { webhookSecrets: 90 days }\n`,
    );
    const made = Object.values(propertiesOf(shared, 'AWS::SecretsManager::RotationSchedule'));
    expect(made.map(({ SecretId }) => SecretId)).toEqual([arn, `${arn}-others`]);
  });

  it('is left out on demand, and the functions are there all the same', () => {
    const { template: manual } = synthesize(ALL, { rotationSchedules: false });
    expect(schedules(manual)).toEqual([]);
    for (const output of Object.values(ROTATION_OUTPUT)) expect(functionOf(manual, output)).toBeDefined();
  });

  it.each(['3 hours', '90 minutes'])('cannot be every %s, and that is told before anything is deployed', (every) => {
    const yaml = `${POLICY}rotation: { adminKey: ${every} }\n`;
    const at = /^policy\.rotation\.adminKey: .*every 4 hours at most: .*rotationSchedules=false/;
    expect(() => synthesize(yaml)).toThrow(
      expect.objectContaining({ name: 'DeployError', message: expect.stringMatching(at) }),
    );
    expect(() => synthesize(yaml, { rotationSchedules: false })).not.toThrow();
  });
});

describe('the function of a rotation', () => {
  const arns = (() => {
    const keys = environmentOf(template, STACK, OUTPUT.observeFunction)[ENV.projectKeySecrets] ?? '{}';
    const hooks = environmentOf(template, STACK, OUTPUT.webhookFunction)[ENV.webhookSecrets] ?? '{}';
    return {
      admin: environmentOf(template, STACK, OUTPUT.shareFunction)[ENV.adminKeySecret] ?? '',
      project: String(JSON.parse(keys).research),
      webhook: String(JSON.parse(hooks).research),
    };
  })();
  const roleFor = (name: RotationName) =>
    roleOf(template, STACK, functionOf(template, ROTATION_OUTPUT[name]).Role['Fn::GetAtt'][0] ?? '');
  const allowed = (name: RotationName, action: string) =>
    Object.entries(arns)
      .filter(([, resource]) => isAllowed(roleFor(name), { action: `secretsmanager:${action}`, resource, context: {} }))
      .map(([secret]) => secret);

  it.each([
    ['rotate-admin-key', ['admin'], ['admin']],
    ['rotate-project-key', ['admin', 'project'], ['project']],
    ['rotate-webhook-secret', ['project', 'webhook'], ['webhook']],
  ] as const)('%s reads %j and writes %j, and no other secret', (name, read, written) => {
    expect(allowed(name, 'GetSecretValue')).toEqual(read);
    for (const action of ['PutSecretValue', 'UpdateSecretVersionStage', 'DescribeSecret']) {
      expect(allowed(name, action)).toEqual(written);
    }
    for (const action of ['CreateSecret', 'DeleteSecret', 'UpdateSecret']) expect(allowed(name, action)).toEqual([]);
  });

  it.each(ROTATIONS)('%s writes no row but those of keys and events', (name) => {
    const table = environmentOf(template, STACK, OUTPUT.shareFunction)[ENV.ledgerTable];
    const resource = arnOnAws('dynamodb', `table/${table}`);
    const written = Object.values(PARTITION).filter((partition) =>
      ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'].some((action) =>
        isAllowed(roleFor(name), {
          action: `dynamodb:${action}`,
          resource,
          context: { 'dynamodb:LeadingKeys': [partition] },
        }),
      ),
    );
    const events = [PARTITION.event, PARTITION.outbox];
    expect(written).toEqual(name === 'rotate-webhook-secret' ? events : [...events, PARTITION.key, PARTITION.pacer]);
  });

  it.each(ROTATIONS)('%s is invoked by Secrets Manager of this account, and by no other service', (name) => {
    const fn = { 'Fn::GetAtt': [outputRef(template, ROTATION_OUTPUT[name]), 'Arn'] };
    const permissions = Object.values(propertiesOf(template, 'AWS::Lambda::Permission')).filter(
      ({ FunctionName }) => JSON.stringify(FunctionName) === JSON.stringify(fn),
    );
    expect(permissions).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: fn,
        Principal: 'secretsmanager.amazonaws.com',
        SourceAccount: { Ref: 'AWS::AccountId' },
      },
    ]);
  });

  it('gives nobody else a right: the roles of the other functions are as they are without it', () => {
    const { template: usual } = synthesize();
    expect(rolesOf(template, STACK)).toEqual(rolesOf(usual, STACK));
  });

  it('is told of twenty sources, also where the stack has the longest name', () => {
    const stackName = 'S'.repeat(55);
    const sources = Array.from({ length: 20 }, (_, i) => `  source-${i}: { id: proj_${i}, source: {} }`);
    const rotation = 'rotation: { adminKey: 60 days, projectKeys: 60 days, webhookSecrets: 60 days }';
    const { template: many } = synthesize(`version: 1\nprojects:\n${sources.join('\n')}\n${rotation}\n`, { stackName });
    many.resourceCountIs('AWS::SecretsManager::RotationSchedule', 41);
    for (const name of ROTATIONS) {
      expect(environmentBytes(many, stackName, ROTATION_OUTPUT[name])).toBeLessThanOrEqual(4_096);
    }
    expect(resolveOnAws(many, stackName, { Ref: outputRef(many, ROTATION_OUTPUT['rotate-admin-key']) })).toMatch(/^S+/);
  });
});
