import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { type IVpc, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { afterAll, describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import { checkPolicy } from '../../lambdas/core/policy/parse.ts';
import type { policyFile } from '../../lambdas/core/policy/schema.ts';
import type { METRICS } from '../../lambdas/shared/contract/metrics.ts';
import { ENV, OUTPUT, POLICY_FILE } from '../../lambdas/shared/contract/names.ts';
import { rulePacks } from '../../lib/checks.ts';
import {
  CheckpointSharing,
  type CheckpointSharingProps,
  type MetricName,
  type SharingPolicy,
} from '../../lib/index.ts';
import { nameOf, propertiesOf, type Statement, statementsOf } from './reading.ts';

const root = mkdtempSync(join(tmpdir(), 'sharing-construct-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const POLICY: SharingPolicy = {
  version: 1,
  projects: { research: { id: 'proj_AAA', source: {} }, 'prod-eu': { id: 'proj_BBB' } },
  rules: [{ name: 'all to production', from: 'research', to: 'prod-eu' }],
};

const newApp = () => new App({ outdir: mkdtempSync(join(root, 'app-')), analyticsReporting: false });
const newStack = (name = 'Mine') => new Stack(newApp(), name);

function messageOf(props: CheckpointSharingProps, scope = newStack()): string {
  try {
    new CheckpointSharing(scope, 'Sharing', props);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('These properties were taken');
}

/** Whether a thing may be written to, or be told to be undefined, makes no difference. */
type Plain<T> = T extends readonly (infer Item)[]
  ? readonly Plain<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Plain<Exclude<T[K], undefined>> }
    : T;

describe('the policy', () => {
  it('is typed as the schema has it', () => {
    type InFile = Omit<z.input<typeof policyFile>, '$schema'>;
    expectTypeOf<Plain<SharingPolicy>>().toEqualTypeOf<Plain<InFile>>();
  });

  it('as an object has the mistakes that it has as a file, all at once, told by their place in it', () => {
    const wrong = { ...POLICY, rulez: [], rules: [{ name: 'x', from: 'reserch', to: 'prod-eu', onDrift: 'mend' }] };
    const checked = checkPolicy(JSON.stringify(wrong));
    const mistakes = 'mistakes' in checked ? checked.mistakes : [];
    expect(mistakes.length).toBe(3);
    expect(messageOf({ policy: wrong as unknown as SharingPolicy }).split('\n')).toEqual(
      mistakes.map(({ path, message }) => `policy.${path}: ${message}`),
    );
  });

  it('as a file has its mistakes told with their lines', () => {
    const file = join(root, 'bad.yaml');
    writeFileSync(file, 'version: 2\nprojects: {}\nrulez: []\n');
    expect(messageOf({ policyFile: file })).toMatch(/bad\.yaml:1:10 version: .*\n.*bad\.yaml:3:1 rulez: /);
    expect(messageOf({ policyFile: join(root, 'none.yaml') })).toMatch(
      /^There is no policy file .*none\.yaml: policyFile must name one\.$/,
    );
  });

  it('is given once', () => {
    for (const props of [{}, { policy: POLICY, policyFile: 'sharing.yaml' }]) {
      expect(messageOf(props)).toMatch(/needs its policy, once/);
    }
  });

  it('holds nothing that is known only when the stack is deployed, but for secrets', () => {
    const stack = newStack();
    const rules = [{ name: stack.stackId, from: 'research', to: 'prod-eu' }];
    expect(messageOf({ policy: { ...POLICY, rules } }, stack)).toMatch(/known only when the stack is deployed/);
  });
});

describe('a stack', () => {
  it('holds one, for the names follow from its own', () => {
    const stack = newStack();
    new CheckpointSharing(stack, 'Sharing', { policy: POLICY });
    expect(() => new CheckpointSharing(stack, 'Other', { policy: POLICY })).toThrow(
      /holds a CheckpointSharing already: give each OpenAI organisation a stack of its own/,
    );
  });

  it('has a name that leaves room, known beforehand', () => {
    expect(messageOf({ policy: POLICY }, newStack('a'.repeat(56)))).toContain('up to 54');
    expect(messageOf({ policy: POLICY }, new NestedStack(newStack(), 'Nested'))).toContain('a nested stack has none');
  });
});

describe('two organisations in one account', () => {
  const app = newApp();
  const templates = ['First', 'Second'].map((name) => {
    const stack = new Stack(app, name);
    new CheckpointSharing(stack, 'Sharing', { policy: POLICY, outputs: name === 'First' });
    return stack;
  });
  const [first, second] = templates.map((stack) => Template.fromStack(stack));

  it('have no name in common that anybody has given', () => {
    const unique = /^(?:(?:Function|Alarm|Table|Queue|Role|Dashboard|LogGroup)?Name|MetricTransformations)$/;
    const namesIn = (template: Template | undefined) =>
      Object.values<{ Type: string; Properties?: object }>(template?.toJSON().Resources ?? {})
        // Of these many may have one name.
        .filter(({ Type }) => Type !== 'AWS::ApiGatewayV2::Api')
        .flatMap(({ Properties = {} }) => Object.entries(Properties))
        .filter(([key, value]) => unique.test(key) && (typeof value === 'string' || Array.isArray(value)))
        .map(([, value]) => JSON.stringify(value));
    const names = namesIn(first);
    expect(names).toContain('"First-operator"');
    expect(names.filter((name) => !name.includes('First'))).toEqual([]);
    expect(names.filter((name) => namesIn(second).includes(name))).toEqual([]);
  });

  it('have outputs unless they are not wanted', () => {
    expect(Object.keys(first?.toJSON().Outputs)).toEqual(expect.arrayContaining(Object.values(OUTPUT)));
    expect(second?.toJSON().Outputs).toBeUndefined();
  });
});

describe('with everything of one’s own', () => {
  const app = newApp();
  const stack = new Stack(app, 'Own');
  const key = new Key(stack, 'Key', { enableKeyRotation: true });
  const topic = new Topic(stack, 'Topic', { masterKey: key, enforceSSL: true });
  // The casts: the CDK's own classes do not fit their interfaces under TypeScript's exactOptionalPropertyTypes.
  const bus = new EventBus(stack, 'Bus') as IEventBus;
  const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 }) as IVpc;
  const group = new SecurityGroup(stack, 'Group', { vpc });
  const pacer = Table.fromTableName(stack, 'Pacer', 'Other-Ledger');
  const secret = new Secret(stack, 'ProjectKey', { encryptionKey: key });
  const file: SharingPolicy = {
    ...POLICY,
    openai: { adminKeySecret: Secret.fromSecretNameV2(stack, 'AdminKey', 'openai/admin').secretArn },
    projects: {
      ...POLICY.projects,
      research: { id: 'proj_AAA', source: { apiKeySecret: secret.secretArn } },
      keyless: { id: 'proj_CCC', source: { workloadIdentity: {} } },
    },
    rotation: { adminKey: '60 days' },
  };
  const sharing = new CheckpointSharing(stack, 'Sharing', {
    policy: file,
    encryptionKey: key,
    alarmTopic: topic,
    eventBus: bus,
    vpc,
    vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
    securityGroups: [group],
    pacerTable: pacer,
  });
  const roleOf = (id: string) => new Role(stack, id, { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  const [people, keepers] = [roleOf('People'), roleOf('Keepers')];
  sharing.grantOperate(people);
  sharing.grantKeys(keepers);
  const metric = sharing.metric('AdminCalls', {
    dimensionsMap: { Endpoint: 'checkpoint-permissions.create', Answer: 'ok' },
  });
  const violations = rulePacks().flatMap((pack) => pack.validateScope(app).violations);
  const template = Template.fromStack(stack);
  const functions = Object.entries(propertiesOf(template, 'AWS::Lambda::Function'));
  const variables = functions.map(([, { Environment }]) => (Environment as never as { Variables: object }).Variables);
  const refOf = (resource: Parameters<Stack['getLogicalId']>[0] | undefined) =>
    resource === undefined ? '' : stack.getLogicalId(resource);
  const keyArn = { 'Fn::GetAtt': [refOf(key.node.defaultChild as never), 'Arn'] };

  it('no rule is broken without a reason given, but those of what stands around it', () => {
    const around = /^Own\/(?:Vpc|ProjectKey|Topic|Key|Group)\b/;
    const ours = violations.flatMap(({ violatingResources, ruleName }) =>
      violatingResources.flatMap(({ constructPath = '' }) =>
        around.test(constructPath) ? [] : [`${ruleName} ${constructPath}`],
      ),
    );
    expect(ours).toEqual([]);
  });

  it('a role that may operate may invoke one function, and one that may keep keys another', () => {
    const granted = (role: Role): Statement[] => statementsOf(template, refOf(role.node.defaultChild as never));
    const only = (name: string) => [
      {
        Action: 'lambda:InvokeFunction',
        Effect: 'Allow',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(name), 'Arn'] },
      },
    ];
    expect(granted(people)).toEqual(only('^SharingOperatorFunction'));
    expect(granted(keepers)).toEqual(only('^SharingKeysFunction'));
  });

  it('table, queues and secrets that are made have the key, and every function may use it', () => {
    const [table] = Object.values(propertiesOf(template, 'AWS::DynamoDB::Table'));
    expect(table?.SSESpecification).toMatchObject({ SSEType: 'KMS', KMSMasterKeyId: keyArn });
    for (const queue of Object.values(propertiesOf(template, 'AWS::SQS::Queue'))) {
      expect(queue.KmsMasterKeyId).toEqual(keyArn);
    }
    const secrets = Object.values(propertiesOf(template, 'AWS::SecretsManager::Secret'));
    expect(secrets).toHaveLength(3);
    for (const made of secrets) expect(made.KmsKeyId).toEqual(keyArn);
    expect(functions).toHaveLength(8);
    for (const [, { Role: role }] of functions) {
      const [roleId = ''] = (role as unknown as { 'Fn::GetAtt': string[] })['Fn::GetAtt'];
      expect(statementsOf(template, roleId)).toContainEqual(
        expect.objectContaining({ Action: expect.arrayContaining(['kms:Decrypt']), Resource: keyArn }),
      );
    }
  });

  it('every function runs in the VPC, in the subnets and the group that were named', () => {
    for (const [, { VpcConfig }] of functions) {
      expect(VpcConfig).toEqual({
        SubnetIds: vpc.privateSubnets.map(({ subnetId }) => stack.resolve(subnetId)),
        SecurityGroupIds: [stack.resolve(group.securityGroupId)],
      });
    }
  });

  it('every alarm tells the topic, and what an alarm watches is there for other uses', () => {
    for (const { AlarmActions } of Object.values(propertiesOf(template, 'AWS::CloudWatch::Alarm'))) {
      expect(AlarmActions).toEqual([stack.resolve(topic.topicArn)]);
    }
    expect(sharing.alarm('queue-age').metric).toMatchObject({ metricName: 'ApproximateAgeOfOldestMessage' });
    expect(sharing.alarm('rotate-admin-key-failing').alarmName).toBeDefined();
  });

  it('what the functions tell is there for other uses, each dimension with a value of its own', () => {
    expect(metric).toMatchObject({ namespace: 'Own', metricName: 'AdminCalls', statistic: 'Sum' });
    expect(sharing.metric('OldestDue', { statistic: 'p99' })).toMatchObject({ namespace: 'Own', statistic: 'p99' });
    for (const dimensionsMap of [{}, { Kind: 'other' }, { Kind: 'admin', Project: 'x' }]) {
      expect(() => sharing.metric('KeyAge', { dimensionsMap })).toThrow(
        'The metric KeyAge needs as its dimensionsMap Kind (admin, project), with one value each.',
      );
    }
    expectTypeOf<MetricName>().toEqualTypeOf<keyof typeof METRICS>();
  });

  it('events go to the bus that was named, and no other is made', () => {
    expect(sharing.eventBus).toBe(bus);
    template.resourceCountIs('AWS::Events::EventBus', 1);
    expect(variables).toContainEqual(expect.objectContaining({ [ENV.eventBus]: stack.resolve(bus.eventBusName) }));
  });

  it('a secret of the same app reaches the functions by their environment, and no code', () => {
    const named = functions.filter(([id]) => id.startsWith('SharingObserve')).map(([, { Environment }]) => Environment);
    const { Variables } = named[0] as unknown as { Variables: Record<string, never> };
    expect(nameOf(Variables[ENV.projectKeySecrets] ?? '')).toBe('{"research":"ProjectKey"}');
    const bundled = join(app.outdir, 'bundle', 'Own', 'Sharing', 'Observe');
    expect(readdirSync(bundled).filter((name) => !name.endsWith('.mjs'))).toEqual([POLICY_FILE]);
    const policy = JSON.parse(readFileSync(join(bundled, POLICY_FILE), 'utf8'));
    expect(policy.projects[0].source.apiKeySecret).toBeNull();
  });

  it('a secret that is known by its name may be read, whatever its ARN ends with', () => {
    const roles = Object.keys(propertiesOf(template, 'AWS::IAM::Role')).filter((id) => id.startsWith('SharingShare'));
    const reading = roles
      .flatMap((id) => statementsOf(template, id))
      .filter(({ Action }) => Action === 'secretsmanager:GetSecretValue');
    const arn = 'arn:AWS::Partition:secretsmanager:AWS::Region:AWS::AccountId:secret:openai/admin';
    expect(reading.map(({ Resource }) => (Resource as never[]).map(nameOf))).toEqual([[arn, `${arn}-??????`]]);
  });

  it('the pacer of another stack is asked', () => {
    expect(sharing.ledgerTable.tableName).not.toBe(pacer.tableName);
    expect(variables).toContainEqual(expect.objectContaining({ [ENV.pacerTable]: 'Other-Ledger' }));
  });
});

it('there is no alarm on a rotation where there is none', () => {
  const sharing = new CheckpointSharing(newStack(), 'Sharing', { policy: POLICY });
  expect(() => sharing.alarm('rotate-admin-key-failing')).toThrow(/where the policy wants that rotation/);
});

it('what is probably not meant is a warning of the CDK, with its line, and taken all the same', () => {
  const file = join(root, 'odd.yaml');
  const policy = 'version: 1\nprojects: { a: { id: proj_A, source: {} } }\n';
  writeFileSync(file, `${policy}rules: [{ name: "a\u200Bb", from: a, to: proj_X }]\n`);
  const stack = newStack();
  const ledgerTable = new Table(stack, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
  new CheckpointSharing(stack, 'Sharing', { policyFile: file, ledgerTable, vpc: new Vpc(stack, 'Vpc') as IVpc });
  const pattern = /odd\.yaml:3:19 rules\[0\]\.name: warning: an invisible character/;
  Annotations.fromStack(stack).hasWarning('/Mine/Sharing', Match.stringLikeRegexp(pattern.source));
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::DynamoDB::Table', 1);
  template.resourceCountIs('AWS::EC2::SecurityGroup', 1);
});
