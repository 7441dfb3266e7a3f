import { afterEach, describe, expect, it } from 'vitest';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { createScene, inAnHour, type Scene, TARGETS } from '../scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const DAY_MS = 24 * 60 * 60_000;

async function shareTwoCheckpoints(): Promise<void> {
  for (const { id } of [scene.addJob(1), scene.addJob(1)]) await scene.observe(id);
  for (let minute = 0; minute < 6; minute++) {
    await drain(scene.deps(), `tick-${minute}`, inAnHour(scene));
    scene.time.advance(60_000);
  }
}

const creates = () => scene.fake.calls.count({ endpoint: 'permissions.create' });

describe('a target that OpenAI does not have', () => {
  it.each(['fails-all-naming', 'fails-all-silent', 'left-out'] as const)(
    'is recorded as rejected with a reason, and the others get the checkpoints (%s)',
    async (badProject) => {
      scene = await createScene({ unknownTargets: ['proj_GONE'], fake: { quirks: { badProject } } });
      await shareTwoCheckpoints();

      const recorded = await scene.recorded();
      const gone = recorded.filter(({ projectId }) => projectId === 'proj_GONE');
      expect(gone.map(({ state }) => state)).toEqual(['rejected', 'rejected']);
      for (const { reason } of gone) expect(reason).toMatch(/\S/);
      const others = recorded.filter(({ projectId }) => projectId !== 'proj_GONE');
      expect(others.map(({ state }) => state)).toEqual(Array(2 * TARGETS.length).fill('active'));
    },
  );

  it('costs one call, not one a checkpoint', async () => {
    scene = await createScene({ unknownTargets: ['proj_GONE'] });
    await shareTwoCheckpoints();
    expect(creates()).toBe(2 + 1);
  });

  it('is tried again a day later with one call for all checkpoints, and shared once OpenAI has it', async () => {
    scene = await createScene({ unknownTargets: ['proj_GONE'] });
    await shareTwoCheckpoints();
    scene.time.advance(DAY_MS);
    await drain(scene.deps(), 'next-day', inAnHour(scene));
    expect(creates()).toBe(3 + 1);

    scene.fake.addProject({ id: 'proj_GONE' });
    scene.time.advance(DAY_MS);
    await drain(scene.deps(), 'day-after', inAnHour(scene));
    const states = (await scene.recorded()).map(({ state }) => state);
    expect(states).toEqual(Array(8).fill('active'));
    expect(await scene.ledger.refusedProjects()).toEqual([]);
  });
});

describe('the owning project among the targets', () => {
  it('is taken out for good, with what OpenAI says, and stays a target elsewhere', async () => {
    scene = await createScene({ targets: ['proj_EU', 'proj_OWNER'] });
    const job = scene.fake.addJob({ projectId: 'proj_OWNER', checkpoints: 1 });
    const want = { origin: 'operator', rule: null, onDrift: 'repair', expiresAt: null } as const;
    const { newCheckpoint, newPermission } = await import('../../../lambdas/core/checkpoint/record.ts');
    const fresh = newCheckpoint(job.finalModel, { source: null, jobId: null });
    const permissions = Object.fromEntries(
      ['proj_EU', 'proj_OWNER'].map((projectId) => [
        projectId,
        { ...newPermission(projectId, 'pending'), want: { ...want, projectId }, notBefore: 0 },
      ]),
    );
    await scene.ledger.saveCheckpoint({ ...fresh, permissions }, fresh);
    await drain(scene.deps(), 'me', inAnHour(scene));

    const owner = (await scene.recorded()).find(({ projectId }) => projectId === 'proj_OWNER');
    expect(owner).toMatchObject({ state: 'rejected', notBefore: null });
    expect(owner?.reason).toContain('owning project');
    expect(scene.fake.permissions(job.finalModel).map(({ projectId }) => projectId)).toEqual(['proj_EU']);
    expect(await scene.ledger.refusedProjects()).toEqual([]);
  });
});

describe('a permission that was there before', () => {
  it.each(['returns-existing', 'makes-second', 'fails-naming', 'fails-silent'] as const)(
    'ends under an id that OpenAI has (%s)',
    async (repeatedPost) => {
      scene = await createScene({ fake: { quirks: { repeatedPost } } });
      const job = scene.addJob(1);
      const existing = scene.fake.grant(job.finalModel, 'proj_EU');
      await scene.observe(job.id);
      for (let minute = 0; minute < 10; minute++) {
        await drain(scene.deps(), `tick-${minute}`, inAnHour(scene));
        scene.time.advance(60_000);
      }
      const recorded = await scene.recorded();
      expect(recorded.map(({ state }) => state)).toEqual(Array(TARGETS.length).fill('active'));
      const actual = scene.fake.permissions(job.finalModel);
      for (const { permissionId } of recorded) expect(actual.map(({ id }) => id)).toContain(permissionId);
      if (repeatedPost !== 'makes-second') {
        expect(recorded.find(({ projectId }) => projectId === 'proj_EU')?.permissionId).toBe(existing.id);
      }
    },
  );
});
