import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createSecrets } from '../../../lambdas/adapters/secrets/secrets-manager.ts';
import { type AwsCall, awsError, clientConfig, type Reply, startAwsServer } from './aws-server.ts';

export type Stages = { AWSCURRENT?: Reply | string; AWSPREVIOUS?: Reply | string; AWSPENDING?: Reply | string };

/** The adapter on a loopback Secrets Manager with one secret, `webhook`, and a clock that stands still. */
export async function startSecretStore(stages: Stages) {
  const clock = { ms: 1_795_000_000_000 };
  const server = await startAwsServer((call) => answer(call, stages));
  const client = new SecretsManagerClient(clientConfig(server.url));
  return {
    stages,
    clock,
    secrets: createSecrets(client, { now: () => clock.ms }),
    /** The stages that were asked for since the last time this was asked. */
    reads: () => server.calls.splice(0).map(({ body }) => body.VersionStage),
    calls: server.calls,
    async close() {
      client.destroy();
      await server.close();
    },
  };
}

function answer({ operation, body }: AwsCall, stages: Stages): Reply {
  if (operation !== 'secretsmanager.GetSecretValue') throw new Error(`unprepared: ${operation}`);
  if (body.SecretId !== 'webhook') throw new Error(`unprepared secret: ${body.SecretId}`);
  const stage = body.VersionStage;
  if (stage !== 'AWSCURRENT' && stage !== 'AWSPREVIOUS' && stage !== 'AWSPENDING')
    throw new Error(`unprepared stage: ${stage}`);
  const value = stages[stage];
  if (value === undefined) return noValue(stage);
  return typeof value === 'string' && value !== 'hang' && value !== 'reset'
    ? { status: 200, body: { Name: 'webhook', SecretString: value } }
    : (value as Reply);
}

/** AWS's own words for a secret that has no value with this stage. */
export function noValue(stage: string): Reply {
  return awsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
  );
}
