import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PermissionApi } from '../../../lambdas/core/ports/openai.ts';
import { reconcile } from '../../../lambdas/use-cases/reconcile/reconcile.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { createSweeper } from '../reconcile/sweeping.ts';
import { createScene, inAnHour, type Scene, TARGETS } from '../scene.ts';
import { shareJobs } from './auditing.ts';

const HOUR = 60 * 60_000;

let scene: Scene;
let isEmptied: boolean;
beforeEach(async () => {
  scene = await createScene({ rules: { limit: 1_000 } });
  scene.fake.quirks.repeatedPost = 'makes-second';
  isEmptied = true;
});
afterEach(() => scene.close());

const key = () =>
  scene.fake.addAdminKey({ scopes: ['api.fine_tuning.checkpoints.write', 'api.fine_tuning.checkpoints.read'] }).value;

/** The share function behind what empties lists, with a key that may not look at projects unless told. */
function deps(adminKey = key()) {
  const honest = scene.permissionApi(adminKey);
  const list: PermissionApi['list'] = (checkpoint, after) =>
    isEmptied ? Promise.resolve({ permissions: [], next: null }) : honest.list(checkpoint, after);
  return scene.deps({ key: adminKey, api: { ...honest, list } });
}

const share = (by = deps()) => drain(by, 'share', inAnHour(scene));
const creates = () => scene.fake.calls.count({ endpoint: 'permissions.create' });
const lists = () => scene.fake.calls.count({ endpoint: 'permissions.list' });

async function loseAnswer(fault: 'error-after' | 'error-before'): Promise<string> {
  const { id, finalModel } = scene.addJob(1);
  await scene.observe(id);
  scene.fake.calls.reset();
  scene.fake.faults.queue('permissions.create', fault);
  await share();
  return finalModel;
}

/** Two days of sweeps that verify all, with the source's own key to be asked. */
async function twoDays(by = deps()) {
  for (let hours = 0; hours < 48; hours += 3) {
    scene.time.advance(3 * HOUR);
    await scene.time.busy(
      reconcile(createSweeper(scene).deps({ modelsOf: () => scene.modelApi() }), true, inAnHour(scene)),
    );
    await share(by);
  }
}

const statesOf = async (model: string) =>
  (await scene.recorded()).filter(({ checkpoint }) => checkpoint === model).map(({ state }) => state);

describe('a call whose answer was lost, where every list is empty and nobody can tell whose the key is', () => {
  it.each([2, 0])(
    'is not made again however long, with %d other checkpoints shared, and found when lists show',
    async (others) => {
      await shareJobs(scene, others);
      const model = await loseAnswer('error-after');
      await twoDays();
      expect(creates()).toBe(1);
      expect(scene.fake.permissions(model)).toHaveLength(TARGETS.length);
      expect(await statesOf(model)).toEqual(['unknown', 'unknown', 'unknown']);
      isEmptied = false;
      await twoDays();
      expect(await statesOf(model)).toEqual(['active', 'active', 'active']);
      expect(creates()).toBe(1);
    },
  );

  it('leaves all that is shared as it is', async () => {
    const [model = ''] = await shareJobs(scene, 2);
    await twoDays();
    expect(await statesOf(model)).toEqual(['active', 'active', 'active']);
    expect(creates()).toBe(0);
    const absence = (await scene.ledger.getCheckpoint(model))?.absence;
    expect(absence).toMatchObject({ kind: 'left-out', model: 'there' });
    expect(absence?.reason).toContain('openai.baseUrl');
  });
});

describe('a call that had no effect', () => {
  beforeEach(() => {
    isEmptied = false;
  });

  it('is made again where other lists show what there is: one of them is asked for', async () => {
    await shareJobs(scene, 2);
    const model = await loseAnswer('error-before');
    scene.time.advance(HOUR / 10);
    await share();
    expect(await statesOf(model)).toEqual(['active', 'active', 'active']);
    expect(creates()).toBe(2);
  });

  it('is so without another call where one has been seen anyway', async () => {
    const [shared = ''] = await shareJobs(scene, 1);
    const model = await loseAnswer('error-before');
    await share();
    const record = await scene.ledger.getCheckpoint(shared);
    if (record === undefined) throw new Error('Nothing was shared.');
    scene.time.advance(HOUR / 10);
    await scene.ledger.saveCheckpoint({ ...record, verifyAt: 0, verifyPriority: 'fresh' }, record);
    scene.fake.calls.reset();
    await share();
    expect(await statesOf(model)).toEqual(['active', 'active', 'active']);
    expect(lists()).toBe(2);
  });

  it('is made again at once by a key that is known to be ours, with one list', async () => {
    await shareJobs(scene, 2);
    const { id, finalModel } = scene.addJob(1);
    await scene.observe(id);
    scene.fake.calls.reset();
    scene.fake.faults.queue('permissions.create', 'error-before');
    const known = deps(scene.fake.adminKey);
    await share(known);
    scene.time.advance(HOUR / 10);
    scene.fake.calls.reset();
    await share(known);
    expect(await statesOf(finalModel)).toEqual(['active', 'active', 'active']);
    expect(scene.fake.calls.byEndpoint()).toEqual({
      'permissions.list': 1,
      'projects.get': 1,
      'permissions.create': 1,
    });
  });
});

describe('a checkpoint that is older than the ledger', () => {
  async function hear(): Promise<string> {
    const { id, finalModel } = scene.addJob(1);
    scene.fake.grant(finalModel, TARGETS[0]);
    scene.time.advance(48 * HOUR);
    await scene.observe(id);
    return finalModel;
  }

  it('is not shared while lists are shown to be emptied', async () => {
    await shareJobs(scene, 2);
    const model = await hear();
    await twoDays();
    expect(creates()).toBe(0);
    isEmptied = false;
    await twoDays();
    expect(scene.fake.permissions(model)).toHaveLength(TARGETS.length);
  });
});
