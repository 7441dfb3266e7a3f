import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { confirmAbsence } from '../../../lambdas/core/checkpoint/absence.ts';
import { changePermissions } from '../../../lambdas/core/checkpoint/record.ts';
import { NotFoundError } from '../../../lambdas/core/errors.ts';
import type { CheckpointRecord } from '../../../lambdas/core/model/permission.ts';
import type { PermissionApi } from '../../../lambdas/core/ports/openai.ts';
import { changeCheckpoint, changeState, readState } from '../../../lambdas/use-cases/change.ts';
import { reconcile } from '../../../lambdas/use-cases/reconcile/reconcile.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { type FakeOpenAI, startFakeOpenAI } from '../../fake-openai/fake-openai.ts';
import { handsOn } from '../by-hand/by-hand.ts';
import { createSweeper } from '../reconcile/sweeping.ts';
import { createScene, inAnHour, type Scene, TARGETS } from '../scene.ts';
import { shareJobs } from './auditing.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

let scene: Scene;
beforeEach(async () => {
  scene = await createScene({ rules: { limit: 1_000 } });
});
afterEach(() => scene.close());

async function states(): Promise<Record<string, number>> {
  const count: Record<string, number> = {};
  for (const { state } of await scene.recorded()) count[state] = (count[state] ?? 0) + 1;
  return count;
}

async function readRecord(model: string): Promise<CheckpointRecord> {
  const record = await scene.ledger.getCheckpoint(model);
  if (record === undefined) throw new Error(`The ledger has no ${model}`);
  return record;
}

type Parts = Parameters<Scene['deps']>[0];

/** A sweep that verifies all, and the share function's turn; gives what the share function fails with. */
async function round(parts: Parts = {}, modelsOf = () => scene.modelApi()): Promise<Error | null> {
  const deps = createSweeper(scene).deps({ modelsOf });
  await scene.time.busy(reconcile(deps, true, inAnHour(scene)));
  return drain(scene.deps(parts), 'share', inAnHour(scene)).then(
    () => null,
    (error) => error,
  );
}

describe('the admin key of another organisation', () => {
  let other: FakeOpenAI;
  beforeEach(async () => {
    other = await startFakeOpenAI({ now: scene.time.now, seed: 77, organization: 'sandbox' });
  });
  afterEach(() => other.close());

  /** The key is good there, and this organisation does not know it: as seen through the other one. */
  const wrong = (): Parts => ({
    api: scene.permissionApi(other.adminKey, other.url),
    organisation: scene.organisationApi(other.adminKey, other.url),
    auditLog: scene.auditLogApi(other.adminKey, other.url),
  });

  it('changes nothing in an hour, and nothing is to be done when the right one is back', async () => {
    await shareJobs(scene, 10);
    const before = await scene.recorded();
    scene.time.advance(DAY);
    for (let minutes = 0; minutes < 60; minutes += 15) {
      expect(await round(wrong())).toMatchObject({ name: 'ForeignKeyError' });
      scene.time.advance(15 * 60_000);
    }
    expect(await states()).toEqual({ active: 30 });
    expect(other.calls.count({ endpoint: 'permissions.create' })).toBe(0);
    scene.fake.calls.reset();
    for (let hours = 0; hours < 24; hours++) {
      scene.time.advance(HOUR);
      expect(await round()).toBeNull();
    }
    const after = await scene.recorded();
    expect(after.map(({ verifiedAt: _, ...row }) => row)).toEqual(before.map(({ verifiedAt: _, ...row }) => row));
    expect(scene.fake.calls.count({ endpoint: 'permissions.create' })).toBe(0);
    expect(scene.fake.calls.count({ endpoint: 'permissions.delete' })).toBe(0);
  });

  it('is named by what the share function fails with, and by status while it lasts', async () => {
    await shareJobs(scene, 1);
    scene.time.advance(DAY);
    expect((await round(wrong()))?.message).toContain('proj_RESEARCH');
    const { pacer } = await handsOn(scene).ask({ command: 'status' });
    for (const { holdReason } of pacer)
      expect(holdReason).toMatch(/^The admin key is of another organisation: .*proj_RESEARCH/);
    scene.time.advance(HOUR);
    await round();
    expect((await handsOn(scene).ask({ command: 'status' })).pacer.map(({ holdReason }) => holdReason)).toEqual(
      pacer.map(() => null),
    );
  });

  it('may be the right one at the wrong address: what is said of it names that, too', async () => {
    await shareJobs(scene, 1);
    scene.time.advance(DAY);
    expect((await round(wrong()))?.message).toContain('openai.baseUrl');
    const { pacer } = await handsOn(scene).ask({ command: 'status' });
    for (const { holdReason } of pacer) expect(holdReason).toContain('check openai.baseUrl and what answers there');
  });

  it('refuses no new checkpoint, no project, and revokes nothing', async () => {
    const [model = ''] = await shareJobs(scene, 1);
    const { finalModel, id } = scene.addJob(1);
    await scene.observe(id);
    await handsOn(scene).ask({
      command: 'revoke',
      checkpoint: model,
      permissionId: null,
      projects: [],
      all: true,
      dryRun: false,
      withhold: true,
    });
    await round(wrong());
    expect(await states()).toEqual({ pending: 3, revoking: 3 });
    expect(await scene.ledger.refusedProjects()).toEqual([]);
    scene.time.advance(HOUR);
    await round();
    scene.time.advance(HOUR);
    await round();
    expect(await states()).toEqual({ active: 3, revoked: 3 });
    expect(scene.fake.permissions(model)).toHaveLength(0);
    expect(scene.fake.permissions(finalModel)).toHaveLength(3);
  });

  it('is believed in nothing that it lists, either', async () => {
    await shareJobs(scene, 1);
    const empty: PermissionApi = { ...scene.permissionApi(), list: async () => ({ permissions: [], next: null }) };
    await round({ ...wrong(), api: empty });
    expect(await states()).toEqual({ active: 3 });
  });
});

