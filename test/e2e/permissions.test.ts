import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENV, operatorFunctionName } from '../../lambdas/shared/contract/names.ts';
import { createUser } from '../local-cloud/iam-user.ts';
import { functionLogs } from '../local-cloud/logs.ts';
import { ckpt } from '../sandbox/ckpt.ts';
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

describe('a person', () => {
  const environmentOf = async (userName: string, actions: readonly string[]) => {
    const operator = `arn:aws:lambda:${stage.cloud.region}:${stage.cloud.accountId}:function:${operatorFunctionName(stage.sandbox.stackName)}`;
    const user = await createUser(stage.cloud, userName, [{ Effect: 'Allow', Action: actions, Resource: operator }]);
    return {
      AWS_ACCESS_KEY_ID: user.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: user.credentials.secretAccessKey,
    };
  };

  it.each(['list', 'status', 'reconcile'])(
    'who may invoke the operator function and nothing else can run ckpt %s',
    async (command) => {
      const env = await environmentOf(`invoker-${command}`, ['lambda:InvokeFunction']);
      const result = await ckpt(stage.cloud, [command, '--json'], env);
      expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: '' });
      expect(() => JSON.parse(result.stdout)).not.toThrow();
    },
  );

  it('who may not is told in a sentence which right is missing', async () => {
    const env = await environmentOf('onlooker', ['lambda:GetFunction']);
    const told = await ckpt(stage.cloud, ['list'], env);
    expect({ code: told.code, stdout: told.stdout }).toEqual({ code: 1, stdout: '' });
    expect(told.stderr).toContain('lambda:InvokeFunction');
    expect(told.stderr).not.toMatch(/\n\s+at /);

    const document = await ckpt(stage.cloud, ['list', '--json'], env);
    expect(document.code).toBe(1);
    expect(JSON.parse(document.stdout)).toMatchObject({ error: { name: 'AccessDeniedError' } });
  });
});
