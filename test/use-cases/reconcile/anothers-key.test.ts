import { afterEach, beforeEach, expect, it } from 'vitest';
import { UnavailableError } from '../../../lambdas/core/errors.ts';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import type { JobApi } from '../../../lambdas/core/ports/openai.ts';
import { observe } from '../../../lambdas/use-cases/observe/observe.ts';
import { reconcile } from '../../../lambdas/use-cases/reconcile/reconcile.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import { createScene, inAnHour, type Scene, SILENT } from '../scene.ts';
import { createSweeper } from './sweeping.ts';

const source = { apiKeySecret: null, webhookSecret: null };
const policy: Policy = {
  ...aPolicy([
    aRule({ name: 'research', from: ['research'], to: ['proj_EU'] }),
    aRule({ name: 'lab', from: ['lab'], to: ['proj_US'] }),
  ]),
  prune: true,
  projects: [
    { alias: 'research', id: 'proj_RESEARCH', source },
    { alias: 'lab', id: 'proj_LAB', source },
  ],
};

let scene: Scene;
let apis: Record<string, JobApi>;
beforeEach(async () => {
  scene = await createScene({ rules: { limit: 1_000 } });
  apis = { research: scene.jobApi(), lab: scene.jobApi(scene.fake.addProject({ id: 'proj_LAB' }).apiKey) };
});
afterEach(() => scene.close());

/** Twice a sweep and what it hands on, and the share function's turn. */
async function round(): Promise<void> {
  const jobsOf = (alias: string) => apis[alias];
  for (let sweep = 0; sweep < 2; sweep++) {
    const handed: Parameters<typeof observe>[1][] = [];
    const queue = { send: async (request: (typeof handed)[number]) => void handed.push(request) };
    // A source that cannot be swept fails by itself.
    await reconcile({ ...createSweeper(scene).deps({ policy, jobsOf }), queue }, false, inAnHour(scene)).catch(
      () => null,
    );
    for (const request of handed) {
      await observe({ policy, ledger: scene.ledger, jobsOf, now: scene.time.now, log: SILENT }, request, 1);
    }
  }
  await drain(scene.deps(), 'share', inAnHour(scene));
  scene.time.advance(15 * 60_000);
}

const sharedWith = (model: string) => scene.fake.permissions(model).map(({ projectId }) => projectId);

it('the key of one source in the secret of another takes no job from it, and is named', async () => {
  const { finalModel, id } = scene.addJob();
  await round();
  expect(sharedWith(finalModel)).toEqual(['proj_EU']);
  const { research = expect.unreachable(), lab = expect.unreachable() } = apis;
  apis = { research, lab: research };
  scene.fake.calls.reset();
  for (let sweep = 0; sweep < 3; sweep++) await round();
  expect(scene.fake.calls.count({ endpoint: 'permissions.create' })).toBe(0);
  expect(scene.fake.calls.count({ endpoint: 'permissions.delete' })).toBe(0);
  expect(await scene.ledger.getJob(id)).toMatchObject({ source: 'research' });
  const sweep = await scene.ledger.getSweep('lab');
  expect(sweep).toMatchObject({
    open: [],
    error: expect.stringContaining('The project key of lab shows jobs of research'),
  });
  apis = { research, lab };
  await round();
  expect(await scene.ledger.getSweep('lab')).toMatchObject({ error: null });
});

it('nor a new job, and keeps no job of its own from being found later', async () => {
  scene.addJob();
  const labs = scene.fake.addJob({
    projectId: 'proj_LAB',
    checkpoints: 1,
    createdAt: scene.time.now() - 72 * 3_600_000,
  });
  const { research = expect.unreachable(), lab = expect.unreachable() } = apis;
  apis = { research, lab: research };
  await round();
  const { finalModel } = scene.addJob();
  const jobsOf = { ...apis };
  // So that the sweep with the wrong key is the first to see it.
  const listJobs = async () => {
    throw new UnavailableError('OpenAI is away');
  };
  apis = { research: { ...research, listJobs }, lab: research };
  await round();
  expect(sharedWith(finalModel)).toEqual([]);
  apis = jobsOf;
  await round();
  expect(sharedWith(finalModel)).toEqual(['proj_EU']);
  apis = { research, lab };
  await round();
  expect(await scene.ledger.getJob(labs.id)).toMatchObject({ source: 'lab' });
});

it('a job that was taken for another source’s while that one had the wrong key goes back to its own', async () => {
  const { research = expect.unreachable(), lab = expect.unreachable() } = apis;
  const { finalModel, id } = scene.addJob();
  apis = { research: lab, lab: research };
  await round();
  expect(sharedWith(finalModel)).toEqual(['proj_US']);
  apis = { research, lab };
  await round();
  await round();
  expect(await scene.ledger.getJob(id)).toMatchObject({ source: 'research' });
  expect(sharedWith(finalModel)).toEqual(['proj_EU']);
});

it('a job of another source that a person has had forgotten holds up nothing', async () => {
  const { id } = scene.addJob();
  await round();
  const known = (await scene.ledger.getJob(id)) ?? expect.unreachable();
  await scene.ledger.saveJob({ ...known, forgotten: { at: scene.time.now(), by: 'somebody' } });
  const { lab = expect.unreachable(), research = expect.unreachable() } = apis;
  // The two aliases have each other's project by now.
  apis = { research: lab, lab: research };
  await round();
  expect(await scene.ledger.getSweep('lab')).toMatchObject({ walk: null, error: null });
});
