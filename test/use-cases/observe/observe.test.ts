import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newCheckpoint, newPermission } from '../../../lambdas/core/checkpoint/record.ts';
import { observe } from '../../../lambdas/use-cases/observe/observe.ts';
import { createScene, type Scene, TARGETS } from '../scene.ts';
import { look, observeDeps, rows, share, sharingWith, webhookFor } from './looking.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await createScene();
});
afterEach(async () => {
  expect(scene.fake.unexpected).toEqual([]);
  await scene.close();
});

describe('looking at a job again', () => {
  it('changes nothing and costs no call once it has ended', async () => {
    const job = scene.addJob(3);
    expect(await look(scene, job.id)).toEqual({ kind: 'done', wanted: true });
    const before = await rows(scene);
    expect(before.checkpoints).toHaveLength(3);
    scene.fake.calls.reset();
    scene.time.advance(60_000);
    expect(await look(scene, job.id)).toEqual({ kind: 'done', wanted: false });
    expect(await rows(scene)).toEqual(before);
    expect(scene.fake.calls.all).toEqual([]);
  });

  it('by a changed policy plans from what is known: no call, new wants pending, others orphaned, none revoked', async () => {
    scene.fake.addProject({ id: 'proj_NEW' });
    const job = scene.addJob(1);
    await look(scene, job.id);
    await share(scene, []);
    scene.fake.calls.reset();

    const changed = { policy: sharingWith(['proj_EU', 'proj_NEW']) };
    expect(await look(scene, job.id, changed)).toEqual({ kind: 'done', wanted: true });
    expect(scene.fake.calls.all).toEqual([]);
    const states = async () =>
      Object.fromEntries((await scene.recorded()).map(({ projectId, state }) => [projectId, state]));
    const others = { proj_EU: 'active', proj_US: 'orphaned', proj_ASIA: 'orphaned' };
    expect(await states()).toEqual({ ...others, proj_NEW: 'pending' });

    await share(scene, []);
    expect(await states()).toEqual({ ...others, proj_NEW: 'active' });
    expect(scene.fake.calls.byEndpoint()).toEqual({ 'permissions.create': 1 });
    expect(scene.fake.calls.all[0]?.body).toEqual({ project_ids: ['proj_NEW'] });

    scene.fake.calls.reset();
    expect(await look(scene, job.id, changed)).toEqual({ kind: 'done', wanted: false });
    expect(scene.fake.calls.all).toEqual([]);
  });

  it('by a policy that wants it no more forgets what was never granted', async () => {
    const job = scene.addJob(1);
    await look(scene, job.id);
    expect(await look(scene, job.id, { policy: sharingWith(['proj_EU'], { from: ['elsewhere'] }) })).toEqual({
      kind: 'done',
      wanted: false,
    });
    expect(await scene.recorded()).toEqual([]);
    expect((await scene.ledger.getJob(job.id))?.note).toBe('no rule matches the job');
  });

  it('records each webhook on the source, and the job it was for', async () => {
    const job = scene.addJob(1);
    const observedAt = scene.time.now();
    await look(scene, job.id);
    scene.time.advance(5_000);
    await look(scene, job.id);
    const sweptFor = { source: 'research', jobId: job.id, webhookAt: null };
    scene.time.advance(5_000);
    await observe(observeDeps(scene), sweptFor, 1);
    expect(await scene.ledger.getSources()).toEqual([
      { alias: 'research', lastWebhookAt: observedAt + 5_000, lastJobId: job.id, lastJobAt: observedAt },
    ]);
  });
});

describe('a webhook that does not show that OpenAI signs with the present secret', () => {
  it('of our own is no webhook of OpenAI; the job is looked at all the same', async () => {
    const job = scene.addJob(1);
    await observe(observeDeps(scene), { ...webhookFor(scene, job.id), signedBy: 'us' }, 1);
    expect(await scene.ledger.getSources()).toMatchObject([{ lastWebhookAt: null, lastJobId: job.id }]);
  });

  it('because the secret before verifies it is one, and known to be such', async () => {
    const at = scene.time.now();
    await observe(observeDeps(scene), { ...webhookFor(scene, scene.addJob(1).id), signedBy: 'previous-secret' }, 1);
    expect(await scene.ledger.getSources()).toMatchObject([{ lastWebhookAt: at, lastUnderPreviousAt: at }]);
  });
});

