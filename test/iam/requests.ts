import { LEDGER } from '../../lambdas/shared/contract/ledger-keys.ts';
import type { AwsCall } from '../adapters/secrets/aws-server.ts';
import { arnOnAws } from '../stack/on-aws.ts';
import type { Request } from './evaluate.ts';

type Item = Readonly<Record<string, { readonly S?: string }>>;
type Body = Readonly<Record<string, unknown>>;

/** What a call asks IAM for; every one of them has to be allowed. Throws for a call that nobody has looked up yet. */
export function requestsOf({ operation, body }: Pick<AwsCall, 'operation' | 'body'>): readonly Request[] {
  const [service = '', method = ''] = operation.replace(/^DynamoDB_\d+/, 'DynamoDB').split('.');
  const invoked = /^POST \/[\d-]+\/functions\/([^/]+)\/invocations$/.exec(operation)?.[1];
  if (invoked !== undefined) {
    return [plain('lambda:InvokeFunction', arnOnAws('lambda', `function:${decodeURIComponent(invoked)}`))];
  }
  switch (service) {
    case 'DynamoDB':
      return tableRequests(method, body);
    case 'secretsmanager':
      // One that is made is judged by the ARN that its name will give.
      return [plain(`secretsmanager:${method}`, secretArn(String(body.SecretId ?? body.Name)))];
    case 'AWSEvents': {
      const entries = body.Entries as readonly { readonly EventBusName?: string }[];
      const buses = new Set(entries.map(({ EventBusName = 'default' }) => EventBusName));
      return [...buses].map((bus) => plain(`events:${method}`, arnOnAws('events', `event-bus/${bus}`)));
    }
    case 'Query':
      return [stsRequest(method, body)];
    case 'AmazonSQS':
      return [plain(`sqs:${method}`, arnOnAws('sqs', String(body.QueueUrl).split('/').at(-1) ?? ''))];
    default:
      throw new Error(`What ${operation} asks IAM for is not written down here.`);
  }
}

/** Source of the condition keys: AWS's service authorization reference of STS. */
function stsRequest(method: string, body: Body): Request {
  const audiences = Object.entries(body).filter(([name]) => name.startsWith('Audience.'));
  const context = {
    'sts:IdentityTokenAudience': audiences.map(([, audience]) => String(audience)),
    ...(body.DurationSeconds !== undefined && { 'sts:DurationSeconds': [String(body.DurationSeconds)] }),
  };
  return { action: `sts:${method}`, resource: '*', context };
}

function secretArn(id: string): string {
  return id.startsWith('arn:') ? id : arnOnAws('secretsmanager', `secret:${id}`);
}

function plain(action: string, resource: string): Request {
  return { action, resource, context: {} };
}

/**
 * A batch is judged as one request with the leading keys of all its items. A transaction is judged by the rights of the single
 * operations that it is made of; whether each for itself, or all of a kind together, AWS does not say: here together, which
 * whatever is allowed that way is allowed the other way, too.
 */
function tableRequests(method: string, body: Body): readonly Request[] {
  const on = (action: string, table: unknown, keys: readonly string[]): Request => ({
    action: `dynamodb:${action}`,
    resource: arnOnAws('dynamodb', `table/${String(table)}`),
    context: { 'dynamodb:LeadingKeys': [...new Set(keys)] },
  });
  switch (method) {
    case 'GetItem':
    case 'UpdateItem':
    case 'DeleteItem':
      return [on(method, body.TableName, [leading(body.Key)])];
    case 'PutItem':
      return [on(method, body.TableName, [leading(body.Item)])];
    case 'Query': {
      const { IndexName } = body;
      if (IndexName === undefined) return [on(method, body.TableName, [queried(body, LEDGER.partitionKey)])];
      // What an index is asked for leads with the index's own key.
      return [on(method, `${body.TableName}/index/${IndexName}`, [queried(body, LEDGER.dueLane)])];
    }
    case 'BatchWriteItem':
      return Object.entries(body.RequestItems as Record<string, readonly Record<string, Body>[]>).map(
        ([table, writes]) =>
          on(
            method,
            table,
            writes.map(({ PutRequest, DeleteRequest }) => leading(PutRequest?.Item ?? DeleteRequest?.Key)),
          ),
      );
    case 'TransactWriteItems': {
      const parts = (body.TransactItems as readonly Record<string, Body>[]).flatMap((item) => Object.entries(item));
      const groups = Map.groupBy(parts, ([kind, { TableName }]) => `${ACTION_OF[kind] ?? ''} ${TableName}`);
      return [...groups].map(([group, members]) => {
        const [action = '', table] = group.split(' ');
        return on(
          action,
          table,
          members.map(([, { Item, Key }]) => leading(Item ?? Key)),
        );
      });
    }
    default:
      throw new Error(`With which keys ${method} leads is not written down here.`);
  }
}

const ACTION_OF: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

function leading(item: unknown): string {
  const key = (item as Item)[LEDGER.partitionKey]?.S;
  if (key === undefined) throw new Error(`${JSON.stringify(item)} has no leading key.`);
  return key;
}

/** The value for which a query asks of an attribute: DynamoDB takes no other comparison of a partition key. */
function queried(body: Body, attribute: string): string {
  const names = body.ExpressionAttributeNames as Readonly<Record<string, string>>;
  const values = body.ExpressionAttributeValues as Item;
  for (const [, name = '', value = ''] of String(body.KeyConditionExpression).matchAll(/(#\w+) = (:\w+)/g)) {
    const key = values[value]?.S;
    if (names[name] === attribute && key !== undefined) return key;
  }
  throw new Error(`The query ${String(body.KeyConditionExpression)} names no ${attribute}.`);
}
