import { describe, expect, it } from 'vitest';
import { createJobApi } from '../../../lambdas/adapters/openai/jobs.ts';
import { isOdd } from '../../../lambdas/core/model/job.ts';
import { failureOf, testClient } from './client.ts';
import { json, type Step, scriptedServer } from './scripted-server.ts';

/** As in OpenAI's documentation, with fields beside it that were seen and are undocumented. */
const JOB = {
  object: 'fine_tuning.job',
  id: 'ftjob-abc123',
  model: 'gpt-4o-mini-2024-07-18',
  created_at: 1_732_100_000,
  finished_at: 1_732_100_900,
  fine_tuned_model: 'ft:gpt-4o-mini-2024-07-18:org-xyz:support:ABcDeFgH',
  organization_id: 'org-xyz',
  status: 'succeeded',
  error: {},
  hyperparameters: { n_epochs: 3 },
  metadata: { stage: 'release' },
  user_provided_suffix: 'support',
  usage_metrics: null,
};

function checkpoint(n: number, fields: object = {}) {
  return {
    object: 'fine_tuning.job.checkpoint',
    id: `ftckpt_${n}`,
    created_at: 1_732_100_000 + n,
    fine_tuning_job_id: JOB.id,
    fine_tuned_model_checkpoint: `ft:gpt-4o-mini-2024-07-18:org-xyz:support:id${n}:ckpt-step-${n}`,
    step_number: n,
    metrics: {},
    ...fields,
  };
}

function page(data: readonly object[], hasMore: boolean): Step {
  return json({ object: 'list', data, has_more: hasMore });
}

