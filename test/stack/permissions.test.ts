import { describe, expect, it } from 'vitest';
import { OUTPUT } from '../../lambdas/shared/contract/names.ts';
import { asLine, nameOf, outputRef, propertiesOf, type Statement, statementsOf } from './reading.ts';
import { synthesize } from './synthesize.ts';

const { template } = synthesize();
const may = (functionOutput: string) => statementsOf(template, functionOutput).map(asLine);
const policies = () =>
  Object.entries(propertiesOf(template, 'AWS::IAM::Policy')).map(([id, { PolicyDocument }]) => ({
    id,
    statements: (PolicyDocument as unknown as { Statement: Statement[] }).Statement,
  }));

describe('what each function may do, and nothing else', () => {
  it('the webhook function may read webhook secrets and send to one queue', () => {
    expect(may(OUTPUT.webhookFunction)).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on WebhookFunctionLogs',
      'secretsmanager:GetSecretValue on SecretsWebhookSecretresearch',
      'sqs:SendMessage on ObserveQueue',
    ]);
  });

  it('the observe function may take from the queue, read project keys, write jobs and wanted rows, and wake share', () => {
    expect(may(OUTPUT.observeFunction)).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on ObserveFunctionLogs',
      'sqs:ReceiveMessage, sqs:ChangeMessageVisibility, sqs:GetQueueUrl, sqs:DeleteMessage, sqs:GetQueueAttributes on ObserveQueue',
      'secretsmanager:GetSecretValue on SecretsProjectKeyresearch',
      'dynamodb:PutItem on LedgerTable[CHECKPOINT, EVENT, HISTORY]',
      'dynamodb:GetItem, dynamodb:Query on LedgerTable[CHECKPOINT]',
      'dynamodb:GetItem, dynamodb:Query, dynamodb:PutItem, dynamodb:UpdateItem on LedgerTable[JOB, SOURCE]',
      'lambda:InvokeFunction on ShareFunction',
    ]);
  });

  it('the share function may read the admin key, ask what is due, record what it did and what OpenAI told, and take slots of the pacer', () => {
    expect(may(OUTPUT.shareFunction)).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on ShareFunctionLogs',
      'secretsmanager:GetSecretValue on SecretsAdminKey',
      'dynamodb:PutItem on LedgerTable[CHECKPOINT, EVENT, HISTORY]',
      'dynamodb:GetItem, dynamodb:Query on LedgerTable[CHECKPOINT]',
      'dynamodb:GetItem, dynamodb:Query, dynamodb:PutItem, dynamodb:UpdateItem on LedgerTable[REFUSED_PROJECT, LEASE, STATE]',
      'dynamodb:DeleteItem on LedgerTable[REFUSED_PROJECT, LEASE]',
      'dynamodb:GetItem, dynamodb:Query, dynamodb:BatchWriteItem on LedgerTable[PERMISSION_ID]',
      'dynamodb:Query on LedgerTable/index/due',
      'dynamodb:GetItem, dynamodb:PutItem on LedgerTable[PACER]',
    ]);
  });

  it('the reconcile function may read project keys and jobs, write wanted rows, send to one queue, and wake share', () => {
    expect(may(OUTPUT.reconcileFunction)).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on ReconcileFunctionLogs',
      'secretsmanager:GetSecretValue on SecretsProjectKeyresearch',
      'dynamodb:GetItem, dynamodb:Query on LedgerTable[JOB]',
      'dynamodb:PutItem on LedgerTable[CHECKPOINT, EVENT, HISTORY]',
      'dynamodb:GetItem, dynamodb:Query on LedgerTable[CHECKPOINT]',
      'dynamodb:GetItem, dynamodb:Query, dynamodb:PutItem, dynamodb:UpdateItem on LedgerTable[SWEEP, MODEL, STATE]',
      'sqs:SendMessage on ObserveQueue',
      'lambda:InvokeFunction on ShareFunction',
    ]);
  });

  it('the operator function may read the ledger and the keys, write what a person asks for, count and redrive messages, and wake the others', () => {
    expect(may(OUTPUT.operatorFunction)).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on OperatorFunctionLogs',
      'dynamodb:GetItem, dynamodb:Query on LedgerTable[CHECKPOINT, JOB, PERMISSION_ID, EVENT, HISTORY, SOURCE, SWEEP, STATE, MODEL, REFUSED_PROJECT, LEASE]',
      'dynamodb:PutItem on LedgerTable[CHECKPOINT, EVENT, HISTORY, STATE, JOB]',
      'dynamodb:GetItem, dynamodb:Query on LedgerTable[CHECKPOINT]',
      'dynamodb:PutItem, dynamodb:UpdateItem on LedgerTable[STATE, JOB, SOURCE, REFUSED_PROJECT]',
      'dynamodb:BatchWriteItem on LedgerTable[PERMISSION_ID]',
      'dynamodb:GetItem, dynamodb:PutItem on LedgerTable[PACER]',
      'secretsmanager:GetSecretValue on SecretsAdminKey',
      'secretsmanager:GetSecretValue on SecretsProjectKeyresearch, SecretsWebhookSecretresearch',
      'sqs:GetQueueAttributes on ObserveQueue, ObserveQueueDeadLetters',
      'sqs:ReceiveMessage, sqs:DeleteMessage on ObserveQueueDeadLetters',
      'sqs:SendMessage on ObserveQueue',
      'lambda:InvokeFunction on ShareFunction',
      'lambda:InvokeFunction on ReconcileFunction',
    ]);
  });

  it('a schedule may invoke its own function, and the scheduler of no other account may use it', () => {
    const scheduleRoles = Object.entries(propertiesOf(template, 'AWS::IAM::Role')).filter(
      ([, { AssumeRolePolicyDocument }]) =>
        JSON.stringify(AssumeRolePolicyDocument).includes('scheduler.amazonaws.com'),
    );
    expect(scheduleRoles).toHaveLength(2);
    for (const [, { AssumeRolePolicyDocument }] of scheduleRoles) {
      expect(AssumeRolePolicyDocument).toMatchObject({
        Statement: [{ Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } }],
      });
    }
    const lines = policies()
      .filter(({ id }) => scheduleRoles.some(([role]) => id.startsWith(role.slice(0, -8))))
      .map(({ statements }) => statements.map(asLine));
    expect(lines).toEqual([['lambda:InvokeFunction on ShareFunction'], ['lambda:InvokeFunction on ReconcileFunction']]);
  });
});

