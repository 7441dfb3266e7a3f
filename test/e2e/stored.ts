import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { LocalCloud } from '../local-cloud/cloud.ts';

/** The current value of a secret. */
export async function readSecret({ client: config }: LocalCloud, secretId: string): Promise<string | undefined> {
  const client = new SecretsManagerClient(config);
  const read = client.send(new GetSecretValueCommand({ SecretId: secretId }));
  return (await read.finally(() => client.destroy())).SecretString;
}

/** Every item of a table, as text. */
export async function itemsOf({ client: config }: LocalCloud, table: string): Promise<readonly string[]> {
  const client = new DynamoDBClient(config);
  try {
    const items = await Array.fromAsync(paginateScan({ client }, { TableName: table }), ({ Items = [] }) => Items);
    return items.flat().map((item) => JSON.stringify(item));
  } finally {
    client.destroy();
  }
}