async function api(...script: Step[]) {
  const server = await scriptedServer(...script);
  const client = testClient(server.origin);
  return {
    ...createJobApi(client.http),
    seen: server.seen,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe('getJob', () => {
  it('reads a job', async () => {
    await using openai = await api(json(JOB));
    expect(await openai.getJob(JOB.id)).toEqual({
      jobId: 'ftjob-abc123',
      status: 'succeeded',
      baseModel: 'gpt-4o-mini-2024-07-18',
      finalModel: 'ft:gpt-4o-mini-2024-07-18:org-xyz:support:ABcDeFgH',
      metadata: { stage: 'release' },
      createdAt: 1_732_100_000_000,
      finishedAt: 1_732_100_900_000,
      epochs: 3,
    });
    expect(openai.seen).toMatchObject([{ method: 'GET', url: '/v1/fine_tuning/jobs/ftjob-abc123' }]);
  });

  it.each([
    ['a status nobody knows', { status: 'paused' }, { status: 'paused' }],
    ['a running job', { fine_tuned_model: null, finished_at: null }, { finalModel: null, finishedAt: null }],
    ['no null for what is not there', { fine_tuned_model: '', finished_at: 0 }, { finalModel: null, finishedAt: null }],
    [
      'left-out fields',
      { fine_tuned_model: undefined, finished_at: undefined },
      { finalModel: null, finishedAt: null },
    ],
    ['no metadata', { metadata: null }, { metadata: {} }],
    ['left-out metadata', { metadata: undefined }, { metadata: {} }],
    ['metadata that is not text', { metadata: { a: 'b', c: 1, d: null } }, { metadata: { a: 'b' } }],
    ['an error', { status: 'failed', error: { code: 'x', message: 'y', param: null } }, { status: 'failed' }],
    ['epochs that are not settled yet', { hyperparameters: { n_epochs: 'auto' } }, { epochs: null }],
    ['no hyperparameters', { hyperparameters: null }, { epochs: null }],
    [
      'those of its method',
      { hyperparameters: null, method: { type: 'dpo', dpo: { hyperparameters: { n_epochs: 2 } } } },
      { epochs: 2 },
    ],
    ['a method of another shape', { hyperparameters: undefined, method: 'dpo' }, { epochs: null }],
    ['a fine-tuned base', { model: JOB.fine_tuned_model }, { baseModel: JOB.fine_tuned_model }],
  ])('tolerates %s', async (_, fields, expected) => {
    await using openai = await api(json({ ...JOB, ...fields }));
    expect(await openai.getJob(JOB.id)).toMatchObject(expected);
  });

  it.each([
    ['another job', { id: 'ftjob-other' }],
    ['no id', { id: undefined }],
    ['no status', { status: undefined }],
    ['no base model', { model: null }],
    ['a time that is none', { created_at: '2024-11-20' }],
  ])('does not take %s for an answer', async (_, fields) => {
    await using openai = await api(json({ ...JOB, ...fields }));
    expect(await failureOf(openai.getJob(JOB.id))).toMatchObject({ name: 'UnavailableError' });
  });

  it.each(['', 'ft-AF1WoRqd3aJAHsqc9NY7iL8F', 'ftjob-a/../b', 'ftjob-a?x'])(
    'refuses %j before any call',
    async (id) => {
      await using openai = await api();
      expect(await failureOf(openai.getJob(id))).toMatchObject({ name: 'RefusedError' });
      expect(await failureOf(openai.listCheckpoints(id))).toMatchObject({ name: 'RefusedError' });
    },
  );
});

describe('listCheckpoints', () => {
  it('reads all pages', async () => {
    await using openai = await api(page([checkpoint(3), checkpoint(2)], true), page([checkpoint(1)], false));
    const found = await openai.listCheckpoints(JOB.id);
    expect(found).toMatchObject([{ step: 3 }, { step: 2 }, { step: 1 }]);
    expect(found[0]).toEqual({
      checkpoint: 'ft:gpt-4o-mini-2024-07-18:org-xyz:support:id3:ckpt-step-3',
      step: 3,
      metrics: {},
    });
    expect(openai.seen.map(({ url }) => url)).toEqual([
      '/v1/fine_tuning/jobs/ftjob-abc123/checkpoints?limit=100',
      '/v1/fine_tuning/jobs/ftjob-abc123/checkpoints?limit=100&after=ftckpt_2',
    ]);
  });

  it('is empty for a job that left none', async () => {
    await using openai = await api(page([], false));
    expect(await openai.listCheckpoints(JOB.id)).toEqual([]);
  });

  it('keeps known metrics that are numbers', async () => {
    const metrics = { step: 3, train_loss: 0.5, valid_loss: null, full_valid_loss: '0.4', new_metric: 1 };
    const infinite =
      '{"data":[{"id":"a","fine_tuned_model_checkpoint":"ft:a:b:c:d","step_number":1,"metrics":{"valid_loss":1e999,"train_loss":0}}],"has_more":false}';
    await using openai = await api(
      page(
        [checkpoint(3, { metrics }), checkpoint(2, { metrics: null }), checkpoint(1, { metrics: undefined })],
        false,
      ),
      (response) => response.end(infinite),
    );
    const found = await openai.listCheckpoints(JOB.id);
    expect(found.map((one) => isOdd(one) || one.metrics)).toEqual([{ train_loss: 0.5 }, {}, {}]);
    expect(await openai.listCheckpoints(JOB.id)).toMatchObject([{ metrics: { train_loss: 0 } }]);
  });

  it.each([
    ['a checkpoint id in the place of the model', { fine_tuned_model_checkpoint: 'ftckpt_3' }],
    ['no model', { fine_tuned_model_checkpoint: null }],
    ['no step', { step_number: null }],
  ])('names one with %s, and reads the others', async (_, fields) => {
    await using openai = await api(page([checkpoint(3, fields), checkpoint(2)], false));
    const [odd, ...others] = await openai.listCheckpoints(JOB.id);
    expect(odd).toEqual({ id: 'ftckpt_3', problem: `another form than documented, at ${Object.keys(fields)[0]}` });
    expect(others).toMatchObject([{ step: 2 }]);
  });

  it('goes on behind odd ones, also without an id', async () => {
    await using openai = await api(
      page([checkpoint(3), checkpoint(2, { id: null })], true),
      page([checkpoint(2, { id: null }), checkpoint(1)], false),
    );
    // The next page shows it again.
    expect(await openai.listCheckpoints(JOB.id)).toMatchObject([{ step: 3 }, { id: null }, { step: 1 }]);
    expect(openai.seen[1]?.url).toContain('after=ftckpt_3');
  });

  it.each([
    ['an empty page that has more', [page([checkpoint(1)], true), page([], true)]],
    ['a list that ignores the cursor', [page([checkpoint(1)], true), page([checkpoint(1)], true)]],
    ['a list without an end', Array.from({ length: 20 }, (_, n) => page([checkpoint(n)], true))],
  ])('gives up on %s', async (_, script) => {
    await using openai = await api(...script);
    expect(await failureOf(openai.listCheckpoints(JOB.id))).toMatchObject({ name: 'UnavailableError' });
  });
});

describe('listJobs', () => {
  it('reads one page and says where the next begins', async () => {
    await using openai = await api(page([JOB, { ...JOB, id: 'ftjob-older' }], true), page([], false));
    const first = await openai.listJobs(null);
    expect(first.jobs.map(({ jobId }) => jobId)).toEqual(['ftjob-abc123', 'ftjob-older']);
    expect(first.next).toBe('ftjob-older');
    expect(await openai.listJobs(first.next)).toEqual({ jobs: [], next: null });
    expect(openai.seen.map(({ url }) => url)).toEqual([
      '/v1/fine_tuning/jobs?limit=100',
      '/v1/fine_tuning/jobs?limit=100&after=ftjob-older',
    ]);
  });

  it('leaves out jobs of another kind, and still goes on after them', async () => {
    await using openai = await api(page([JOB, { ...JOB, id: 'ft-AF1WoRqd3aJAHsqc9NY7iL8F' }], true));
    const { jobs, next } = await openai.listJobs(null);
    expect(jobs.map(({ jobId }) => jobId)).toEqual(['ftjob-abc123']);
    expect(next).toBe('ft-AF1WoRqd3aJAHsqc9NY7iL8F');
  });

  it.each<[string, object | null, string | null, string]>([
    ['no base model', { ...JOB, id: 'ftjob-odd', model: null }, 'ftjob-odd', 'at model'],
    ['a shape that nobody knows', { kind: 'new' }, null, 'at id'],
    ['no shape at all', null, null, 'at its root'],
    ['an id of another kind', { ...JOB, id: 'job_1' }, 'job_1', 'at id'],
    ['an id that could be no id', { ...JOB, id: '../organization' }, null, 'at id'],
  ])('names one with %s, and reads the others', async (_, odd, id, problem) => {
    const others = [JOB, { ...JOB, id: 'ftjob-older' }];
    await using openai = await api(page([others[0], odd, others[1]] as readonly object[], false));
    const { jobs, next, odd: named } = await openai.listJobs(null);
    expect(jobs.map(({ jobId }) => jobId)).toEqual(['ftjob-abc123', 'ftjob-older']);
    expect(next).toBeNull();
    expect(named).toEqual([{ id, problem: expect.stringContaining(problem) }]);
  });

  it('goes on behind an odd one, also without an id', async () => {
    await using openai = await api(
      page([JOB, { id: 'ftjob-odd' }], true),
      page([{ ...JOB, id: 'ftjob-older' }, {}], true),
    );
    expect((await openai.listJobs(null)).next).toBe('ftjob-odd');
    expect((await openai.listJobs('ftjob-odd')).next).toBe('ftjob-older');
  });

  it('does not pass off an empty page that has more as the end', async () => {
    await using openai = await api(page([], true));
    expect(await failureOf(openai.listJobs(null))).toMatchObject({ name: 'UnavailableError' });
  });
});