describe('a job that ended without success', () => {
  it.each([
    ['failed', 'the job failed: nothing is shared'],
    ['cancelled', 'the job was cancelled: nothing is shared'],
  ] as const)('(%s) shares nothing, says why, and is not asked for again', async (status, note) => {
    const job = scene.fake.addJob({ projectId: 'proj_RESEARCH', status });
    const deps = observeDeps(scene);
    expect(await observe(deps, webhookFor(scene, job.id), 1)).toEqual({ kind: 'done', wanted: false });
    expect(await rows(scene)).toMatchObject({ jobs: [{ status, note }], checkpoints: [] });
    expect(deps.lines).toContainEqual(expect.objectContaining({ fields: expect.objectContaining({ note }) }));
    scene.fake.calls.reset();
    await look(scene, job.id);
    expect(scene.fake.calls.all).toEqual([]);
  });
});

describe.each(['running', 'validating_files', 'paused'])(
  'a job that is %s although a webhook called it ended',
  (status) => {
    it('is looked at some more times, remembered, and shared once it says so itself', async () => {
      const job = scene.fake.addJob({ projectId: 'proj_RESEARCH', status, checkpoints: 1 });
      for (const attempt of [1, 2, 3]) {
        expect(await look(scene, job.id, { attempt })).toEqual({
          kind: 'retry',
          afterSeconds: 30,
          reason: `the job is ${status}`,
          wanted: false,
        });
      }
      expect(await look(scene, job.id, { attempt: 4 })).toEqual({ kind: 'done', wanted: false });
      expect(await rows(scene)).toMatchObject({ jobs: [{ status, plannedWith: null, note: null }], checkpoints: [] });

      scene.fake.finishJob(job.id);
      expect(await look(scene, job.id)).toEqual({ kind: 'done', wanted: true });
      expect(await share(scene, [job.finalModel])).toEqual({ [job.finalModel]: [...TARGETS] });
    });

    it('is not waited for when it was the sweep that asked', async () => {
      const job = scene.fake.addJob({ projectId: 'proj_RESEARCH', status });
      const request = { source: 'research', jobId: job.id, webhookAt: null };
      expect(await observe(observeDeps(scene), request, 1)).toEqual({ kind: 'done', wanted: false });
      expect(await rows(scene)).toMatchObject({ jobs: [{ status, plannedWith: null }] });
    });
  },
);

describe('a checkpoint that the ledger knew before its job', () => {
  it('learns where it comes from, and keeps who else wants it', async () => {
    const job = scene.addJob(1);
    const want = { projectId: 'proj_EU', origin: 'operator', rule: null, onDrift: 'repair', expiresAt: null } as const;
    const fresh = newCheckpoint(job.finalModel, { source: null, jobId: null });
    const permissions = { proj_EU: { ...newPermission('proj_EU', 'pending'), want, notBefore: 0 } };
    await scene.ledger.saveCheckpoint({ ...fresh, permissions }, fresh);
    await look(scene, job.id, { policy: sharingWith(['proj_US']) });
    expect(await scene.ledger.getCheckpoint(job.finalModel)).toMatchObject({
      source: 'research',
      jobId: job.id,
      permissions: { proj_EU: { want: { origin: 'operator' } }, proj_US: { want: { origin: 'policy' } } },
    });
  });
});

describe('a source that the policy does not have', () => {
  it('is nothing to do, and writes nothing', async () => {
    const job = scene.addJob(1);
    const deps = observeDeps(scene);
    const request = { source: 'nobody', jobId: job.id, webhookAt: scene.time.now() };
    expect(await observe(deps, request, 1)).toEqual({ kind: 'done', wanted: false });
    expect(await rows(scene)).toEqual({ jobs: [], checkpoints: [] });
    expect(await scene.ledger.getSources()).toEqual([]);
    expect(deps.lines.map(({ level }) => level)).toEqual(['warn']);
  });
});
