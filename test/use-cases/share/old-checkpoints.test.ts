import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import { handsOn } from '../by-hand/by-hand.ts';
import { createScene, inAnHour, type Scene, TARGETS } from '../scene.ts';

const DAY = 24 * 60 * 60_000;

let scene: Scene;
beforeEach(async () => {
  scene = await createScene();
  scene.fake.quirks.repeatedPost = 'makes-second';
});
afterEach(() => scene.close());

const calls = () => scene.fake.calls.byEndpoint();
const share = () => drain(scene.deps(), 'share', inAnHour(scene));

/** A job that ended so long ago, of which the ledger hears now. */
async function hear(endedMsAgo: number): Promise<string> {
  const { id, finalModel } = scene.addJob(1);
  scene.time.advance(endedMsAgo);
  return observe(id, finalModel);
}

async function observe(jobId: string, model: string): Promise<string> {
  await scene.observe(jobId);
  scene.fake.calls.reset();
  return model;
}

describe('a checkpoint that is older than what the ledger knows', () => {
  it('is listed before it is posted: what somebody has shared already is adopted, the rest is shared', async () => {
    const { id, finalModel } = scene.addJob(1);
    const { id: permissionId } = scene.fake.grant(finalModel, TARGETS[0]);
    scene.time.advance(2 * DAY);
    await observe(id, finalModel);
    await share();
    expect(calls()).toEqual({ 'permissions.list': 1, 'permissions.create': 1 });
    expect(scene.fake.permissions(finalModel)).toHaveLength(TARGETS.length);
    const rows = await scene.recorded();
    expect(rows.map(({ state }) => state)).toEqual(['active', 'active', 'active']);
    expect(rows.find(({ projectId }) => projectId === TARGETS[0])).toMatchObject({ permissionId });
  });

  it('costs no POST where everything is there', async () => {
    const { id, finalModel } = scene.addJob(1);
    for (const projectId of TARGETS) scene.fake.grant(finalModel, projectId);
    scene.time.advance(2 * DAY);
    await observe(id, finalModel);
    await share();
    expect(calls()).toEqual({ 'permissions.list': 1 });
  });

  it('waits while it cannot be listed, and holds up no fresh one', async () => {
    const old = await hear(2 * DAY);
    const fresh = await hear(0);
    for (let tries = 0; tries < 3; tries++) scene.fake.faults.queue('permissions.list', 'error-before');
    await share();
    expect(scene.fake.permissions(fresh)).toHaveLength(TARGETS.length);
    expect(scene.fake.permissions(old)).toHaveLength(0);
    scene.time.advance(DAY / 4);
    for (let tries = 0; tries < 3; tries++) {
      await share();
      scene.time.advance(DAY / 4);
    }
    expect(scene.fake.permissions(old)).toHaveLength(TARGETS.length);
  });

  it('is shared without a look by a key that may not list', async () => {
    const { value: key } = scene.fake.addAdminKey({ scopes: ['api.fine_tuning.checkpoints.write'] });
    const old = await hear(2 * DAY);
    await drain(scene.deps({ key }), 'share', inAnHour(scene));
    expect(scene.fake.permissions(old)).toHaveLength(TARGETS.length);
  });

  it('is looked for once a turn among what waits for a list that the key may not have', async () => {
    const { value: key } = scene.fake.addAdminKey({ scopes: ['api.fine_tuning.checkpoints.write'] });
    for (let job = 0; job < 3; job++) await scene.observe(scene.addJob(1).id);
    await share();
    const waiting = (await scene.ledger.listCheckpoints(null)).items;
    for (const [index, record] of waiting.entries()) {
      await scene.ledger.saveCheckpoint({ ...record, verifyAt: scene.time.now() + index }, record);
    }
    scene.time.advance(1_000);
    await drain(scene.deps({ key }), 'finds out', inAnHour(scene));
    for (let job = 0; job < 3; job++) await scene.observe(scene.addJob(1).id);
    const last = waiting.at(-1)?.checkpoint;
    const own = scene.deps({ key }).ledger;
    let reads = 0;
    let turns = 0;
    const ledger: Ledger = {
      ...own,
      getCheckpoint: (checkpoint) => {
        if (checkpoint === last) reads++;
        return own.getCheckpoint(checkpoint);
      },
      releaseLease: (name, owner) => {
        turns++;
        return own.releaseLease(name, owner);
      },
    };
    await drain(scene.deps({ key, ledger }), 'share', inAnHour(scene));
    expect(turns).toBeGreaterThan(0);
    expect(reads).toBe(turns);
  });

  it('is one of a job that the ledger has heard of in time, when a rule wants it years later: no LIST', async () => {
    const { id } = scene.addJob(1);
    await scene.observe(id, scene.ledger, aPolicy([aRule({ from: [] })]));
    scene.time.advance(700 * DAY);
    await scene.observe(id);
    scene.fake.calls.reset();
    await share();
    expect(calls()).toEqual({ 'permissions.create': 1 });
  });
});

describe('a fresh one', () => {
  it.each([0, DAY])('costs one POST and no LIST (%d ms after its job has ended)', async (ago) => {
    await hear(ago);
    await share();
    expect(calls()).toEqual({ 'permissions.create': 1 });
  });
});

describe('a checkpoint whose job nobody knows', () => {
  it('is listed first where it is pinned', async () => {
    const { finalModel } = scene.addJob(1);
    const { id: permissionId } = scene.fake.grant(finalModel, TARGETS[0]);
    const policy = aPolicy([], { permissions: [{ checkpoint: finalModel, to: [...TARGETS] }] });
    await handsOn(scene).comeToRest(policy);
    expect(scene.fake.calls.count({ endpoint: 'permissions.list' })).toBe(1);
    expect(scene.fake.permissions(finalModel)).toHaveLength(TARGETS.length);
    expect((await scene.recorded()).find(({ projectId }) => projectId === TARGETS[0])).toMatchObject({ permissionId });
  });

  it('is posted at once where a person asks for it', async () => {
    const { finalModel } = scene.addJob(1);
    const request = { command: 'share', checkpoint: finalModel, projects: [...TARGETS], onDrift: 'repair' } as const;
    await handsOn(scene).ask({ ...request, expiresAt: null });
    scene.fake.calls.reset();
    await share();
    expect(calls()).toEqual({ 'permissions.create': 1 });
  });
});