describe('a key that is ours', () => {
  it('is asked for once a turn, and not at all while OpenAI shows what there is', async () => {
    const models = await shareJobs(scene, 4);
    scene.time.advance(DAY);
    await round();
    expect(scene.fake.calls.count({ endpoint: 'projects.get' })).toBe(0);
    for (const model of models) scene.fake.deleteModel(model);
    scene.time.advance(DAY);
    await round();
    expect(scene.fake.calls.count({ endpoint: 'projects.get' })).toBe(1);
  });

  it('closes the record of a deleted model when the source’s own key does not find it, either', async () => {
    const [model = ''] = await shareJobs(scene, 1);
    scene.fake.deleteModel(model);
    await round();
    expect(await states()).toEqual({ active: 3 });
    await round();
    await round();
    expect(await states()).toEqual({ revoked: 3 });
  });

  it('and without that key at a second look an hour later', async () => {
    const [model = ''] = await shareJobs(scene, 1);
    scene.fake.deleteModel(model);
    const alone = () => undefined as never;
    await round({}, alone);
    scene.time.advance(HOUR / 2);
    await round({}, alone);
    expect(await states()).toEqual({ active: 3 });
    scene.time.advance(HOUR);
    await round({}, alone);
    expect(await states()).toEqual({ revoked: 3 });
  });

  it('keeps what a gateway calls gone while the source’s own key sees the model', async () => {
    await shareJobs(scene, 1);
    const gateway: PermissionApi = { ...scene.permissionApi(), list: () => Promise.reject(new NotFoundError('no')) };
    for (let days = 0; days < 5; days++) {
      await round({ api: gateway });
      scene.time.advance(DAY);
    }
    expect(await states()).toEqual({ active: 3 });
    expect((await scene.ledger.listCheckpoints(null)).items[0]?.absence).toMatchObject({
      kind: 'gone',
      model: 'there',
    });
    await round();
    expect((await scene.ledger.listCheckpoints(null)).items[0]?.absence).toBeUndefined();
  });

  it('lets a record that was closed live again, with whoever wanted it', async () => {
    const [model = ''] = await shareJobs(scene, 1);
    const before = (await scene.recorded()).map(({ state, want, permissionId }) => ({ state, want, permissionId }));
    const gone: PermissionApi = { ...scene.permissionApi(), list: () => Promise.reject(new NotFoundError('no')) };
    const alone = () => undefined as never;
    for (let looks = 0; looks < 2; looks++) {
      await round({ api: gone }, alone);
      scene.time.advance(2 * HOUR);
    }
    expect(await states()).toEqual({ revoked: 3 });
    scene.time.advance(DAY);
    scene.fake.calls.reset();
    await round();
    expect((await scene.recorded()).map(({ state, want, permissionId }) => ({ state, want, permissionId }))).toEqual(
      before,
    );
    expect(scene.fake.permissions(model)).toHaveLength(3);
    expect(scene.fake.calls.count({ endpoint: 'permissions.create' })).toBe(0);
  });
});