describe('all roles together', () => {
  it('only the share function and the operator function may read the admin key', () => {
    const admin = nameOf({ Ref: outputRef(template, OUTPUT.adminKeySecret) });
    const readers = policies().filter(({ statements }) =>
      statements.some((statement) => asLine(statement).includes(admin)),
    );
    expect(readers.map(({ id }) => id)).toEqual([
      expect.stringMatching(/^ShareFunctionRole/),
      expect.stringMatching(/^OperatorFunctionRole/),
    ]);
  });

  it('an event may be put by whoever writes checkpoints, and be changed or deleted by nobody', () => {
    const onEvents = policies().flatMap(({ id, statements }) =>
      statements.map(asLine).flatMap((line) => {
        const [, partitions = ''] = /\[(.*)\]/.exec(line) ?? [];
        return /\b(EVENT|HISTORY)\b/.test(partitions) ? [`${id.replace(/FunctionRole.*/, '')}: ${line}`] : [];
      }),
    );
    const writing = onEvents.filter((line) => !line.includes(': dynamodb:GetItem, dynamodb:Query on'));
    const rights = writing.map((line) => line.replace(/ on LedgerTable.*/, '')).sort();
    expect(rights).toEqual(['Observe', 'Operator', 'Reconcile', 'Share'].map((who) => `${who}: dynamodb:PutItem`));
  });

  it('no right to the ledger is without its partitions, and nobody scans it', () => {
    const lines = policies().flatMap(({ statements }) => statements.map(asLine));
    const rights = lines.filter((line) => line.includes('dynamodb:'));
    expect(rights.length).toBeGreaterThan(15);
    for (const line of rights) {
      expect(line).toMatch(/ on LedgerTable(\[[A-Z_, ]+\]|\/index\/due)$/);
      expect(line).not.toMatch(/Scan|PartiQL/);
    }
  });

  it('no statement has a wildcard in its actions or a bare * for its resource', () => {
    const statements = policies().flatMap(({ statements }) => statements);
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
