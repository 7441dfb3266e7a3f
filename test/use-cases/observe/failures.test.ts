import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretUnusableError } from '../../../lambdas/core/errors.ts';
import type { JobApi } from '../../../lambdas/core/ports/openai.ts';
import { observe } from '../../../lambdas/use-cases/observe/observe.ts';
import { createScene, type Scene, TARGETS } from '../scene.ts';
import { look, observeDeps, rows, share, webhookFor } from './looking.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await createScene();
});
afterEach(() => scene.close());

const NOTHING = { jobs: [], checkpoints: [] };

/** Looks at the job, which fails; then without the failure, after which it is shared with all targets. */
async function expectRetry(jobId: string, reason: RegExp, parts: { readonly api?: JobApi } = {}) {
  const deps = observeDeps(scene, parts);
  const outcome = await observe(deps, webhookFor(scene, jobId), 1);
  expect(outcome).toEqual({
    kind: 'retry',
    afterSeconds: 60,
    reason: expect.stringMatching(reason),
    wanted: false,
  });
  expect(await rows(scene)).toEqual(NOTHING);
  expect(deps.lines).toEqual([
    {
      level: 'warn',
      message: 'Job could not be read',
      fields: expect.objectContaining({ source: 'research', jobId, reason: expect.stringMatching(reason) }),
    },
  ]);
  return deps.lines[0]?.fields;
}

async function expectSharedAfterwards(jobId: string, finalModel: string) {
  expect(await look(scene, jobId, { attempt: 2 })).toEqual({ kind: 'done', wanted: true });
  expect(await share(scene, [finalModel])).toEqual({ [finalModel]: [...TARGETS] });
}

describe('a project key that OpenAI does not take', () => {
  it('is a retry with what OpenAI says, and nothing is written', async () => {
    const { id, finalModel } = scene.addJob(1);
    await expectRetry(id, /Incorrect API key/, { api: scene.jobApi('sk-proj-revoked') });
    await expectSharedAfterwards(id, finalModel);
  });

  it('says which scope it lacks', async () => {
    const { value } = scene.fake.addProjectKey('proj_RESEARCH', { scopes: [] });
    await expectRetry(scene.addJob(1).id, /api\.fine_tuning\.jobs\.read/, { api: scene.jobApi(value) });
  });

  it('does not know the jobs of another project', async () => {
    const other = scene.fake.addProject({ id: 'proj_OTHER' });
    const fields = await expectRetry(scene.addJob(1).id, /Could not find/, { api: scene.jobApi(other.apiKey) });
    expect(fields).toMatchObject({ error: 'NotFoundError', requestId: expect.stringMatching(/./) });
  });

  it('that is not there yet is a retry too', async () => {
    const { id, finalModel } = scene.addJob(1);
    const failing = async () => {
      throw new SecretUnusableError('arn:aws:secretsmanager:eu-west-1:123456789012:secret:research', 'is empty');
    };
    const api = { getJob: failing, listCheckpoints: failing, listJobs: failing };
    await expectRetry(id, /secret:research is empty/, { api });
    await expectSharedAfterwards(id, finalModel);
  });
});

describe('a job that OpenAI does not have', () => {
  it('is a retry, and nothing is written', async () => {
    await expectRetry('ftjob-gone', /Could not find/);
  });
});

describe.each(['jobs.get', 'jobs.checkpoints'] as const)('%s', (endpoint) => {
  it.each([
    ['error-before', /500|error/i],
    [{ kind: 'error-before', status: 503 }, /503|error/i],
    ['throttled', /./],
    ['reset-before', /did not come/],
    ['hang-before', /did not come/],
    ['malformed', /not JSON|did not come/],
  ] as const)(
    '%o is a retry with the reason, nothing is written, and the next look shares it',
    async (fault, reason) => {
      const { id, finalModel } = scene.addJob(1);
      scene.fake.faults.queue(endpoint, fault);
      await expectRetry(id, reason);
      expect(scene.fake.faults.pending).toBe(0);
      await expectSharedAfterwards(id, finalModel);
    },
  );
});

describe('OpenAI asking for patience', () => {
  it.each([
    [600, 600],
    [5, 60],
  ])('for %i s is given %i s', async (retryAfterSeconds, afterSeconds) => {
    scene.fake.faults.queue('jobs.get', { kind: 'throttled', retryAfterSeconds });
    expect(await look(scene, scene.addJob(1).id)).toMatchObject({ kind: 'retry', afterSeconds });
  });
});

describe('what is no failure of OpenAI', () => {
  it('is thrown on: the message comes back', async () => {
    const ledger = { ...scene.ledger, getJob: async () => Promise.reject(new Error('table away')) };
    await expect(look(scene, scene.addJob(1).id, { ledger })).rejects.toThrow('table away');
    expect(await rows(scene)).toEqual(NOTHING);
  });
});
