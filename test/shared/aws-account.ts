import { createHash } from 'node:crypto';
import { vi } from 'vitest';
import { type AwsCall, awsError, type Reply, startAwsServer } from '../adapters/secrets/aws-server.ts';

/** As much of an AWS account as the functions' wiring needs to be seen at work. */
export interface Account {
  /** Values by secret id; one that is not there is an empty secret. */
  readonly secrets: Map<string, string>;
  /** Lambda's answer to a wake-up. */
  waking: Reply;
  /** SQS's answer to a change of visibility. */
  postponing: Reply;
}

/**
 * A loopback AWS on which every client of this process lands: one table without conditions (what those are worth is
 * shown by the ledger's own tests), secrets, a queue and a function to wake.
 */
export async function startAccount(secrets: Readonly<Record<string, string>>) {
  const account: Account = {
    secrets: new Map(Object.entries(secrets)),
    waking: { status: 202, body: '' },
    postponing: { status: 200, body: {} },
  };
  const items = new Map<string, unknown>();
  const server = await startAwsServer((call) => answer(call, account, items));
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  return {
    account,
    calls: server.calls,
    queueUrl: `${server.url}/000000000000/observe`,
    /** The bodies of the calls of one operation, `Service.Operation` or method and path. */
    bodies: (operation: string) => server.calls.filter((call) => call.operation === operation).map(({ body }) => body),
    operations: () => server.calls.map(({ operation }) => operation.replace(/^DynamoDB_\d+/, 'DynamoDB')),
    async close() {
      vi.unstubAllEnvs();
      await server.close();
    },
  };
}

function answer({ operation, body }: AwsCall, account: Account, items: Map<string, unknown>): Reply {
  const ok = (content: unknown): Reply => ({ status: 200, body: content });
  switch (operation.replace(/^DynamoDB_\d+/, 'DynamoDB')) {
    case 'DynamoDB.GetItem': {
      const item = items.get(keyOf(body.Key));
      return ok(item === undefined ? {} : { Item: item });
    }
    case 'DynamoDB.PutItem':
      items.set(keyOf(body.Item), body.Item);
      return ok({});
    case 'DynamoDB.TransactWriteItems':
      for (const { Put } of body.TransactItems as { Put: { Item: unknown } }[]) items.set(keyOf(Put.Item), Put.Item);
      return ok({});
    case 'DynamoDB.UpdateItem':
    case 'DynamoDB.DeleteItem':
      return ok({});
    case 'DynamoDB.Query':
      return ok({ Items: [], Count: 0 });
    case 'secretsmanager.GetSecretValue': {
      const value = account.secrets.get(String(body.SecretId));
      if (value !== undefined) return ok({ Name: body.SecretId, SecretString: value });
      return awsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret value");
    }
    case 'AmazonSQS.SendMessage':
      return ok({ MessageId: '1', MD5OfMessageBody: createHash('md5').update(String(body.MessageBody)).digest('hex') });
    case 'AmazonSQS.GetQueueAttributes':
      return ok({ Attributes: {} });
    case 'AmazonSQS.ChangeMessageVisibility':
      return account.postponing;
    case 'POST /2015-03-31/functions/share/invocations':
      return account.waking;
    default:
      throw new Error(`unprepared: ${operation}`);
  }
}

function keyOf(item: unknown): string {
  const { pk, sk } = item as { readonly pk: { readonly S: string }; readonly sk: { readonly S: string } };
  return `${pk.S} ${sk.S}`;
}
