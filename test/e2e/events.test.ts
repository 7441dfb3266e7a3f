import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENT_SOURCE } from '../../lambdas/shared/contract/names.ts';
import type { DetailOf, DetailType } from '../../lambdas/shared/contract/published-events.ts';
import { invoke } from '../local-cloud/lambda.ts';
import { TARGETS } from '../sandbox/sandbox.ts';
import { expectAsPublished } from '../use-cases/publish/publishing.ts';
import { eventually, ledgerItems, openStage, type Stage, shared } from './stage.ts';

interface Delivered {
  readonly source: string;
  readonly 'detail-type': DetailType;
  readonly detail: DetailOf<DetailType>;
}

let stage: Stage;
let events: EventBridgeClient;
let sqs: SQSClient;
let queueUrl = '';
const delivered: Delivered[] = [];

beforeAll(async () => {
  stage = await openStage();
  events = new EventBridgeClient(stage.cloud.client);
  sqs = new SQSClient(stage.cloud.client);
  queueUrl = await subscribe('Sharing-everything', { source: [EVENT_SOURCE] });
});
afterAll(async () => {
  events.destroy();
  sqs.destroy();
  await stage.close();
});

/** A rule on the stack's bus, as a person would make it, and a queue that only the rule may send to. */
async function subscribe(name: string, pattern: object): Promise<string> {
  const EventBusName = stage.sandbox.outputs.EventBusName ?? '';
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const Arn = Attributes?.QueueArn ?? '';
  const rule = { Name: name, EventBusName, EventPattern: JSON.stringify(pattern) };
  const { RuleArn } = await events.send(new PutRuleCommand(rule));
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: Arn,
    Condition: { ArnEquals: { 'aws:SourceArn': RuleArn } },
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  await events.send(new PutTargetsCommand({ Rule: name, EventBusName, Targets: [{ Id: 'queue', Arn }] }));
  return QueueUrl;
}

/** What has come to the queue so far. */
async function receive(): Promise<readonly Delivered[]> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }));
  for (const { Body = '', ReceiptHandle } of Messages) {
    delivered.push(JSON.parse(Body));
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
  }
  return delivered;
}

const of = (type: DetailType, jobId: string) => (all: readonly Delivered[]) =>
  all.filter(({ 'detail-type': told, detail }) => told === type && 'jobId' in detail && detail.jobId === jobId);

describe('what is done, on the deployed stack', () => {
  it('comes to whoever made a rule on its bus: a job that ended is told to be shared with every target', async () => {
    const job = stage.addJob(1);
    await stage.deliver(job.id);
    const listed = await shared(stage, job.id, 3);
    const told = of('Checkpoint Shared', job.id);
    // The minute's tick of the publish function does it, too.
    await invoke(stage.cloud, stage.sandbox.outputs.PublishFunctionName ?? '');
    const all = await eventually(receive, (found) => told(found).length > 0);
    for (const { source, 'detail-type': type, detail } of all) {
      expect(source).toBe(EVENT_SOURCE);
      expectAsPublished({ type, detail });
    }
    const ids = new Set(told(all).map(({ detail }) => detail.id));
    expect(ids.size).toBe(1);
    expect(told(all)[0]?.detail).toMatchObject({
      version: 1,
      stack: stage.sandbox.stackName,
      by: 'share',
      checkpoint: job.finalModel,
      jobId: job.id,
      source: 'research',
      permissions: listed
        .map(({ projectId, project, permissionId }) => ({ projectId, project, permissionId }))
        .sort((a, b) => (a.projectId < b.projectId ? -1 : 1)),
    });
    expect(listed.map(({ projectId }) => projectId).sort()).toEqual(Object.values(TARGETS).sort());
  });

  it('waits in the ledger until it is told, and no longer; and no event has a secret', async () => {
    await invoke(stage.cloud, stage.sandbox.outputs.PublishFunctionName ?? '');
    const waiting = (await ledgerItems(stage)).filter((item) => item.includes('"OUTBOX"'));
    expect(waiting).toEqual([]);
    const texts = JSON.stringify(await receive());
    for (const secret of Object.values(stage.sandbox.keys)) expect(texts).not.toContain(secret);
  });

  it('is told again by the same id where the publish function had crashed before it took note', async () => {
    const [first] = await receive();
    const table = stage.sandbox.outputs.LedgerTableName;
    const key = (partition: string) => ({ pk: { S: partition }, sk: { S: first?.detail.ledgerEvent ?? '' } });
    const dynamo = new DynamoDBClient(stage.cloud.client);
    const { Item } = await dynamo.send(new GetItemCommand({ TableName: table, Key: key('EVENT') }));
    await dynamo.send(new PutItemCommand({ TableName: table, Item: { ...Item, ...key('OUTBOX') } }));
    dynamo.destroy();
    await invoke(stage.cloud, stage.sandbox.outputs.PublishFunctionName ?? '');
    const same = (all: readonly Delivered[]) => all.filter(({ detail }) => detail.id === first?.detail.id);
    const twice = same(await eventually(receive, (all) => same(all).length > 1));
    expect(twice[1]?.detail).toEqual(first?.detail);
  });
});
