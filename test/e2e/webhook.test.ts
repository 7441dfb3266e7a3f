import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWebhookSecret } from '../fake-openai/webhook.ts';
import { post } from '../local-cloud/http-api.ts';
import type { Delivery } from '../sandbox/webhook.ts';
import { openStage, type Stage, shared } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe('the deployed webhook endpoint', () => {
  it.each<[string, number, Delivery]>([
    ['signed with another secret', 401, { secret: createWebhookSecret() }],
    ['with a body that was changed', 401, { forgery: 'changed-body' }],
    ['with an id that was changed', 401, { forgery: 'changed-id' }],
    ['without a signature', 400, { forgery: 'unsigned' }],
    ['from ten minutes ago', 401, { sentAt: Date.now() - 600_000 }],
    ['from the future', 401, { sentAt: Date.now() + 600_000 }],
    ['that is signed but no JSON', 400, { body: 'not json' }],
    ['that is signed but no event', 400, { body: '{"hello":"world"}' }],
    ['that is larger than 256 KB', 413, { body: JSON.stringify({ padding: 'x'.repeat(300_000) }) }],
    ['for a source that is not there', 404, { source: 'nobody' }],
  ])('answers a delivery %s with %i', async (_, status, delivery) => {
    const job = stage.addJob(1);
    expect((await stage.deliver(job.id, delivery)).status).toBe(status);
  });

  it('has done nothing about any of these', async () => {
    const last = stage.addJob(1);
    await stage.deliver(last.id);
    await shared(stage, last.id, 3);
    const asked = stage.fake.calls.all.filter(({ endpoint }) => endpoint === 'jobs.get');
    expect(asked.map(({ path }) => path)).toEqual([`/v1/fine_tuning/jobs/${last.id}`]);
  });

  it.each(['batch.completed', 'something.new'])(
    'answers a genuine %s, of which it has no use, with 200',
    async (type) => {
      const answer = await stage.deliver('ftjob-unused', { event: { type, jobId: 'batch_abc' } });
      expect(answer.status).toBe(200);
    },
  );

  it('has no other route', async () => {
    const { WebhookUrl = '' } = stage.sandbox.outputs;
    expect((await post(stage.cloud, WebhookUrl.replace('/webhooks', '/elsewhere'), '{}')).status).toBe(404);
  });
});
