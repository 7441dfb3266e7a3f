import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ENV } from '../../lambdas/shared/contract/names.ts';
import { invoke } from '../local-cloud/lambda.ts';
import { SOURCE } from '../sandbox/sandbox.ts';
import { adminCalls, atOpenAI, EU } from './at-openai.ts';
import { personWho, run, runTo, tracked } from './cli.ts';
import { eventually, openStage, type Stage, shared } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(() => stage.fake.calls.reset());
afterEach(() => runTo(stage, 0, ['resume']));
afterAll(() => stage.close());

const jobIds = async (): Promise<readonly string[]> =>
  (await runTo(stage, 0, ['jobs'])).map(({ jobId }: { jobId: string }) => jobId);

describe('while everything is paused', () => {
  it('a finished job is recorded and not shared; once it is resumed, it is', async () => {
    const paused = await runTo(stage, 0, ['pause', '--reason', 'an incident']);
    expect(paused.all).toMatchObject({ why: 'an incident' });
    const job = stage.addJob();
    expect((await stage.deliver(job.id)).status).toBe(200);
    expect(await eventually(jobIds, (known) => known.includes(job.id))).toContain(job.id);
    await invoke(stage.cloud, stage.sandbox.outputs.ShareFunctionName ?? '');
    expect((await stage.listed(job.id)).map(({ state }) => state)).toEqual(Array(3).fill('pending'));
    expect(adminCalls(stage)).toEqual({ create: 0, list: 0, delete: 0 });
    expect((await runTo(stage, 0, ['status'])).paused.all).toMatchObject({ why: 'an incident' });

    await runTo(stage, 0, ['resume']);
    expect(await shared(stage, job.id, 3)).toHaveLength(3);
    expect(await tracked(stage, job.finalModel)).toEqual(atOpenAI(stage, job.finalModel));
  });

  it('what a person asks for waits, which is said, and is done once it is resumed', async () => {
    await runTo(stage, 0, ['pause']);
    const { finalModel } = stage.addUnwatchedJob();
    const waiting = await run(stage, ['share', finalModel, '--to', 'prod-eu']);
    expect(waiting).toMatchObject({ code: 1, document: { error: { name: 'PausedError' } } });
    expect(atOpenAI(stage, finalModel)).toEqual([]);
    await runTo(stage, 0, ['resume']);
    const after = await eventually(
      () => tracked(stage, finalModel),
      (lines) => lines.length > 0,
    );
    expect(after).toEqual([expect.stringContaining(EU)]);
  });
});

describe('while a rule is paused', () => {
  it('what it wants waits, and what others want is shared', async () => {
    await runTo(stage, 0, ['pause', '--rule', 'every checkpoint to everybody']);
    const job = stage.addJob();
    await stage.deliver(job.id);
    await eventually(jobIds, (known) => known.includes(job.id));
    await runTo(stage, 0, ['share', stage.addUnwatchedJob().finalModel, '--to', 'prod-eu']);
    expect(atOpenAI(stage, job.finalModel)).toEqual([]);
    expect((await run(stage, ['pause', '--rule', 'no such rule'])).code).toBe(1);
    await runTo(stage, 0, ['resume', '--rule', 'every checkpoint to everybody']);
    expect(await shared(stage, job.id, 3)).toHaveLength(3);
  });
});

describe('dead letters', () => {
  /** Puts messages into the dead-letter queue, as SQS does after the fifth receive. */
  async function bury(...bodies: readonly string[]) {
    const lambda = new LambdaClient(stage.cloud.client);
    const sqs = new SQSClient(stage.cloud.client);
    try {
      const FunctionName = stage.sandbox.outputs.OperatorFunctionName ?? '';
      const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
      const QueueUrl = Environment?.Variables?.[ENV.observeDeadLetterQueueUrl];
      for (const MessageBody of bodies) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    } finally {
      lambda.destroy();
      sqs.destroy();
    }
  }

  it('are moved back and observed; one that names no job is left', async () => {
    const job = stage.addJob();
    await bury(JSON.stringify({ source: SOURCE.alias, jobId: job.id }), 'not a job at all');
    const redriven = await runTo(stage, 0, ['redrive']);
    expect(redriven).toEqual({ moved: 1, jobIds: [job.id], left: false, unreadable: 1 });
    expect(await shared(stage, job.id, 3)).toHaveLength(3);
    const events = await runTo(stage, 0, ['events']);
    const acts = events.map(({ act }: { act: string }) => act).filter((act: string | null) => act !== null);
    expect(acts).toContain('redriven');
  });
});

describe('the record of what was done', () => {
  it('names who asked for it, and the functions that carried it out, newest first', async () => {
    const { finalModel } = stage.addUnwatchedJob();
    const env = await personWho(stage, 'alice', 'lambda:InvokeFunction');
    await runTo(stage, 0, ['share', finalModel, '--to', 'prod-eu'], env);
    await runTo(stage, 0, ['revoke', finalModel, '--all', '--yes'], env);
    const alice = `arn:aws:iam::${stage.cloud.accountId}:user/alice`;
    const events: readonly { actor: string; changes: { act: string }[] }[] = await runTo(stage, 0, [
      'events',
      finalModel,
    ]);
    expect(events.map(({ actor, changes }) => [actor, changes.map(({ act }) => act).join()])).toEqual([
      ['share', 'revoked'],
      [alice, 'revoking'],
      ['share', 'shared'],
      [alice, 'wanted'],
    ]);
    await runTo(stage, 0, ['pause', '--reason', 'lunch'], env);
    const [last] = await runTo(stage, 0, ['events', '--limit', '1']);
    expect(last).toMatchObject({ act: 'paused', actor: alice, note: 'everything: lunch' });
  });
});
