import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { SecretUnusableError } from '../../core/errors.ts';
import type { SecretStore, StoredSecret } from '../../core/secrets/store.ts';
import { attempt, hasNoValue, toSecretError } from './failure.ts';

/** Secrets Manager for what may write there. Of a value nothing is ever logged, nor kept in an error. */
export function createSecretStore(client: SecretsManagerClient): SecretStore {
  async function describe(secretId: string): Promise<StoredSecret | undefined> {
    try {
      const {
        ARN = secretId,
        Name = secretId,
        VersionIdsToStages = {},
      } = await client.send(new DescribeSecretCommand({ SecretId: secretId }));
      return { arn: ARN, name: Name, versions: VersionIdsToStages };
    } catch (error) {
      const failure = toSecretError(secretId, error, attempt('looked at', 'DescribeSecret'));
      if (/is not there/.test(failure.message)) return undefined;
      throw failure;
    }
  }

  return {
    describe,

    async create(name, description) {
      try {
        const { ARN = name } = await client.send(new CreateSecretCommand({ Name: name, Description: description }));
        return ARN;
      } catch (error) {
        if (!(error instanceof ResourceExistsException))
          throw toSecretError(name, error, attempt('made', 'CreateSecret'));
        const there = await describe(name);
        if (there === undefined) throw new SecretUnusableError(name, 'is being deleted: wait, or choose another name');
        return there.arn;
      }
    },

    async read(secretId, version) {
      try {
        const { SecretString } = await client.send(
          new GetSecretValueCommand({
            SecretId: secretId,
            ...('stage' in version ? { VersionStage: version.stage } : { VersionId: version.id }),
          }),
        );
        return SecretString?.trim() || null;
      } catch (error) {
        if (hasNoValue(error)) return null;
        throw toSecretError(secretId, error);
      }
    },

    async put(secretId, value, { token, stages } = {}) {
      try {
        await client.send(
          new PutSecretValueCommand({
            SecretId: secretId,
            SecretString: value,
            ...(token !== undefined && { ClientRequestToken: token }),
            ...(stages !== undefined && { VersionStages: [...stages] }),
          }),
        );
      } catch (error) {
        throw toSecretError(secretId, error, attempt('written', 'PutSecretValue'));
      }
    },

    async moveStage(secretId, stage, to, from) {
      try {
        await client.send(
          new UpdateSecretVersionStageCommand({
            SecretId: secretId,
            VersionStage: stage,
            ...(to !== null && { MoveToVersionId: to }),
            ...(from !== null && { RemoveFromVersionId: from }),
          }),
        );
      } catch (error) {
        throw toSecretError(secretId, error, attempt('written', 'UpdateSecretVersionStage'));
      }
    },
  };
}
