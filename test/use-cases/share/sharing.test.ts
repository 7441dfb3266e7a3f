import { afterEach, describe, expect, it } from 'vitest';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { createScene, inAnHour, type Scene, TARGETS } from '../scene.ts';

let scene: Scene;
afterEach(() => scene.close());

describe('a finished job', () => {
  it('is shared with all targets by one POST a checkpoint, without a LIST, and every id is recorded', async () => {
    scene = await createScene();
    const job = scene.addJob(3);
    await scene.observe(job.id);
    await drain(scene.deps(), 'me', inAnHour(scene));

    expect(scene.fake.calls.count({ endpoint: 'permissions.create' })).toBe(3);
    expect(scene.fake.calls.count({ endpoint: 'permissions.list' })).toBe(0);
    const recorded = await scene.recorded();
    expect(recorded).toHaveLength(9);
    for (const { checkpoint, projectId, permissionId, state } of recorded) {
      expect(state).toBe('active');
      const actual = scene.fake.permissions(checkpoint).find((permission) => permission.projectId === projectId);
      expect(permissionId).toBe(actual?.id);
      expect(await scene.ledger.findPermission(permissionId ?? '')).toEqual({ checkpoint, projectId });
    }
    expect(scene.fake.unexpected).toEqual([]);
  });

  it('is shared once, however often it is observed and whoever wakes the share function', async () => {
    scene = await createScene();
    const job = scene.addJob(1);
    for (let times = 0; times < 5; times++) await scene.observe(job.id);
    await Promise.all(['a', 'b', 'c'].map((owner) => drain(scene.deps(), owner, inAnHour(scene))));
    await scene.observe(job.id);
    await drain(scene.deps(), 'd', inAnHour(scene));

    expect(scene.fake.calls.count({ endpoint: 'permissions.create' })).toBe(1);
    expect(scene.fake.calls.count({ endpoint: 'jobs.get' })).toBe(1);
  });

  it('is shared in the answer order of OpenAI, whatever that is, and with more targets than one POST takes', async () => {
    const targets = Array.from({ length: 130 }, (_, index) => `proj_T${index}`);
    scene = await createScene({ targets, fake: { quirks: { answerOrder: 'shuffled' } } });
    const job = scene.addJob(1);
    await scene.observe(job.id);
    await drain(scene.deps(), 'me', inAnHour(scene));

    expect(scene.fake.calls.count({ endpoint: 'permissions.create' })).toBe(2);
    const recorded = await scene.recorded();
    const actual = scene.fake.permissions(recorded[0]?.checkpoint ?? '');
    expect(new Map(recorded.map(({ projectId, permissionId }) => [projectId, permissionId]))).toEqual(
      new Map(actual.map(({ projectId, id }) => [projectId, id])),
    );
    expect(recorded).toHaveLength(130);
  });

  it('is split further where OpenAI takes fewer targets in one POST', async () => {
    const targets = Array.from({ length: 20 }, (_, index) => `proj_T${index}`);
    scene = await createScene({ targets, fake: { quirks: { maxProjectIds: 10 } } });
    await scene.observe(scene.addJob(1).id);
    await drain(scene.deps(), 'me', inAnHour(scene));

    expect((await scene.recorded()).filter(({ state }) => state === 'active')).toHaveLength(20);
    expect(scene.fake.calls.count({ endpoint: 'permissions.create' })).toBe(3);
  });
});

describe('the three targets of one checkpoint', () => {
  it('are asked for in one body', async () => {
    scene = await createScene();
    await scene.observe(scene.addJob(1).id);
    await drain(scene.deps(), 'me', inAnHour(scene));
    const [call] = scene.fake.calls.all.filter(({ endpoint }) => endpoint === 'permissions.create');
    expect(call?.body).toEqual({ project_ids: [...TARGETS] });
  });
});
