import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { aSharedModel, type Hands, handsOn, toAdopt, toRevoke } from '../by-hand/by-hand.ts';
import { createScene, inAnHour, recordLog, type Scene, TARGETS } from '../scene.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const [EU, US, ASIA] = TARGETS;

let scene: Scene;
let hands: Hands;
beforeEach(async () => {
  scene = await createScene();
  scene.fake.quirks.repeatedPost = 'makes-second';
  scene.fake.quirks.oddPermissionsOf = [EU];
  hands = handsOn(scene);
});
afterEach(() => scene.close());

const share = (log = scene.deps().log) => drain({ ...scene.deps(), log }, 'share', inAnHour(scene));
const states = async (checkpoint: string) => {
  const rows = Object.values((await scene.ledger.getCheckpoint(checkpoint))?.permissions ?? {});
  return Object.fromEntries(rows.map(({ projectId, state }) => [projectId, state]));
};

/** A model of which the ledger hears long after its job's end, so that it is listed first. */
async function anOldModel(...grantedTo: readonly string[]): Promise<string> {
  const { id, finalModel } = scene.addJob(1);
  for (const projectId of grantedTo) scene.fake.grant(finalModel, projectId);
  scene.time.advance(2 * DAY);
  await scene.observe(id);
  return finalModel;
}

describe('a list of permissions with an entry that cannot be read', () => {
  it('is taken for what it shows, and nothing is granted before all of it can be read', async () => {
    const model = await anOldModel(EU, US);
    await share();
    expect(await states(model)).toEqual({ [EU]: 'pending', [US]: 'active', [ASIA]: 'pending' });
    scene.time.advance(DAY);
    await share();
    expect(scene.fake.calls.count({ endpoint: 'permissions.create' })).toBe(0);
    scene.fake.quirks.oddPermissionsOf = [];
    scene.time.advance(DAY);
    await share();
    expect(await states(model)).toEqual({ [EU]: 'active', [US]: 'active', [ASIA]: 'active' });
    expect(scene.fake.permissions(model)).toHaveLength(3);
    expect((await scene.ledger.getCheckpoint(model))?.absence).toBeUndefined();
  });

  it('is told in the log once, and by status as long as it is so', async () => {
    const { log, lines } = recordLog();
    const model = await anOldModel(EU);
    const [entry] = scene.fake.permissions(model);
    for (let looks = 0; looks < 3; looks++) {
      await share(log);
      scene.time.advance(DAY);
    }
    const warned = lines.filter(({ level }) => level !== 'info');
    expect(warned.map(({ message }) => message)).toEqual(['Permissions listed that cannot be read']);
    expect(warned[0]?.fields).toMatchObject({ checkpoint: model, odd: [{ id: entry?.id }] });
    const { absent } = await hands.ask({ command: 'status' });
    expect(absent).toMatchObject({ checkpoints: 1, reason: expect.stringContaining(`cannot be read (${entry?.id}`) });
  });

  it('is not waited for by who waits for all that is to be done', async () => {
    await anOldModel(EU);
    const askedAt = new Date(scene.time.now()).toISOString();
    await hands.comeToRest();
    const asked = { command: 'progress', askedAt, endedAt: new Date(scene.time.now()).toISOString() } as const;
    const underWay = { pending: 0, unknown: 0, revoking: 0, rejected: 0 };
    expect(await hands.ask({ ...asked, verifyAll: false })).toMatchObject({ settled: true, underWay, toVerify: 0 });
    expect(await hands.ask({ ...asked, verifyAll: true })).toMatchObject({ underWay, toVerify: 0 });
  });

  it('is not posted without a look once the key may list no more', async () => {
    const model = await anOldModel(EU);
    await share();
    const { value: key } = scene.fake.addAdminKey({ scopes: ['api.fine_tuning.checkpoints.write'] });
    scene.time.advance(DAY);
    for (let turn = 0; turn < 2; turn++) await drain(scene.deps({ key }), 'share', inAnHour(scene));
    expect(scene.fake.calls.count({ endpoint: 'permissions.create' })).toBe(0);
    expect(scene.fake.permissions(model)).toHaveLength(1);
  });

  it('lets nothing go that is granted, and holds up no other checkpoint', async () => {
    const model = await aSharedModel(scene);
    const other = await anOldModel(US);
    scene.time.advance(DAY);
    await hands.comeToRest();
    expect((await scene.ledger.getCheckpoint(model))?.absence?.kind).toBe('in-part');
    expect(await states(model)).toEqual({ [EU]: 'active', [US]: 'active', [ASIA]: 'active' });
    expect(await states(other)).toEqual({ [EU]: 'active', [US]: 'active', [ASIA]: 'active' });
    expect(scene.fake.permissions(model)).toHaveLength(3);
  });

  it('hinders nobody from revoking', async () => {
    const model = await aSharedModel(scene);
    await hands.ask(toRevoke(model, ['prod-eu']));
    await share();
    expect(hands.holders(model)).toEqual([US, ASIA]);
  });

  it('can be adopted from, but for what cannot be read', async () => {
    scene.fake.addProject({ id: 'proj_ELSEWHERE' });
    const { finalModel: model } = scene.fake.addJob({ projectId: 'proj_ELSEWHERE', checkpoints: 1 });
    for (const projectId of [EU, US]) scene.fake.grant(model, projectId);
    const asked = hands.ask(toAdopt(model, ['prod-eu']));
    await expect(asked).rejects.toThrow(/cannot be read.*nobody can tell who is not listed/);
    expect(await states(model)).toEqual({});
    await hands.ask(toAdopt(model, ['prod-us']));
    expect(await states(model)).toEqual({ [US]: 'active' });
    await expect(hands.ask({ command: 'show', what: model, live: true })).rejects.toThrow(/cannot be read/);
  });
});
