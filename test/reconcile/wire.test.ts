import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Policy } from '../../lambdas/core/policy/policy.ts';
import { wire } from '../../lambdas/reconcile/wire.ts';
import { aPolicy } from '../core/policy/builders.ts';
import { type FakeOpenAI, startFakeOpenAI } from '../fake-openai/fake-openai.ts';
import { startAccount } from '../shared/aws-account.ts';
import { recordLog } from '../use-cases/scene.ts';

let fake: FakeOpenAI;
let aws: Awaited<ReturnType<typeof startAccount>>;
beforeEach(async () => {
  fake = await startFakeOpenAI();
  const { apiKey } = fake.addProject({ id: 'proj_RESEARCH' });
  aws = await startAccount({ 'arn:research': apiKey });
});
afterEach(async () => {
  await aws.close();
  await fake.close();
});

const FIVE_MINUTES = 300_000;

/** The reconcile function, wired as it is deployed. */
function startFunction() {
  const policy: Policy = { ...aPolicy(), openai: { ...aPolicy().openai, baseUrl: fake.url } };
  const projectKeys = new Map([['research', 'arn:research']]);
  const settings = { ledgerTable: 'ledger', queueUrl: aws.queueUrl, shareFunction: 'share', projectKeys };
  return wire(settings, policy, recordLog().log);
}

describe('the reconcile function', () => {
  it('queues each job that the ledger does not have, and records how far it came', async () => {
    const jobs = [1, 2, 3].map(() => fake.addJob({ projectId: 'proj_RESEARCH' }).id);
    await startFunction()(null, FIVE_MINUTES);
    const sent = aws.bodies('AmazonSQS.SendMessage').map(({ MessageBody }) => JSON.parse(String(MessageBody)));
    expect(sent).toEqual(jobs.toReversed().map((jobId) => ({ source: 'research', jobId, webhookAt: null })));
    const stored = aws.bodies('DynamoDB_20120810.PutItem').map(({ Item }) => Item);
    expect(stored).toContainEqual(expect.objectContaining({ pk: { S: 'SWEEP' }, sk: { S: 'research' } }));
  });

  it('fails while the project key is not there, and works once it is', async () => {
    const key = aws.account.secrets.get('arn:research') ?? '';
    aws.account.secrets.clear();
    const run = startFunction();
    await expect(run(null, FIVE_MINUTES)).rejects.toThrow(/could not be swept: research/);
    aws.account.secrets.set('arn:research', key);
    await run(null, FIVE_MINUTES);
  });

  it('begins no page for which its time may not do', async () => {
    await startFunction()(null, 40_000);
    expect(fake.calls.all).toEqual([]);
  });
});
