import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import { observe } from '../../../lambdas/use-cases/observe/observe.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import { createScene, type Scene, TARGETS } from '../scene.ts';
import { look, observeDeps, rows, share, sharingWith } from './looking.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await createScene();
});
afterEach(() => scene.close());

/** A ledger on which something happens right before the first call of one of its methods. */
function interrupted(method: 'saveCheckpoint' | 'saveJob', interruption: () => Promise<unknown>): Ledger {
  let interrupt: (() => Promise<unknown>) | null = interruption;
  return {
    ...scene.ledger,
    [method]: async (...args: never[]) => {
      const before = interrupt;
      interrupt = null;
      await before?.();
      return (scene.ledger[method] as (...all: never[]) => Promise<boolean>)(...args);
    },
  };
}

async function targetsWanted(): Promise<readonly string[]> {
  return (await scene.recorded()).map(({ projectId }) => projectId).sort();
}

describe('several observers of one job at once', () => {
  it('want everything once, and one POST a checkpoint shares it', async () => {
    const job = scene.addJob(2);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => look(scene, job.id)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(5).fill('done'));
    const { jobs, checkpoints } = await rows(scene);
    expect(jobs).toMatchObject([{ jobId: job.id, version: 1 }]);
    expect(checkpoints.map(({ version }) => version)).toEqual([1, 1]);
    await share(scene, []);
    expect(scene.fake.calls.count({ endpoint: 'permissions.create' })).toBe(2);
  });

  it('of which one saw the job before its end come to the same end', async () => {
    const job = scene.fake.addJob({ projectId: 'proj_RESEARCH', status: 'running', checkpoints: 1 });
    const ledger = interrupted('saveJob', async () => {
      scene.fake.finishJob(job.id);
      await look(scene, job.id);
    });
    expect(await look(scene, job.id, { ledger })).toEqual({ kind: 'done', wanted: false });
    expect((await rows(scene)).jobs).toMatchObject([{ status: 'succeeded', plannedWith: expect.any(String) }]);
  });

  it('of which the one that saw its end was late to save it, look again', async () => {
    const job = scene.fake.addJob({ projectId: 'proj_RESEARCH', status: 'running', checkpoints: 1 });
    const before = await scene.jobApi().getJob(job.id);
    scene.fake.finishJob(job.id);
    const ledger = interrupted('saveJob', () =>
      look(scene, job.id, { api: { ...scene.jobApi(), getJob: async () => before } }),
    );
    expect(await look(scene, job.id, { ledger })).toMatchObject({ kind: 'retry', afterSeconds: 1, wanted: true });
    expect(await look(scene, job.id, { attempt: 2 })).toEqual({ kind: 'done', wanted: true });
    expect((await rows(scene)).jobs).toMatchObject([{ status: 'succeeded', plannedWith: expect.any(String) }]);
  });
});

describe('an observer with the policy of before a deploy', () => {
  const oldPolicy = sharingWith(['proj_EU']);
  const newPolicy = sharingWith(['proj_US']);

  it.each(['saveCheckpoint', 'saveJob'] as const)('cannot undo for good what the new one planned (%s)', async (at) => {
    const job = scene.addJob(1);
    const ledger = interrupted(at, () => look(scene, job.id, { policy: newPolicy }));
    expect(await look(scene, job.id, { ledger, policy: oldPolicy })).toMatchObject({ kind: 'retry', afterSeconds: 1 });
    // The message comes back, to the new function.
    await look(scene, job.id, { policy: newPolicy, attempt: 2 });
    expect(await targetsWanted()).toEqual(['proj_US']);
  });
});

describe('the same job under another source', () => {
  const renamed: Policy = {
    ...aPolicy([aRule({ from: ['lab'], checkpoints: { kind: 'all' }, to: TARGETS })]),
    projects: [{ alias: 'lab', id: 'proj_RESEARCH', source: { apiKeySecret: null, webhookSecret: null } }],
  };

  it('whose alias was changed: is read anew, and goes on being shared', async () => {
    const job = scene.addJob(1);
    await look(scene, job.id);
    const request = { source: 'lab', jobId: job.id, webhookAt: null };
    expect(await observe(observeDeps(scene, { policy: renamed }), request, 1)).toMatchObject({ wanted: true });
    expect(await rows(scene)).toMatchObject({ jobs: [{ source: 'lab' }], checkpoints: [{ source: 'lab' }] });
    expect(await targetsWanted()).toEqual([...TARGETS].sort());
  });

  it('that does not have it: gets nothing of it by a webhook of its own', async () => {
    const job = scene.addJob(1);
    await look(scene, job.id);
    const before = await rows(scene);
    const other = scene.fake.addProject({ id: 'proj_OTHER' });
    const both: Policy = {
      ...aPolicy([aRule({ from: ['other'], checkpoints: { kind: 'all' }, to: ['proj_US'] })]),
      projects: [{ alias: 'other', id: 'proj_OTHER', source: { apiKeySecret: null, webhookSecret: null } }],
    };
    const deps = observeDeps(scene, { policy: both, api: scene.jobApi(other.apiKey) });
    const request = { source: 'other', jobId: job.id, webhookAt: scene.time.now() };
    expect(await observe(deps, request, 1)).toMatchObject({ kind: 'retry', reason: expect.stringMatching(/not find/) });
    expect(await rows(scene)).toEqual(before);
  });
});
