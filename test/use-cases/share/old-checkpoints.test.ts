import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

describe('a pin, and a checkpoint that a person names', () => {
  it('are listed first, where nobody knows how old they are', async () => {
    const { finalModel } = scene.addJob(1);
    const { id: permissionId } = scene.fake.grant(finalModel, TARGETS[0]);
    const hands = handsOn(scene);
    await hands.ask({
      command: 'share',
      checkpoint: finalModel,
      projects: [...TARGETS],
      onDrift: 'repair',
      expiresAt: null,
    });
    scene.fake.calls.reset();
    await share();
    expect(scene.fake.calls.count({ endpoint: 'permissions.list' })).toBe(1);
    expect(scene.fake.permissions(finalModel).filter(({ projectId }) => projectId === TARGETS[0])).toMatchObject([
      { id: permissionId },
    ]);
  });
});
