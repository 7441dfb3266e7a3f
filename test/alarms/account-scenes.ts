import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  PutFunctionConcurrencyCommand,
  UpdateEventSourceMappingCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ENV } from '../../lambdas/shared/contract/names.ts';
import { runTo } from '../e2e/cli.ts';
import { eventually, type Stage } from '../e2e/stage.ts';
import { createWebhookSecret } from '../fake-openai/webhook.ts';
import { startAnew } from '../local-cloud/lambda.ts';
import { SOURCE } from '../sandbox/sandbox.ts';
import type { AlarmCloud } from './cloud.ts';
import type { AlarmScene } from './scene.ts';

const SWITCHED_OFF = 'aws lambda delete-function-concurrency --function-name NAME';

/** What somebody has changed in the AWS account, on the deployed stack. */
export function accountScenes(stage: Stage, { ticks, queues, api, of }: AlarmCloud) {
  const { cloud, sandbox, fake } = stage;
  const { keys, secretArns, outputs } = sandbox;
  const lambda = new LambdaClient(cloud.client);
  const iam = new IAMClient(cloud.client);
  const secrets = new SecretsManagerClient(cloud.client);
  const put = (SecretId: string, SecretString: string) =>
    secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
  const reconfigure = (FunctionName: string, parts: object) =>
    lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...parts }));
  const putWebhookSecret = async (value: string) => {
    await put(secretArns.webhookSecret, value);
    await startAnew(cloud, outputs.WebhookFunctionName ?? '');
  };

  async function queueAge(): Promise<AlarmScene> {
    const FunctionName = outputs.ObserveFunctionName;
    const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName }));
    const enable = (Enabled: boolean) =>
      lambda.send(new UpdateEventSourceMappingCommand({ UUID: EventSourceMappings[0]?.UUID, Enabled }));
    const since = Date.now();
    return {
      cause: async () => {
        await enable(false);
        await stage.deliver(stage.addJob().id);
      },
      period: () => queues(since, 16 * 60_000),
      article: ['aws lambda update-event-source-mapping --uuid ID --enabled'],
      mend: async () => {
        await enable(true);
        await eventually(queues, ([waiting]) => waiting?.value === 0);
      },
    };
  }

  async function webhookErrors(): Promise<AlarmScene> {
    const end = () => ({ type: 'fine_tuning.job.succeeded', jobId: stage.addJob().id });
    let secret: string | null = createWebhookSecret();
    return {
      cause: () => putWebhookSecret('not-a-webhook-secret'),
      period: async () => {
        if (secret === null) return api((await fake.deliverToEndpoints(end())).map(({ status }) => status));
        const statuses: number[] = [];
        for (let delivery = 0; delivery < 3; delivery++) {
          statuses.push((await stage.deliver(stage.addJob().id, { secret })).status);
        }
        return api(statuses);
      },
      article: ['npx ckpt sources connect ALIAS'],
      mend: async () => {
        await startAnew(cloud, outputs.WebhookFunctionName ?? '');
        await runTo(stage, 0, ['sources', 'connect', SOURCE.alias, '--timeout', '100s']);
        secret = null;
      },
      close: async () => {
        await runTo(stage, 0, ['sources', 'disconnect', SOURCE.alias, '--yes']);
        await putWebhookSecret(keys.webhookSecret);
      },
    };
  }

  /** Somebody has changed the function by hand. */
  async function observeErrors(): Promise<AlarmScene> {
    const FunctionName = outputs.ObserveFunctionName ?? '';
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const { [ENV.ledgerTable]: _, ...Variables } = Environment?.Variables ?? {};
    const change = (environment: object) => reconfigure(FunctionName, { Environment: environment });
    return {
      cause: () => change({ Variables }),
      period: () => ticks('ObserveFunctionName', 3),
      article: ['Deploy the last good revision'],
      mend: () => change(Environment ?? {}),
    };
  }

  /** Whoever rules over the account denies it. */
  async function publishFailing(): Promise<AlarmScene> {
    const denied = { RoleName: of('EventsFunctionRole'), PolicyName: 'denied' };
    const statement = { Effect: 'Deny', Action: 'events:PutEvents', Resource: '*' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    return {
      cause: async () => {
        await ticks('PublishFunctionName');
        await iam.send(new PutRolePolicyCommand({ ...denied, PolicyDocument }));
        await runTo(stage, 0, ['share', stage.addUnwatchedJob().finalModel, '--to', 'prod-eu']);
      },
      period: () => ticks('PublishFunctionName', 3),
      article: ['let the function put events on it again'],
      mend: () => iam.send(new DeleteRolePolicyCommand(denied)),
    };
  }

  const silent =
    (output: 'ShareFunctionName' | 'ReconcileFunctionName', perPeriod: number, article: string) => async () => {
      const FunctionName = outputs[output];
      return {
        cause: () => lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 })),
        period: () => ticks(output, perPeriod),
        article: [article],
        mend: () => lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName })),
      };
    };

  return {
    scenes: {
      'queue-age': queueAge,
      'webhook-errors': webhookErrors,
      'observe-errors': observeErrors,
      'publish-failing': publishFailing,
      'share-silent': silent('ShareFunctionName', 5, SWITCHED_OFF),
      'reconcile-silent': silent('ReconcileFunctionName', 1, 'As there'),
    },
    close: () => {
      for (const client of [lambda, iam, secrets]) client.destroy();
    },
  };
}
