import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseObserveRequest } from '../../../lambdas/core/model/observe-request.ts';
import { runBatch } from '../../../lambdas/shared/runtime/sqs-batch.ts';
import { observe } from '../../../lambdas/use-cases/observe/observe.ts';
import { sqsEvent, sqsRecord } from '../../shared/sqs-events.ts';
import { createScene, type Scene } from '../scene.ts';
import { observeDeps, rows, webhookFor } from './looking.ts';

/** As the queue has it; after the last of them a message is a dead letter. */
const RECEIVES = 5;

let scene: Scene;
beforeEach(async () => {
  scene = await createScene();
});
afterEach(() => scene.close());

/** A webhook's message through the queue; before each receive something may happen. */
async function deliver(jobId: string, before: (receive: number) => void = () => undefined) {
  const deps = observeDeps(scene);
  const message = webhookFor(scene, jobId);
  for (let receive = 1; receive <= RECEIVES; receive++) {
    before(receive);
    const { batchItemFailures } = await runBatch(
      sqsEvent(sqsRecord('m', message, receive)),
      {
        parse: parseObserveRequest,
        handle: (request, attempt) => observe(deps, request, attempt),
        handleMs: 1,
        postpone: async (_, seconds) => scene.time.advance(seconds * 1_000),
        log: deps.log,
      },
      () => 60_000,
    );
    if (batchItemFailures.length === 0) return { end: 'done', receive, lines: deps.lines, at: message.webhookAt };
  }
  return { end: 'dead letter', receive: RECEIVES, lines: deps.lines, at: message.webhookAt };
}

const asked = () => scene.fake.calls.count({ endpoint: 'jobs.get' });

describe.each(['not-found', 'bad-request'] as const)('a test event, whose job OpenAI answers with %s,', (oddJobId) => {
  it.each(['ftjob-abc123', 'ftjob_abc123'])('%s is looked up a few times, named, and done with', async (jobId) => {
    scene.fake.quirks.oddJobId = oddJobId;
    const { end, lines, at } = await deliver(jobId);
    expect(end).toBe('done');
    expect(asked()).toBe(4);
    const last = lines.at(-1);
    expect(last).toMatchObject({ level: 'warn', fields: { source: 'research', jobId } });
    expect(last?.message).toContain('does not have this job');
    expect(await rows(scene)).toEqual({ jobs: [], checkpoints: [] });
    expect(await scene.ledger.getSources()).toMatchObject([
      { alias: 'research', lastWebhookAt: at, lastUnknownJobId: jobId, lastUnknownJobAt: scene.time.now() },
    ]);
  });
});

describe('a job that is only late', () => {
  it.each([2, 3, 4])('is taken at look %i, and not called unknown', async (late) => {
    const { end, receive } = await deliver('ftjob-late', (now) => {
      if (now === late) scene.fake.addJob({ projectId: 'proj_RESEARCH', id: 'ftjob-late' });
    });
    expect({ end, receive }).toEqual({ end: 'done', receive: late });
    expect((await rows(scene)).jobs).toMatchObject([{ jobId: 'ftjob-late', status: 'succeeded' }]);
    const [source] = await scene.ledger.getSources();
    expect(source).not.toHaveProperty('lastUnknownJobId');
  });
});

describe('what says nothing of the job', () => {
  it.each(['error-before', 'throttled', 'reset-before'] as const)('(%s) still ends as a dead letter', async (fault) => {
    const { end } = await deliver(scene.addJob(1).id, () => scene.fake.faults.queue('jobs.get', fault));
    expect(end).toBe('dead letter');
  });

  it('(a key that OpenAI does not take) does so, too', async () => {
    const { id } = scene.addJob(1);
    const deps = observeDeps(scene, { api: scene.jobApi('sk-proj-revoked') });
    expect(await observe(deps, webhookFor(scene, id), RECEIVES)).toMatchObject({ kind: 'retry' });
  });
});
