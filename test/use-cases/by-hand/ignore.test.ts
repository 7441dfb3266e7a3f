import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import { createScene, type Scene, TARGETS } from '../scene.ts';
import { aSharedModel, type Hands, handsOn, NO_RULE, toIgnore, toRevoke, toShare } from './by-hand.ts';

let scene: Scene;
let hands: Hands;
let model: string;
beforeEach(async () => {
  scene = await createScene();
  hands = handsOn(scene);
  model = await aSharedModel(scene);
});
afterEach(async () => {
  expect(scene.fake.unexpected).toEqual([]);
  await scene.close();
});

const DAY_MS = 24 * 3_600_000;
const idOf = (projectId: string) =>
  scene.fake.permissions(model).find((permission) => permission.projectId === projectId)?.id ?? '';
const admin = () => {
  const counts = Object.entries(scene.fake.calls.byEndpoint());
  return Object.fromEntries(counts.filter(([endpoint]) => endpoint.startsWith('permissions.')));
};

describe('ignoring a permission', () => {
  it('costs no call, and the plan has no changes for it, whatever the policy says', async () => {
    expect(await hands.ask(toIgnore(model, ['prod-eu']))).toEqual({
      checkpoint: model,
      kind: 'ignored',
      undone: false,
      projects: [{ projectId: 'proj_EU', project: 'prod-eu', permissionIds: [idOf('proj_EU')] }],
    });
    const report = aPolicy([aRule({ name: 'another', checkpoints: { kind: 'all' }, to: [...TARGETS] })]);
    for (const policy of [{ ...NO_RULE, prune: true }, report]) {
      const plan = await hands.ask({ command: 'plan' }, { policy });
      const changed = plan.checkpoints.flatMap(({ changes }) => changes.map(({ projectId }) => projectId));
      expect(changed.toSorted()).toEqual(['proj_ASIA', 'proj_US']);
    }
    expect(admin()).toEqual({});
  });

  it('keeps it from being pruned', async () => {
    await hands.ask(toIgnore(model, ['prod-eu']));
    await hands.comeToRest({ ...NO_RULE, prune: true });
    expect(hands.holders(model)).toEqual(['proj_EU']);
    expect((await hands.row(model, 'proj_EU'))?.state).toBe('active');
  });

  it('keeps it from expiring', async () => {
    const expiresAt = new Date(scene.time.now() + DAY_MS).toISOString();
    scene.fake.addProject({ id: 'proj_X' });
    await hands.ask(toShare(model, ['proj_X'], { expiresAt }));
    await hands.share();
    await hands.ask(toIgnore(model, ['proj_X']));
    scene.time.advance(2 * DAY_MS);
    await hands.comeToRest();
    expect(hands.holders(model)).toContain('proj_X');
    await hands.ask(toIgnore(model, ['proj_X'], { undo: true }));
    await hands.comeToRest();
    expect(hands.holders(model)).not.toContain('proj_X');
  });

  it('keeps it from being repaired: that it is gone is seen, and repaired once that is undone', async () => {
    await hands.ask(toIgnore(model, ['prod-eu']));
    scene.fake.revoke(model, idOf('proj_EU'));
    await hands.comeToRest();
    expect(await hands.row(model, 'proj_EU')).toMatchObject({ state: 'drifted', notBefore: null });
    expect(admin()).not.toHaveProperty('permissions.create');
    const repair = { command: 'repair', checkpoint: model, project: [] } as const;
    expect((await hands.refusal(repair)).message).toContain('drifted');

    await hands.ask(toIgnore(model, ['prod-eu'], { undo: true }));
    await hands.comeToRest();
    expect((await hands.row(model, 'proj_EU'))?.state).toBe('active');
    expect(hands.holders(model)).toContain('proj_EU');
  });

  it('is seen to be there again where somebody grants it again', async () => {
    await hands.ask(toIgnore(model, ['prod-eu']));
    scene.fake.revoke(model, idOf('proj_EU'));
    await hands.comeToRest();
    scene.time.advance(600_000);
    const again = scene.fake.grant(model, 'proj_EU');
    await hands.comeToRest();
    expect(await hands.row(model, 'proj_EU')).toMatchObject({ state: 'active', permissionId: again.id });
    expect(await hands.history(model)).toEqual(
      expect.arrayContaining(['ignored proj_EU', 'drifted proj_EU', 'found proj_EU']),
    );
  });

  it('keeps it from being closed with its project', async () => {
    await hands.ask(toIgnore(model, ['prod-eu']));
    scene.fake.archiveProject('proj_EU');
    await hands.comeToRest();
    expect((await hands.row(model, 'proj_EU'))?.state).toBe('active');
    expect(await scene.ledger.getCheckpoint(model)).toMatchObject({ holds: { proj_EU: { kind: 'ignored' } } });
  });

  it('ends the daily retry of what OpenAI refuses, until that is undone', async () => {
    await scene.close();
    scene = await createScene({ unknownTargets: ['proj_GONE'] });
    hands = handsOn(scene);
    model = await aSharedModel(scene);
    await hands.ask(toIgnore(model, ['proj_GONE']));
    scene.time.advance(2 * DAY_MS);
    await hands.comeToRest();
    expect(admin()).not.toHaveProperty('permissions.create');
    scene.fake.addProject({ id: 'proj_GONE' });
    await hands.ask(toIgnore(model, ['proj_GONE'], { undo: true }));
    expect(hands.woken()).toBe(1);
    await hands.comeToRest();
    expect(hands.holders(model)).toContain('proj_GONE');
  });

  it('of somebody else’s keeps it from being taken over', async () => {
    scene.fake.addProject({ id: 'proj_X' });
    scene.fake.grant(model, 'proj_X');
    scene.time.advance(25 * 3_600_000);
    await hands.comeToRest();
    await hands.ask(toIgnore(model, ['proj_X']));
    const wantsX = aPolicy([aRule({ name: 'everything', checkpoints: { kind: 'all' }, to: [...TARGETS, 'proj_X'] })]);
    await hands.comeToRest(wantsX);
    expect((await hands.row(model, 'proj_X'))?.state).toBe('foreign');
    await hands.ask(toIgnore(model, ['proj_X'], { undo: true }));
    await hands.comeToRest(wantsX);
    expect((await hands.row(model, 'proj_X'))?.state).toBe('active');
  });

  it('can be undone for all at once, and for what is not tracked any more', async () => {
    await hands.ask(toIgnore(model, [], { all: true }));
    scene.fake.deleteModel(model);
    await hands.comeToRest();
    scene.time.advance(25 * 3_600_000);
    await hands.comeToRest();
    const { projects } = await hands.ask(toIgnore(model, [], { all: true, undo: true }));
    expect(projects.map(({ projectId }) => projectId)).toEqual([...TARGETS].sort());
    expect((await scene.ledger.getCheckpoint(model))?.holds).toBeUndefined();
  });
});

describe('ignoring is refused, with the next step,', () => {
  it('where there is nothing that could be kept', async () => {
    const job = scene.addJob(1);
    await scene.observe(job.id);
    const pending = await hands.refusal(toIgnore(job.finalModel, ['prod-eu']));
    expect(pending.message).toContain('The permission of prod-eu is pending');
    expect(pending.next).toContain('ckpt forget');
    await hands.ask(toRevoke(model, ['prod-eu'], { withhold: true }));
    expect((await hands.refusal(toIgnore(model, ['prod-eu']))).name).toBe('NotYetError');
    await hands.share();
    expect((await hands.refusal(toIgnore(model, ['prod-eu']))).next).toContain(`ckpt show ${model}`);
  });

  it('where it is undone, and nothing is ignored', async () => {
    const { message } = await hands.refusal(toIgnore(model, [], { undo: true }));
    expect(message).toContain('has no permission that this could be done to');
  });
});
