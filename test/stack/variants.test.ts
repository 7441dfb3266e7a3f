import { describe, expect, it } from 'vitest';
import { PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';
import { ENV, OUTPUT } from '../../lambdas/shared/contract/names.ts';
import { FUNCTIONS } from '../../lib/bundle.ts';
import { isAllowed } from '../iam/evaluate.ts';
import { grantsOf, rolesOf } from '../iam/roles.ts';
import { arnOnAws, environmentBytes, environmentOf, resolveOnAws } from './on-aws.ts';
import { functionOf, nameOf, outputRef, propertiesOf } from './reading.ts';
import { POLICY, type Synthesized, synthesize } from './synthesize.ts';

const arn = (name: string) => `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}`;
const GIVEN = `
version: 1
openai: { adminKeySecret: '${arn('admin-AbCdEf')}' }
projects:
  research:
    id: proj_AAA
    source: { apiKeySecret: '${arn('research-key-AbCdEf')}', webhookSecret: '${arn('research-hook')}' }
  prod-eu: { id: proj_BBB }
rules:
  - { name: all to production, from: research, to: [prod-eu] }
`;

const usual = synthesize();

function variables({ template }: Synthesized, functionOutput: string) {
  return functionOf(template, functionOutput).Environment.Variables;
}

describe('secrets given by ARN', () => {
  const given = synthesize(GIVEN);

  it('are used, and none is made', () => {
    given.template.resourceCountIs('AWS::SecretsManager::Secret', 0);
    expect(given.template.toJSON().Outputs[OUTPUT.adminKeySecret].Value).toBe(arn('admin-AbCdEf'));
    expect(variables(given, OUTPUT.shareFunction)[ENV.adminKeySecret]).toBe(arn('admin-AbCdEf'));
    expect(JSON.parse(String(variables(given, OUTPUT.observeFunction)[ENV.projectKeySecrets]))).toEqual({
      research: arn('research-key-AbCdEf'),
    });
  });

  const roles = rolesOf(given.template, 'CheckpointSharing');
  const readersOf = (realArn: string) => {
    const reading = { action: 'secretsmanager:GetSecretValue', resource: realArn, context: {} };
    return FUNCTIONS.filter((fn) => isAllowed(roles[fn], reading));
  };

  it('may be read by the functions that need them', () => {
    expect(readersOf(arn('admin-AbCdEf'))).toEqual(['share', 'operator', 'keys']);
    expect(readersOf(arn('research-key-AbCdEf'))).toEqual(['observe', 'reconcile', 'operator', 'keys']);
  });

  it('may be read where the six random characters were left out, also where the name ends as if they were there', () => {
    expect(readersOf(arn('research-hook-AbCdEf'))).toEqual(['webhook', 'operator', 'keys']);
    const partial = synthesize(GIVEN.replace('admin-AbCdEf', 'prod-openai').replace('research-hook', 'prod-webhok'));
    const rights = rolesOf(partial.template, 'CheckpointSharing');
    const reading = (name: string) => ({ action: 'secretsmanager:GetSecretValue', resource: arn(name), context: {} });
    expect(isAllowed(rights.share, reading('prod-openai-AbCdEf'))).toBe(true);
    expect(isAllowed(rights.webhook, reading('prod-webhok-AbCdEf'))).toBe(true);
    for (const other of ['prod-openai2-AbCdEf', 'prod-openai-eu-AbCdEf', 'prod-AbCdEf']) {
      expect(isAllowed(rights.share, reading(other))).toBe(false);
    }
  });

  it('may be of another partition, region and account', () => {
    const elsewhere = 'arn:aws-cn:secretsmanager:cn-north-1:999988887777:secret:openai/admin';
    const { template } = synthesize(GIVEN.replace(arn('admin-AbCdEf'), elsewhere));
    const { share } = rolesOf(template, 'CheckpointSharing');
    const reading = { action: 'secretsmanager:GetSecretValue', context: {} };
    expect(isAllowed(share, { ...reading, resource: `${elsewhere}-AbCdEf` })).toBe(true);
    expect(isAllowed(share, { ...reading, resource: `${elsewhere.replace('-cn', '')}-AbCdEf` })).toBe(false);
  });
});

describe('a change of policy', () => {
  const codeOf = ({ template }: Synthesized) =>
    Object.fromEntries(FUNCTIONS.map((name) => [name, functionOf(template, OUTPUT[`${name}Function`]).Code.S3Key]));
  const before = codeOf(usual);

  it('changes the code of exactly the functions that carry it', () => {
    const after = codeOf(synthesize(`${POLICY}prune: true\n`));
    expect(FUNCTIONS.filter((name) => before[name] !== after[name])).toEqual([
      'observe',
      'share',
      'reconcile',
      'operator',
      'keys',
      'publish',
    ]);
  });

  it('that says the same in other words changes no code', () => {
    expect(codeOf(synthesize(`# a comment\n${POLICY}prune: false\n`))).toEqual(before);
  });
});

describe('settings', () => {
  it('a stack to throw away takes its ledger and its secrets with it', () => {
    const { template } = synthesize(POLICY, { retain: false });
    const [table] = Object.values(template.findResources('AWS::DynamoDB::Table'));
    expect(table).toMatchObject({ DeletionPolicy: 'Delete', Properties: { DeletionProtectionEnabled: false } });
    for (const secret of Object.values(template.findResources('AWS::SecretsManager::Secret'))) {
      expect(secret).toMatchObject({ DeletionPolicy: 'Delete' });
    }
  });

  describe('an event bus', () => {
    const outputs = ({ template }: Synthesized) => template.toJSON().Outputs;

    it('is the stack’s own, and has its name', () => {
      const [[id, { Name } = {}] = []] = Object.entries(propertiesOf(usual.template, 'AWS::Events::EventBus'));
      expect(Name).toBe('CheckpointSharing');
      expect(outputs(usual)[OUTPUT.eventBus].Value).toEqual({ Ref: id });
    });

    it('that is there already is used, and no other one is made', () => {
      const other = synthesize(POLICY, { eventBus: 'company-events' });
      other.template.resourceCountIs('AWS::Events::EventBus', 0);
      expect(outputs(other)[OUTPUT.eventBus].Value).toBe('company-events');
      expect(variables(other, OUTPUT.publishFunction)[ENV.eventBus]).toBe('company-events');
      const resource = arnOnAws('events', 'event-bus/company-events');
      const { publish } = rolesOf(other.template, 'CheckpointSharing');
      expect(isAllowed(publish, { action: 'events:PutEvents', resource, context: {} })).toBe(true);
    });
  });

  describe('a ledger that an earlier stack has left, or that was restored', () => {
    const TABLE = 'Sharing-LedgerTable9343E4AA-1ABC';
    const again = synthesize(POLICY, { ledgerTable: TABLE });
    const rightsOf = ({ template }: Synthesized) => JSON.stringify(rolesOf(template, 'CheckpointSharing'));

    it('is used by every function, and no other one is made', () => {
      again.template.resourceCountIs('AWS::DynamoDB::Table', 0);
      expect(again.template.toJSON().Outputs[OUTPUT.ledgerTable].Value).toBe(TABLE);
      for (const name of FUNCTIONS.filter((each) => each !== 'webhook')) {
        expect(variables(again, OUTPUT[`${name}Function`])[ENV.ledgerTable]).toBe(TABLE);
      }
      expect(variables(again, OUTPUT.shareFunction)[ENV.pacerTable]).toBe(TABLE);
    });

    it('comes with the very rights that a table of its own comes with', () => {
      const { [ENV.ledgerTable]: own = '' } = environmentOf(usual.template, 'CheckpointSharing', OUTPUT.shareFunction);
      expect(rightsOf(usual)).toContain(`table/${own}/index/due`);
      expect(rightsOf(again)).toBe(rightsOf(usual).replaceAll(own, TABLE));
    });

    it('changes nothing else', () => {
      const others = ({ template }: Synthesized) =>
        Object.values(template.toJSON().Resources as Record<string, { Type: string }>)
          .map(({ Type }) => Type)
          .filter((type) => type !== 'AWS::DynamoDB::Table');
      expect(others(again)).toEqual(others(usual));
    });
  });

  it("the pacer of another stack is used in the place of one's own, and nothing else of that stack", () => {
    const second = synthesize(POLICY, { stackName: 'Second', pacerTable: 'First-LedgerTable-1', alarmTopic: TOPIC });
    expect(variables(second, OUTPUT.shareFunction)).toMatchObject({
      [ENV.pacerTable]: 'First-LedgerTable-1',
      [ENV.ledgerTable]: { Ref: outputRef(second.template, OUTPUT.ledgerTable) },
    });
    const { share } = rolesOf(second.template, 'Second');
    const foreign = arnOnAws('dynamodb', 'table/First-LedgerTable-1');
    const pacing = grantsOf(share).filter(({ context }) => context[KEYS]?.includes(PARTITION.pacer));
    expect(new Set(pacing.map(({ resource }) => resource))).toEqual(new Set([foreign]));
    expect(grantsOf(share).filter(({ resource }) => resource === foreign)).toEqual(pacing);
    for (const { AlarmActions } of Object.values(propertiesOf(second.template, 'AWS::CloudWatch::Alarm'))) {
      expect([AlarmActions].flat().map((action) => nameOf(action ?? null))).toEqual([TOPIC]);
    }
  });

  it('more sources than fit into the environment of a function are refused in one sentence that says what to do', () => {
    const sources = Array.from({ length: 30 }, (_, i) => `  source-${i}: { id: proj_${i}, source: {} }`);
    const tooMany = () => synthesize(`version: 1\nprojects:\n${sources.join('\n')}\n`);
    expect(tooMany).toThrow(
      expect.objectContaining({
        name: 'DeployError',
        message: expect.stringMatching(/^The policy has 30 sources.*pacerTable/),
      }),
    );
  });

  it('twenty sources fit into the environment of every function, also where the stack has the longest name', () => {
    const stackName = 'S'.repeat(55);
    const sources = Array.from({ length: 20 }, (_, i) => `  source-${i}: { id: proj_${i}, source: {} }`);
    const { template } = synthesize(`version: 1\nprojects:\n${sources.join('\n')}\n`, { stackName });
    template.resourceCountIs('AWS::SecretsManager::Secret', 41);
    for (const name of FUNCTIONS) {
      const bytes = environmentBytes(template, stackName, OUTPUT[`${name}Function`]);
      expect({ name, fits: bytes <= 4096 }).toEqual({ name, fits: true });
    }
  });

  it('the operator function is told the names of the secrets that the stack made, and once how their ARNs begin', () => {
    const { [ENV.projectKeySecrets]: keys, [ENV.secretArnPrefix]: prefix } = variables(usual, OUTPUT.operatorFunction);
    expect(nameOf(prefix ?? null)).toBe('arn:AWS::Partition:secretsmanager:AWS::Region:AWS::AccountId:secret:');
    expect(resolveOnAws(usual.template, 'CheckpointSharing', keys)).toMatch(
      /^\{"research":"SecretsProjectKeyresearch[0-9A-F]{8}-x{12}-x{6}"\}$/,
    );
  });
});

const KEYS = 'dynamodb:LeadingKeys';
const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:alarms';
