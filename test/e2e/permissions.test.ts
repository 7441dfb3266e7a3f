import { DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEDGER, PARTITION } from '../../lambdas/shared/contract/ledger-keys.ts';
import { ENV, OUTPUT } from '../../lambdas/shared/contract/names.ts';
import { createUser } from '../local-cloud/iam-user.ts';
import { functionLogs } from '../local-cloud/logs.ts';
import { SOURCE } from '../sandbox/sandbox.ts';
import { eventually, openStage, type Stage, shared } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** Runs while a function is told to use the admin key where it would use a key of its own. */
async function withAdminKeyFor(functionName: string, variable: string, run: () => Promise<void>): Promise<void> {
  const lambda = new LambdaClient(stage.cloud.client);
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
  const configure = (Variables: Record<string, string>) =>
    lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: functionName, Environment: { Variables } }));
  const before = { ...Environment?.Variables };
  const lured = JSON.stringify({ [SOURCE.alias]: stage.sandbox.secretArns.adminKey });
  await configure({ ...before, [variable]: lured });
  try {
    await run();
  } finally {
    await configure(before);
    lambda.destroy();
  }
}

const refusals = async (functionName: string) =>
  (await functionLogs(stage.cloud, functionName)).filter(
    (line) => line.includes('secretsmanager:GetSecretValue') && line.includes(stage.sandbox.secretArns.adminKey),
  );

describe('the admin key, under enforced IAM', () => {
  it('is denied to the webhook function', async () => {
    const { WebhookFunctionName = '' } = stage.sandbox.outputs;
    await withAdminKeyFor(WebhookFunctionName, ENV.webhookSecrets, async () => {
      expect((await stage.deliver(stage.addJob(1).id)).status).toBe(503);
    });
    expect((await refusals(WebhookFunctionName)).length).toBeGreaterThan(0);
  });

  it('is denied to the observe function', async () => {
    const { ObserveFunctionName = '' } = stage.sandbox.outputs;
    const job = stage.addJob(1);
    await withAdminKeyFor(ObserveFunctionName, ENV.projectKeySecrets, async () => {
      expect((await stage.deliver(job.id)).status).toBe(200);
      const denied = await eventually(
        () => refusals(ObserveFunctionName),
        (lines) => lines.length > 0,
      );
      expect(denied.length).toBeGreaterThan(0);
    });
    expect(stage.fake.calls.count({ keyKind: 'admin' })).toBe(0);
  });

  it('is read by the share function', async () => {
    const job = stage.addJob(1);
    await stage.deliver(job.id);
    expect(await shared(stage, job.id, 3)).toHaveLength(3);
  });
});

describe('the ledger, under enforced IAM', () => {
  /** A user with the very rights of a function. */
  async function withRightsOf(functionName: string) {
    const lambda = new LambdaClient(stage.cloud.client);
    const iam = new IAMClient(stage.cloud.client);
    try {
      const { Role = '' } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
      const RoleName = Role.split('/').at(-1);
      const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
      const documents = await Promise.all(
        PolicyNames.map((PolicyName) => iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))),
      );
      const statements = documents.flatMap(({ PolicyDocument = '{}' }) => {
        return JSON.parse(decodeURIComponent(PolicyDocument)).Statement;
      });
      return await createUser(stage.cloud, `like-${functionName}`, statements);
    } finally {
      lambda.destroy();
      iam.destroy();
    }
  }

  it.each([OUTPUT.observeFunction, OUTPUT.shareFunction, OUTPUT.reconcileFunction, OUTPUT.operatorFunction])(
    'is read by whoever has the rights of %s, and cannot be scanned',
    async (output) => {
      const user = await withRightsOf(stage.sandbox.outputs[output] ?? '');
      const client = new DynamoDBClient(user);
      const TableName = stage.sandbox.outputs.LedgerTableName;
      const Key = { [LEDGER.partitionKey]: { S: PARTITION.checkpoint }, [LEDGER.sortKey]: { S: 'ft:none' } };
      expect((await client.send(new GetItemCommand({ TableName, Key }))).Item).toBeUndefined();
      await expect(client.send(new ScanCommand({ TableName }))).rejects.toThrow(/not authorized.*dynamodb:Scan/);
      client.destroy();
    },
  );
});
