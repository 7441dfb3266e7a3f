import type { SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Policy } from '../../lambdas/core/policy/policy.ts';
import { wire } from '../../lambdas/observe/wire.ts';
import { runBatch } from '../../lambdas/shared/runtime/sqs-batch.ts';
import { aPolicy } from '../core/policy/builders.ts';
import { type FakeOpenAI, startFakeOpenAI } from '../fake-openai/fake-openai.ts';
import { startAccount } from '../shared/aws-account.ts';
import { failuresIn, sqsEvent, sqsRecord } from '../shared/sqs-events.ts';
import { recordLog } from '../use-cases/scene.ts';

let fake: FakeOpenAI;
let aws: Awaited<ReturnType<typeof startAccount>>;
beforeEach(async () => {
  fake = await startFakeOpenAI();
  const { apiKey } = fake.addProject({ id: 'proj_RESEARCH' });
  aws = await startAccount({ 'arn:research': `${apiKey}\n` });
});
afterEach(async () => {
  await aws.close();
  await fake.close();
});

const WAKE = 'POST /2015-03-31/functions/share/invocations';

/** The observe function, wired as it is deployed. */
function startFunction() {
  const { log, lines } = recordLog();
  const policy: Policy = { ...aPolicy(), openai: { ...aPolicy().openai, baseUrl: fake.url } };
  const projectKeys = new Map([['research', 'arn:research']]);
  const settings = { ledgerTable: 'ledger', queueUrl: aws.queueUrl, shareFunction: 'share', projectKeys };
  const batch = wire(settings, policy, log);
  const run = (...records: readonly SQSRecord[]) => runBatch(sqsEvent(...records), batch, () => 60_000);
  return { run, lines, lookAgain: batch.lookAgain };
}

describe('the observe function', () => {
  it('writes what is wanted, then wakes the share function; the same message again costs no call', async () => {
    const job = fake.addJob({ projectId: 'proj_RESEARCH', checkpoints: 1 });
    const { run } = startFunction();
    const message = { source: 'research', jobId: job.id, webhookAt: 1_795_000_000_000 };
    expect(failuresIn(await run(sqsRecord('m-1', message)))).toEqual([]);
    const written = aws.bodies('DynamoDB_20120810.TransactWriteItems').map(({ TransactItems }) => {
      return (TransactItems as { Put: { Item: unknown } }[]).map(({ Put }) => Put.Item);
    });
    const [[checkpoint, event] = [], [known, mark] = []] = written;
    expect(event).toMatchObject({ pk: { S: 'EVENT' }, body: { S: expect.stringContaining('"actor":"observe"') } });
    expect(checkpoint).toMatchObject({ pk: { S: 'CHECKPOINT' }, sk: { S: job.finalModel }, dueLane: { S: 'create' } });
    expect(known).toMatchObject({ pk: { S: 'JOB' }, sk: { S: job.id } });
    expect(mark).toMatchObject({ pk: { S: 'CHANGE' }, sk: { S: expect.stringContaining(job.id) } });
    expect(aws.operations().at(-1)).toBe(WAKE);
    expect(fake.calls.byEndpoint()).toEqual({ 'jobs.get': 1, 'jobs.checkpoints': 1 });

    await run(sqsRecord('m-2', message), sqsRecord('m-3', message));
    expect(fake.calls.all).toHaveLength(2);
    expect(aws.bodies(WAKE)).toHaveLength(1);
    expect(aws.bodies('DynamoDB_20120810.PutItem')).toHaveLength(0);
    expect(aws.bodies('DynamoDB_20120810.TransactWriteItems')).toHaveLength(2);
  });

  it('asks with its tick for the jobs that are due to be read again: one query where there are none', async () => {
    const { lookAgain } = startFunction();
    await lookAgain(60_000);
    expect(aws.operations()).toEqual(['DynamoDB.Query']);
    expect(fake.calls.all).toEqual([]);
  });

  it('lets a job that cannot be read come back in a minute, the third time in four', async () => {
    aws.account.secrets.clear();
    const { run, lines } = startFunction();
    const message = { source: 'research', jobId: 'ftjob-1', webhookAt: null };
    expect(failuresIn(await run(sqsRecord('m-1', message), sqsRecord('m-2', message, 3)))).toEqual(['m-1', 'm-2']);
    const postponed = aws.bodies('AmazonSQS.ChangeMessageVisibility');
    expect(postponed).toHaveLength(2);
    for (const [ReceiptHandle, VisibilityTimeout] of [
      ['receipt-m-1', 60],
      ['receipt-m-2', 240],
    ]) {
      expect(postponed).toContainEqual({ QueueUrl: aws.queueUrl, ReceiptHandle, VisibilityTimeout });
    }
    expect(lines).toContainEqual(
      expect.objectContaining({
        message: 'Message not done',
        fields: expect.objectContaining({ jobId: 'ftjob-1', reason: expect.stringMatching(/arn:research is empty/) }),
      }),
    );
    expect(fake.calls.all).toEqual([]);
  });

  it('goes on although a message cannot be postponed, and the share function not be woken', async () => {
    aws.account.postponing = { status: 400, body: { __type: 'ReceiptHandleIsInvalid', message: 'expired' } };
    aws.account.waking = { status: 404, body: { Type: 'User', Message: 'Function not found' } };
    const job = fake.addJob({ projectId: 'proj_RESEARCH', checkpoints: 1 });
    const { run, lines } = startFunction();
    const records = ['ftjob-gone', job.id].map((jobId) => sqsRecord(jobId, { source: 'research', jobId }));
    expect(failuresIn(await run(...records, sqsRecord('m-3', 'no message')))).toEqual(['ftjob-gone', 'm-3']);
    // Side by side: only of each message is there an order.
    const linesOf = (id: string) =>
      lines.filter(({ fields }) => [fields.jobId, fields.messageId].includes(id)).map(({ message }) => message);
    expect(linesOf('ftjob-gone')).toEqual(['Job could not be read', 'Message not done', 'Message failed']);
    expect(linesOf(job.id)).toEqual(['Job observed', 'The share function could not be woken; its next tick goes on']);
    expect(linesOf('m-3')).toEqual(['Message is not of the form that this function takes']);
  });
});