describe('a key that may not tell whose it is', () => {
  const blind = (): Parts => {
    const { value } = scene.fake.addAdminKey({
      scopes: ['api.fine_tuning.checkpoints.write', 'api.fine_tuning.checkpoints.read'],
    });
    return { key: value };
  };

  it('shares and repairs, and closes nothing on its own word', async () => {
    const [model = ''] = await shareJobs(scene, 1);
    const [first] = scene.fake.permissions(model);
    scene.fake.revoke(model, first?.id ?? '');
    await round(blind());
    expect(await states()).toEqual({ active: 3 });
    expect(scene.fake.permissions(model)).toHaveLength(3);
    scene.fake.deleteModel(model);
    for (let days = 0; days < 5; days++) {
      await round(blind(), () => undefined as never);
      scene.time.advance(DAY);
    }
    expect(await states()).toEqual({ active: 3 });
    await round(blind());
    await round(blind());
    expect(await states()).toEqual({ revoked: 3 });
  });
});

describe('more than is believed within a day', () => {
  const alone = () => undefined as never;

  async function deleteAll(jobs: number) {
    const models = await shareJobs(scene, jobs);
    for (const model of models) scene.fake.deleteModel(model);
    await round({}, alone);
    scene.time.advance(2 * HOUR);
    await round({}, alone);
  }

  it('is let through up to five permissions, then waits, rings, and is shown', async () => {
    await deleteAll(4);
    expect(await states()).toEqual({ revoked: 3, active: 9 });
    const deps = createSweeper(scene).deps({ modelsOf: alone });
    await scene.time.busy(reconcile(deps, false, inAnHour(scene)));
    expect(deps.lines.find(({ fields }) => fields.signal === 'absence-waiting')?.fields).toMatchObject({
      checkpoints: 3,
      permissions: 9,
    });
  });

  it('goes on by a person’s word, for so many and no more', async () => {
    await deleteAll(4);
    await changeState(scene.ledger, 'absences', (state) => confirmAbsence(state, 6, scene.time.now() + DAY));
    await round({}, alone);
    expect(await states()).toEqual({ revoked: 9, active: 3 });
    expect((await readState(scene.ledger, 'absences')).confirmed).toMatchObject({ permissions: 0 });
  });

  it('is so, too, where a grant is told of while the list is on its way', async () => {
    const [model = ''] = await shareJobs(scene, 1);
    scene.fake.deleteModel(model);
    await round({}, alone);
    scene.time.advance(2 * HOUR);
    const granted = await readRecord(model);
    const inDoubt = changePermissions(granted, Object.keys(granted.permissions), (permission) => {
      return { ...permission, state: 'unknown', permissionId: null, notBefore: scene.time.now() };
    });
    await changeCheckpoint(scene.ledger, granted, () => inDoubt);
    const believed = [{ at: scene.time.now(), permissions: 5 }];
    await changeState(scene.ledger, 'absences', (state) => ({ ...state, believed }));
    const told: PermissionApi = {
      ...scene.permissionApi(),
      list: async (checkpoint, after) => {
        await changeCheckpoint(scene.ledger, granted, ({ version }) => ({ ...granted, version }));
        return scene.permissionApi().list(checkpoint, after);
      },
    };
    await round({ api: told }, alone);
    expect(await states()).toEqual({ active: 3 });
    expect((await readRecord(model)).absence).toMatchObject({ held: true });
  });

  it('is no matter where the audit log has told who deleted it', async () => {
    const models = await shareJobs(scene, 4);
    for (const model of models) {
      for (const { id } of scene.fake.permissions(model)) scene.fake.revoke(model, id);
    }
    await round();
    await round();
    expect(await states()).toEqual({ active: 12 });
    for (const model of models) expect(scene.fake.permissions(model)).toHaveLength(TARGETS.length);
  });
});
