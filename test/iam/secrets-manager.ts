import { type AwsCall, awsError, type Reply } from '../adapters/secrets/aws-server.ts';

interface Version {
  readonly value: string;
  stages: readonly string[];
}

/** A loopback Secrets Manager with versions and stages, by ARN; undefined for a call that is none of its. */
export function createSecretsManager(values: Readonly<Record<string, string>>) {
  const secrets = new Map(
    Object.entries(values).map(([arn, value]) => [
      arn,
      new Map<string, Version>([['first', { value, stages: ['AWSCURRENT'] }]]),
    ]),
  );

  function answer({ operation, body }: AwsCall): Reply | undefined {
    const method = /^secretsmanager\.(\w+)$/.exec(operation)?.[1];
    if (method === undefined) return undefined;
    const arn = String(body.SecretId);
    const versions = secrets.get(arn);
    if (versions === undefined) return awsError('ResourceNotFoundException', 'Secrets Manager can’t find the secret.');
    const ok = (content: unknown): Reply => ({ status: 200, body: content });
    const take = (stage: string) => {
      for (const version of versions.values()) version.stages = version.stages.filter((each) => each !== stage);
    };
    switch (method) {
      case 'DescribeSecret': {
        const stages = [...versions].map(([id, version]) => [id, version.stages]);
        return ok({ ARN: arn, Name: arn, VersionIdsToStages: Object.fromEntries(stages) });
      }
      case 'GetSecretValue': {
        const staged = [...versions.values()].find(({ stages }) => stages.includes(String(body.VersionStage)));
        const found = body.VersionId === undefined ? staged : versions.get(String(body.VersionId));
        if (found !== undefined) return ok({ ARN: arn, SecretString: found.value });
        return awsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret value");
      }
      case 'PutSecretValue':
        take('AWSPENDING');
        versions.set(String(body.ClientRequestToken), {
          value: String(body.SecretString),
          stages: body.VersionStages as readonly string[],
        });
        return ok({});
      case 'UpdateSecretVersionStage': {
        take(String(body.VersionStage));
        const to = versions.get(String(body.MoveToVersionId));
        if (to !== undefined) to.stages = [...to.stages, String(body.VersionStage)];
        return ok({});
      }
      default:
        throw new Error(`unprepared: ${operation}`);
    }
  }

  const current = (arn: string) =>
    [...(secrets.get(arn)?.values() ?? [])].find(({ stages }) => stages.includes('AWSCURRENT'))?.value;
  return { answer, current };
}
