import { describe, expect, it } from 'vitest';
import { LEDGER, PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';
import { ENV, OUTPUT } from '../../lambdas/shared/contract/names.ts';
import { FUNCTIONS } from '../../lib/bundle.ts';
import { isAllowed, type Request } from '../iam/evaluate.ts';
import { grantsOf, roleOf, rolesOf } from '../iam/roles.ts';
import { arnOnAws, environmentOf, resolveOnAws } from './on-aws.ts';
import { nameOf, propertiesOf, type Value } from './reading.ts';
import { synthesize } from './synthesize.ts';

// What a function has a use for, and that it may do nothing else, is held in test/iam. Here is what nobody may have.

const STACK = 'CheckpointSharing';
const { template } = synthesize();
const roles = rolesOf(template, STACK);
const whoMay = (request: Request) => FUNCTIONS.filter((fn) => isAllowed(roles[fn], request));
const { [ENV.ledgerTable]: table, [ENV.adminKeySecret]: adminKey = '' } = environmentOf(
  template,
  STACK,
  OUTPUT.shareFunction,
);
const LEDGER_ARN = arnOnAws('dynamodb', `table/${table}`);
const onLedger = (action: string, partition?: string): Request => ({
  action: `dynamodb:${action}`,
  resource: LEDGER_ARN,
  context: partition === undefined ? {} : { 'dynamodb:LeadingKeys': [partition] },
});

describe('schedules', () => {
  const schedules = Object.values(propertiesOf(template, 'AWS::Scheduler::Schedule')).map(({ Target }) => {
    const { Arn, RoleArn } = Target as { Arn: Value; RoleArn: { 'Fn::GetAtt': readonly string[] } };
    return { target: resolveOnAws(template, STACK, Arn), roleId: RoleArn['Fn::GetAtt'][0] ?? '' };
  });

  it('may invoke their own function and do nothing else', () => {
    expect(schedules).toHaveLength(5);
    for (const { target, roleId } of schedules) {
      const invoking = { action: 'lambda:InvokeFunction', resource: target, context: {} };
      expect(grantsOf(roleOf(template, STACK, roleId))).toEqual([invoking]);
    }
  });

  it('cannot be used by the scheduler of another account', () => {
    for (const { roleId } of schedules) {
      expect(propertiesOf(template, 'AWS::IAM::Role')[roleId]?.AssumeRolePolicyDocument).toMatchObject({
        Statement: [{ Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } }],
      });
    }
  });
});

describe('all roles together', () => {
  it('only the share, the operator and the keys function may read the admin key', () => {
    const reading = { action: 'secretsmanager:GetSecretValue', resource: adminKey, context: {} };
    expect(whoMay(reading)).toEqual(['share', 'operator', 'keys']);
  });

  it('an event may be put by whoever writes checkpoints, and be changed or deleted by nobody', () => {
    const writers = whoMay(onLedger('PutItem', PARTITION.checkpoint));
    // What is about keys is about no checkpoint.
    expect(whoMay(onLedger('PutItem', PARTITION.event))).toEqual([...writers, 'keys']);
    expect(whoMay(onLedger('PutItem', PARTITION.history))).toEqual(writers);
    for (const partition of [PARTITION.event, PARTITION.history]) {
      for (const action of ['UpdateItem', 'DeleteItem', 'BatchWriteItem']) {
        expect(whoMay(onLedger(action, partition))).toEqual([]);
      }
    }
  });

  it('whoever writes an event puts it up to be published, and only the publish function takes it away, or reads it there', () => {
    expect(whoMay(onLedger('PutItem', PARTITION.outbox))).toEqual(whoMay(onLedger('PutItem', PARTITION.event)));
    for (const action of ['Query', 'BatchWriteItem']) {
      expect(whoMay(onLedger(action, PARTITION.outbox))).toEqual(['publish']);
    }
    for (const action of ['UpdateItem', 'DeleteItem', 'GetItem']) {
      expect(whoMay(onLedger(action, PARTITION.outbox))).toEqual([]);
    }
  });

  it('only the publish function may put events on the bus, on this one alone, and may do nothing else but publish', () => {
    const bus = environmentOf(template, STACK, OUTPUT.publishFunction)[ENV.eventBus];
    const putting = (name: string): Request => {
      return { action: 'events:PutEvents', resource: arnOnAws('events', `event-bus/${name}`), context: {} };
    };
    expect(bus).toBe(STACK);
    expect(whoMay(putting(STACK))).toEqual(['publish']);
    expect(whoMay(putting('default'))).toEqual([]);
    const services = new Set(grantsOf(roles.publish).map(({ action }) => action.split(':')[0]));
    expect([...services].sort()).toEqual(['dynamodb', 'events', 'logs']);
  });

  it('no right to the ledger is without its partitions, and nobody scans it, or may do so by another API', () => {
    const rights = FUNCTIONS.flatMap((fn) => grantsOf(roles[fn])).filter(({ action }) =>
      action.startsWith('dynamodb:'),
    );
    expect(rights.length).toBeGreaterThan(15);
    for (const { resource, context } of rights) {
      if (resource === `${LEDGER_ARN}/index/${LEDGER.dueIndex}`) continue;
      expect({ resource, keys: Object.keys(context) }).toEqual({
        resource: LEDGER_ARN,
        keys: ['dynamodb:LeadingKeys'],
      });
    }
    for (const action of ['Scan', 'PartiQLSelect', 'BatchGetItem', 'ExportTableToPointInTime', 'DeleteTable']) {
      expect(whoMay(onLedger(action))).toEqual([]);
    }
  });

  it('no statement has a wildcard in its actions or a bare * for its resource', () => {
    const policies = Object.values(propertiesOf(template, 'AWS::IAM::Policy'));
    const statements = policies.flatMap(({ PolicyDocument }) => {
      return (PolicyDocument as { Statement: readonly { Action: Value; Resource: Value }[] }).Statement;
    });
    expect(statements.length).toBeGreaterThan(20);
    for (const { Action, Resource } of statements) {
      expect([Action].flat().join()).not.toContain('*');
      expect([Resource].flat()).not.toContain('*');
    }
  });

  it('no role has a managed policy, such as the one that lets a function write to every log group', () => {
    for (const { ManagedPolicyArns } of Object.values(propertiesOf(template, 'AWS::IAM::Role'))) {
      expect(ManagedPolicyArns).toBeUndefined();
    }
  });

  it('only the API, for its one route, may invoke the webhook function from outside', () => {
    const permissions = Object.values(propertiesOf(template, 'AWS::Lambda::Permission'));
    expect(permissions).toHaveLength(1);
    expect(permissions[0]).toMatchObject({ Principal: 'apigateway.amazonaws.com', Action: 'lambda:InvokeFunction' });
    expect(nameOf(permissions[0]?.SourceArn ?? '')).toMatch(/WebhookApi\/\*\/\*\/webhooks\/\{source\}$/);
  });
});
