import { createHash } from 'node:crypto';
import { vi } from 'vitest';
import { type AwsCall, awsError, mintedAnswer, type Reply, startAwsServer } from '../adapters/secrets/aws-server.ts';
import { arnOnAws } from '../stack/on-aws.ts';
import { createTable } from './aws-table.ts';

/** As much of an AWS account as the functions' wiring needs to be seen at work. */
export interface Account {
  /** Values by secret id; one that is not there is an empty secret. */
  readonly secrets: Map<string, string>;
  /** ARNs of the secrets that were made. */
  readonly made: Set<string>;
  /** Lambda's answer to a wake-up. */
  waking: Reply;
  /** SQS's answer to a change of visibility. */
  postponing: Reply;
  /** So many of the next transactions find that somebody else has written meanwhile. */
  losing: number;
  /** What AWS vouches with for whoever asks. */
  identity: () => string;
  /** The bodies of messages that were set aside. */
  readonly deadLetters: string[];
  /** What was put on event buses. */
  readonly published: Readonly<Record<string, unknown>>[];
}

/**
 * A loopback AWS on which every client of this process lands: one table, secrets, queues and functions to wake. `gate` sees
 * every call first; what it answers is the answer.
 */
export async function startAccount(
  secrets: Readonly<Record<string, string>>,
  gate: (call: AwsCall) => Reply | undefined = () => undefined,
) {
  const account: Account = {
    secrets: new Map(Object.entries(secrets)),
    made: new Set(),
    waking: { status: 202, body: '' },
    postponing: { status: 200, body: {} },
    losing: 0,
    identity: () => 'none',
    deadLetters: [],
    published: [],
  };
  const table = createTable();
  const server = await startAwsServer((call) => gate(call) ?? answer(call, account, table.answer));
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  return {
    account,
    calls: server.calls,
    units: table.units,
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

function answer(
  { operation, body }: AwsCall,
  account: Account,
  table: ReturnType<typeof createTable>['answer'],
): Reply {
  const ok = (content: unknown): Reply => ({ status: 200, body: content });
  const onTable = /^DynamoDB_\d+\.(\w+)$/.exec(operation)?.[1];
  if (onTable === 'TransactWriteItems' && account.losing > 0) {
    account.losing--;
    return { status: 400, body: { __type: 'TransactionCanceledException', CancellationReasons: [LOST] } };
  }
  if (onTable !== undefined) return ok(table(onTable, body));
  if (/^POST \/2015-03-31\/functions\/[^/]+\/invocations$/.test(operation)) return account.waking;
  switch (operation) {
    case 'Query.GetWebIdentityToken':
      return mintedAnswer(account.identity());
    case 'secretsmanager.CreateSecret':
      account.made.add(arnOf(body.Name));
      return ok({ ARN: arnOf(body.Name), Name: body.Name });
    case 'secretsmanager.DescribeSecret': {
      const arn = arnOf(body.SecretId);
      // Those of the stack are there, one that is told by its name only once it was made.
      if (arn === body.SecretId || account.made.has(arn)) return ok({ ARN: arn, Name: body.SecretId });
      return awsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    case 'secretsmanager.PutSecretValue':
      account.secrets.set(arnOf(body.SecretId), String(body.SecretString));
      return ok({});
    case 'secretsmanager.GetSecretValue': {
      const value = account.secrets.get(String(body.SecretId));
      if (value !== undefined) return ok({ Name: body.SecretId, SecretString: value });
      return awsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret value");
    }
    case 'AWSEvents.PutEvents': {
      const entries = body.Entries as readonly Readonly<Record<string, unknown>>[];
      account.published.push(...entries);
      return ok({ FailedEntryCount: 0, Entries: entries.map((_, index) => ({ EventId: `e-${index}` })) });
    }
    case 'AmazonSQS.SendMessage':
      return ok({ MessageId: '1', MD5OfMessageBody: md5(String(body.MessageBody)) });
    case 'AmazonSQS.ReceiveMessage':
      return ok({
        Messages: account.deadLetters.map((Body) => {
          return { MessageId: md5(Body), ReceiptHandle: Body, Body, MD5OfBody: md5(Body) };
        }),
      });
    case 'AmazonSQS.DeleteMessage':
      account.deadLetters.splice(account.deadLetters.indexOf(String(body.ReceiptHandle)), 1);
      return ok({});
    case 'AmazonSQS.GetQueueAttributes':
      return ok({ Attributes: {} });
    case 'AmazonSQS.ChangeMessageVisibility':
      return account.postponing;
    default:
      throw new Error(`unprepared: ${operation}`);
  }
}

function arnOf(id: unknown): string {
  const name = String(id);
  return name.startsWith('arn:') ? name : arnOnAws('secretsmanager', `secret:${name}-xxxxxx`);
}

const LOST = { Code: 'ConditionalCheckFailed' };

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
