import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ForbiddenError, NotFoundError, RefusedError } from '../../../lambdas/core/errors.ts';
import type { OrganisationApi, PermissionApi } from '../../../lambdas/core/ports/openai.ts';
import { readState } from '../../../lambdas/use-cases/change.ts';
import type { ShareDeps } from '../../../lambdas/use-cases/share/deps.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { handsOn } from '../by-hand/by-hand.ts';
import { createScene, inAnHour, type Scene } from '../scene.ts';
import { shareJobs } from './auditing.ts';

const MINUTE = 60_000;

let scene: Scene;
let key: string;
beforeEach(async () => {
  scene = await createScene();
  key = 'wrong';
});
afterEach(() => scene.close());

/** To a key that is not ours it answers so to everything; the right key reaches OpenAI. */
function depsWith(refusal: (named: string) => Error): ShareDeps {
  const { create, list, delete: remove } = scene.permissionApi();
  const { hasProject } = scene.organisationApi();
  const unless = async <T>(work: () => Promise<T>, named: string): Promise<T> => {
    calls++;
    if (key === 'wrong') throw refusal(named);
    return work();
  };
  const api: PermissionApi = {
    create: (checkpoint, projectIds) => unless(() => create(checkpoint, projectIds), projectIds[0] ?? ''),
    list: (checkpoint, after) => unless(() => list(checkpoint, after), checkpoint),
    delete: (checkpoint, permissionId) => unless(() => remove(checkpoint, permissionId), checkpoint),
  };
  const organisation: OrganisationApi = {
    hasProject: async (projectId) => {
      if (key === 'wrong') throw new ForbiddenError('You may not look at this project', { status: 403 });
      return hasProject(projectId);
    },
  };
  return { ...scene.deps({ api, organisation }), currentKeyMark: async () => key };
}
let calls = 0;

async function ticks(minutes: number, deps: ShareDeps): Promise<ReadonlySet<string | undefined>> {
  const failures = new Set<string | undefined>();
  for (let minute = 0; minute < minutes; minute++) {
    const endsAt = scene.time.now() + MINUTE;
    const failed = await drain(deps, `tick-${endsAt}`, scene.time.now() + 50_000).catch((error: Error) => error);
    failures.add(failed instanceof Error ? failed.name : undefined);
    scene.time.advance(Math.max(0, endsAt - scene.time.now()));
  }
  return failures;
}

const states = async () => [...new Set((await scene.recorded()).map(({ state }) => state))].sort();

const REFUSALS: readonly (readonly [string, (named: string) => Error])[] = [
  ['403', () => new ForbiddenError('You are not allowed to do this', { status: 403 })],
  ['404', () => new NotFoundError('The model does not exist', { status: 404 })],
  ['400 that names a project', (named) => new RefusedError(`Project not found: ${named}`, { status: 400 })],
];

describe.each(REFUSALS)('a key that may look at none of our projects and is answered %s', (_, refusal) => {
  it('rejects nothing while several are refused, is named, and costs few calls', async () => {
    for (let job = 0; job < 8; job++) await scene.observe(scene.addJob(1).id);
    calls = 0;
    const deps = depsWith(refusal);
    expect(await ticks(3, deps)).toContain('DoubtedKeyError');
    const { pacer } = await handsOn(scene).ask({ command: 'status' });
    for (const { holdReason } of pacer) {
      expect(holdReason).toMatch(/^Nothing shows that the admin key is of this organisation: .*proj_RESEARCH/);
      expect(holdReason).toMatch(/Is the key of this organisation, and is openai.baseUrl right\?$/);
    }
    await ticks(6 * 60, deps);
    expect(await states()).toEqual(['pending']);
    expect(await scene.ledger.refusedProjects()).toEqual([]);
    expect(calls).toBeLessThan(40);
  });

  it('has all shared within a minute after another key is put in its place', async () => {
    for (let job = 0; job < 4; job++) await scene.observe(scene.addJob(1).id);
    const deps = depsWith(refusal);
    await ticks(60, deps);
    key = 'right';
    await ticks(2, deps);
    expect(await states()).toEqual(['active']);
    expect((await readState(scene.ledger, 'rests')).key).toBeNull();
  });

  it('changes nothing of what is shared, however long', async () => {
    await shareJobs(scene, 4);
    for (const record of (await scene.ledger.listCheckpoints(null)).items) {
      await scene.ledger.saveCheckpoint({ ...record, verifyAt: scene.time.now() }, record);
    }
    const deps = depsWith(refusal);
    await ticks(12 * 60, deps);
    expect(await states()).toEqual(['active']);
    key = 'right';
    await ticks(2, deps);
    for (const record of (await scene.ledger.listCheckpoints(null)).items) {
      expect(record).toMatchObject({ verifyAt: null });
      expect(record.absence).toBeUndefined();
    }
  });
});

