import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { createDynamoLedger } from '../../lambdas/adapters/ledger/dynamo-ledger.ts';
import { NO_RESTS } from '../../lambdas/core/model/rests.ts';
import { changeState } from '../../lambdas/use-cases/change.ts';
import { runTo } from '../e2e/cli.ts';
import type { Stage } from '../e2e/stage.ts';
import { invoke } from '../local-cloud/lambda.ts';
import { ckpt } from '../sandbox/ckpt.ts';
import { SOURCE } from '../sandbox/sandbox.ts';
import type { AlarmCloud } from './cloud.ts';
import type { AlarmScene } from './scene.ts';

const PUT_SECRET = 'aws secretsmanager put-secret-value --secret-id ARN';

/** What OpenAI refuses, on the deployed stack. */
export function refusedScenes(stage: Stage, { ticks, queues, of, sqs }: AlarmCloud) {
  const { cloud, sandbox, fake } = stage;
  const { keys, secretArns, outputs } = sandbox;
  const dynamo = new DynamoDBClient(cloud.client);
  const secrets = new SecretsManagerClient(cloud.client);
  const put = (SecretId: string, SecretString: string) =>
    secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
  const share = (checkpoint: string) => ckpt(cloud, ['share', checkpoint, '--to', 'prod-eu', '--json']);
  const endRests = () => {
    const author = { actor: 'test', plan: null, now: Date.now };
    const ledger = createDynamoLedger(dynamo, outputs.LedgerTableName ?? '', author);
    return changeState(ledger, 'rests', ({ version }) => ({ ...NO_RESTS, version }));
  };

  /** A key is revoked at OpenAI, and another one is put in its place. */
  const revoked = (which: 'adminKey' | 'projectKey') => {
    const value = keys[which];
    return {
      revoke: () => fake.revokeKey(value),
      // The very value: other tests of this stage have it.
      replace: async () => {
        if (which === 'adminKey') fake.addAdminKey({ value });
        else fake.addProjectKey(SOURCE.id, { value });
        await put(secretArns[which], value);
      },
    };
  };

  async function deadLetters(): Promise<AlarmScene> {
    const { revoke, replace } = revoked('projectKey');
    return {
      cause: async () => {
        revoke();
        const { id: jobId } = stage.addJob();
        const record = {
          messageId: 'one',
          receiptHandle: 'one',
          body: JSON.stringify({ source: SOURCE.alias, jobId }),
        };
        // As SQS does in half an hour: after the fifth receive the message is set aside.
        for (const ApproximateReceiveCount of ['1', '2', '3', '4', '5']) {
          const Records = [{ ...record, attributes: { ApproximateReceiveCount } }];
          const { payload } = await invoke(cloud, outputs.ObserveFunctionName ?? '', { Records });
          if (!JSON.stringify(payload).includes(record.messageId)) throw new Error('It was observed all the same');
        }
        await sqs.send(new SendMessageCommand({ QueueUrl: of('ObserveQueueDeadLetters'), MessageBody: record.body }));
      },
      period: () => queues(),
      article: [PUT_SECRET, 'npx ckpt redrive'],
      mend: async () => {
        await replace();
        await runTo(stage, 0, ['redrive']);
      },
    };
  }

  async function shareFailing(): Promise<AlarmScene> {
    const { revoke, replace } = revoked('adminKey');
    return {
      cause: async () => {
        revoke();
        await share(stage.addUnwatchedJob().finalModel);
      },
      period: async () => {
        // Five minutes later the key is tried again.
        await endRests();
        return ticks('ShareFunctionName');
      },
      article: [PUT_SECRET],
      mend: replace,
    };
  }

  /** The quota is used up. */
  async function openaiRefuses(): Promise<AlarmScene> {
    let code: 0 | 1 = 1;
    const wish = () => runTo(stage, code, ['share', stage.addUnwatchedJob().finalModel, '--to', 'prod-eu']);
    return {
      cause: async () => fake.refusals.refuse('quota'),
      period: () => ticks('ShareFunctionName', 1, {}, wish),
      article: ['`npx ckpt share`'],
      mend: async () => {
        fake.refusals.letIn();
        code = 0;
      },
    };
  }

  async function sourceFailing(): Promise<AlarmScene> {
    const { revoke, replace } = revoked('projectKey');
    return {
      cause: async () => revoke(),
      period: () => ticks('ReconcileFunctionName'),
      article: ['Put a working key into the source', 'npx ckpt reconcile --wait'],
      mend: async () => {
        await replace();
        await runTo(stage, 0, ['reconcile', '--wait', '--timeout', '100s']);
      },
    };
  }

  return {
    scenes: {
      'dead-letters': deadLetters,
      'share-failing': shareFailing,
      'reconcile-failing': sourceFailing,
      'source-failing': sourceFailing,
      'openai-refuses': openaiRefuses,
    },
    close: () => {
      dynamo.destroy();
      secrets.destroy();
    },
  };
}