describe.each(REFUSALS)('a single checkpoint that such a key is answered %s', (_, refusal) => {
  it('is tried some times, then once a day, and at once with another key', async () => {
    const { id } = scene.addJob(1);
    await scene.observe(id);
    const record = (await scene.ledger.listCheckpoints(null)).items[0];
    if (record === undefined) throw new Error('Nothing was observed.');
    const [only = ''] = Object.keys(record.permissions);
    const permissions = Object.fromEntries(Object.entries(record.permissions).filter(([name]) => name === only));
    await scene.ledger.saveCheckpoint({ ...record, permissions }, record);
    const deps = depsWith(refusal);
    await ticks(1, deps);
    expect(await states()).toEqual(['pending']);
    await ticks(20, deps);
    const [row] = await scene.recorded();
    expect(row).toMatchObject({
      state: 'rejected',
      reason: expect.stringContaining('Nothing shows that the admin key is of this organisation'),
    });
    key = 'right';
    await ticks(1, deps);
    expect(await states()).toEqual(['active']);
    expect(await scene.ledger.refusedProjects()).toEqual([]);
  });

  it('two of them are not rejected at all', async () => {
    for (let job = 0; job < 2; job++) await scene.observe(scene.addJob(1).id);
    await ticks(3 * 60, depsWith(refusal));
    expect(await states()).toEqual(['pending']);
  });
});

describe('a key that may only share, and cannot be told whose it is', () => {
  const writeOnly = () => scene.fake.addAdminKey({ scopes: ['api.fine_tuning.checkpoints.write'] }).value;
  const creates = () => scene.fake.calls.count({ endpoint: 'permissions.create' });

  it('rejects the one checkpoint that is forbidden, and shares all others with a call each', async () => {
    const blocked = scene.addJob(1);
    scene.fake.refusals.forbid(blocked.finalModel);
    await scene.observe(blocked.id);
    for (let job = 0; job < 5; job++) await scene.observe(scene.addJob(1).id);
    const deps = scene.deps({ key: writeOnly() });
    await ticks(2, deps);
    const others = (await scene.recorded()).filter(({ checkpoint }) => checkpoint !== blocked.finalModel);
    expect(others.map(({ state }) => state)).toEqual(Array(15).fill('active'));
    await ticks(10, deps);
    const refused = (await scene.recorded()).filter(({ checkpoint }) => checkpoint === blocked.finalModel);
    expect(refused.map(({ state, failing }) => [state, failing])).toEqual(Array(3).fill(['rejected', 'forbidden']));
    // Once before anything was shared, and once when it was known that the key shares.
    expect(creates()).toBe(5 + 2);
  });

  it('is believed for good once it has shared something, and rests no more', async () => {
    const blocked = Array.from({ length: 4 }, () => scene.addJob(1));
    for (const { id, finalModel } of blocked) {
      scene.fake.refusals.forbid(finalModel);
      await scene.observe(id);
    }
    const deps = scene.deps({ key: writeOnly() });
    expect(await ticks(2, deps)).toContain('DoubtedKeyError');
    await scene.observe(scene.addJob(1).id);
    await ticks(60, deps);
    expect(await states()).toEqual(['active', 'rejected']);
    expect((await readState(scene.ledger, 'rests')).key).toBeNull();
  });

  it('takes a project that OpenAI does not have out, and shares with all others', async () => {
    await scene.close();
    scene = await createScene({ unknownTargets: ['proj_GONE'] });
    for (let job = 0; job < 4; job++) await scene.observe(scene.addJob(1).id);
    await ticks(3, scene.deps({ key: writeOnly() }));
    const rows = await scene.recorded();
    expect(rows.filter(({ state }) => state === 'active')).toHaveLength(12);
    expect(rows.filter(({ state }) => state === 'rejected').map(({ projectId }) => projectId)).toEqual(
      Array(4).fill('proj_GONE'),
    );
    // Each has one call, the first two another that names the project.
    expect(creates()).toBe(4 + 2);
  });
});

describe('a key that is ours', () => {
  it('and may look at one of the projects only is known by that one', async () => {
    await scene.observe(scene.addJob(1).id);
    const asked: string[] = [];
    const organisation: OrganisationApi = {
      hasProject: async (projectId) => {
        asked.push(projectId);
        if (asked.length === 1) throw new ForbiddenError('You may not look at this project', { status: 403 });
        return true;
      },
    };
    const api: PermissionApi = {
      ...scene.permissionApi(),
      create: () => Promise.reject(new ForbiddenError('This model is blocked', { status: 403 })),
    };
    await drain(scene.deps({ api, organisation }), 'share', inAnHour(scene));
    expect(asked).toHaveLength(2);
    expect(await states()).toEqual(['rejected']);
  });
});
