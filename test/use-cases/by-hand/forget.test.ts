import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveByList } from '../../../lambdas/core/checkpoint/resolve.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { createScene, type Scene, TARGETS } from '../scene.ts';
import { aSharedModel, type Hands, handsOn, NO_RULE, toAdopt, toForget, toRevoke, toShare } from './by-hand.ts';

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

const idOf = (projectId: string) =>
  scene.fake.permissions(model).find((permission) => permission.projectId === projectId)?.id ?? '';
/** The calls for permissions, by endpoint. */
const admin = () =>
  Object.fromEntries(
    Object.entries(scene.fake.calls.byEndpoint()).filter(([endpoint]) => endpoint.startsWith('permissions.')),
  );

describe('forgetting a permission', () => {
  it('stops tracking it without a call, and says what it was', async () => {
    const id = idOf('proj_EU');
    expect(await hands.ask(toForget(model, ['prod-eu']))).toEqual({
      checkpoint: model,
      kind: 'forgotten',
      undone: false,
      projects: [{ projectId: 'proj_EU', project: 'prod-eu', permissionIds: [id] }],
    });
    expect(await hands.row(model, 'proj_EU')).toBeUndefined();
    expect(await scene.ledger.findPermission(id)).toBeUndefined();
    expect(hands.holders(model)).toEqual([...TARGETS]);
    expect(admin()).toEqual({});
  });

  it('keeps its rule from sharing it, and the plan has no changes', async () => {
    await hands.ask(toForget(model, ['prod-eu']));
    expect(await hands.ask({ command: 'plan' })).toMatchObject({ checkpoints: [], underWay: 0 });
    scene.fake.revoke(model, idOf('proj_EU'));
    await hands.comeToRest();
    await hands.comeToRest();
    expect(hands.holders(model)).toEqual(['proj_US', 'proj_ASIA']);
    expect(await hands.ask({ command: 'plan' })).toMatchObject({ checkpoints: [], underWay: 0 });
    expect(await hands.row(model, 'proj_EU')).toBeUndefined();
  });

  it('keeps it from being pruned, revoked or found foreign, whatever a list shows', async () => {
    await hands.ask(toForget(model, [], { all: true }));
    await hands.comeToRest({ ...NO_RULE, prune: true });
    scene.time.advance(25 * 3_600_000);
    await hands.comeToRest({ ...NO_RULE, prune: true });
    expect(hands.holders(model)).toEqual([...TARGETS]);
    expect(Object.keys((await scene.ledger.getCheckpoint(model))?.permissions ?? {})).toEqual([]);
    expect((await hands.refusal(toRevoke(model, ['prod-eu']))).message).toContain('has no permission for prod-eu');
  });

  it('is taken back by sharing: it is looked for first, and kept under its id', async () => {
    scene.fake.quirks.repeatedPost = 'makes-second';
    const id = idOf('proj_EU');
    await hands.ask(toForget(model, ['prod-eu']));
    await hands.ask(toShare(model, ['prod-eu']));
    await hands.comeToRest();
    expect(await hands.row(model, 'proj_EU')).toMatchObject({ state: 'active', permissionId: id, duplicateIds: [] });
    expect(admin()).toEqual({ 'permissions.list': 1 });
  });

  it('is taken back by sharing where it is gone by now, too', async () => {
    const id = idOf('proj_EU');
    await hands.ask(toForget(model, ['prod-eu']));
    scene.fake.revoke(model, id);
    await hands.ask(toShare(model, ['prod-eu']));
    await hands.comeToRest();
    expect(await hands.row(model, 'proj_EU')).toMatchObject({ state: 'active', permissionId: idOf('proj_EU') });
    expect(idOf('proj_EU')).not.toBe(id);
  });

  it('makes no second one where it is shared again within the time that a list may lag', async () => {
    scene.fake.quirks.repeatedPost = 'makes-second';
    scene.fake.quirks.listLagMs = 60_000;
    const job = scene.addJob(1);
    await scene.observe(job.id);
    await hands.share();
    await hands.ask(toForget(job.finalModel, ['prod-eu']));
    await hands.ask(toShare(job.finalModel, ['prod-eu']));
    for (let minute = 0; minute < 5; minute++) {
      await hands.share();
      scene.time.advance(60_000);
    }
    expect(hands.holders(job.finalModel)).toEqual([...TARGETS]);
    expect((await hands.row(job.finalModel, 'proj_EU'))?.state).toBe('active');
  });

  it('is good for what is not shared yet, and for what is somebody else’s', async () => {
    const job = scene.addJob(1);
    await scene.observe(job.id);
    await hands.ask(toForget(job.finalModel, ['prod-eu']));
    await hands.comeToRest();
    expect(hands.holders(job.finalModel)).toEqual(['proj_US', 'proj_ASIA']);

    scene.fake.addProject({ id: 'proj_X' });
    scene.fake.grant(model, 'proj_X');
    await hands.ask(toAdopt(model, ['prod-eu'], { all: false, permissionIds: [idOf('proj_US'), 'cp_none'] }));
    expect((await hands.row(model, 'proj_X'))?.state).toBe('foreign');
    await hands.ask(toForget(model, ['proj_X']));
    await hands.ask(toAdopt(model, ['prod-eu'], { permissionIds: ['cp_none'] }));
    expect(await hands.row(model, 'proj_X')).toBeUndefined();
    expect(hands.holders(model)).toContain('proj_X');
  });

  it('by permission id forgets the whole project’s', async () => {
    await hands.ask(toForget('', [], { checkpoint: null, permissionId: idOf('proj_US') }));
    expect(await hands.row(model, 'proj_US')).toBeUndefined();
  });
});

describe('forgetting is refused, with the next step,', () => {
  it('while a call for it is on its way, and nothing is forgotten then', async () => {
    const job = scene.addJob(1);
    await scene.observe(job.id);
    scene.fake.quirks.listLagMs = 60_000;
    scene.fake.faults.queue('permissions.create', 'error-after');
    await hands.share();
    const refusal = await hands.refusal(toForget(job.finalModel, [], { all: true }));
    expect(refusal).toMatchObject({ name: 'NotYetError', retryAfterSeconds: 5 });
    expect(refusal.next).toContain('--timeout');
    expect((await scene.ledger.getCheckpoint(job.finalModel))?.holds).toBeUndefined();

    await hands.ask(toRevoke(model, ['prod-eu'], { withhold: true }));
    expect((await hands.refusal(toForget(model, ['prod-eu']))).message).toContain('on its way (revoking)');
    await hands.share();
    expect(await hands.ask(toForget(model, ['prod-eu']))).toMatchObject({ kind: 'forgotten' });
  });

  it('where there are several, and nobody says which', async () => {
    const { message, next } = await hands.refusal(toForget(model, []));
    expect(message).toContain('has 3 permissions');
    expect(next).toBe('Name the projects that you mean, or say --all.');
  });

  it('for a project that has none, as after the first time', async () => {
    await hands.ask(toForget(model, ['prod-eu']));
    const { message, next } = await hands.refusal(toForget(model, ['prod-eu']));
    expect(message).toContain('has no permission for prod-eu');
    expect(next).toBe('It has those of prod-us, proj_ASIA.');
  });
});

describe('a call that is answered after a list has shown what it made', () => {
  it('finds its row: it cannot be forgotten in between', async () => {
    const job = scene.addJob(1);
    await scene.observe(job.id);
    const api = scene.permissionApi();
    let refused: unknown;
    const create: typeof api.create = async (...call) => {
      const granted = await api.create(...call);
      // A list of the same moment takes it in, and a person comes between.
      const record = await scene.ledger.getCheckpoint(job.finalModel);
      if (record === undefined) throw new Error('it was marked');
      await scene.ledger.saveCheckpoint(resolveByList(record, granted.permissions, scene.time.now()), record);
      expect((await hands.row(job.finalModel, 'proj_EU'))?.state).toBe('active');
      refused = await hands.refusal(toForget(job.finalModel, ['prod-eu']));
      return granted;
    };
    await drain(scene.deps({ api: { ...api, create } }), 'me', scene.time.now() + 60_000);
    expect(refused).toMatchObject({ name: 'NotYetError' });
    expect((await hands.row(job.finalModel, 'proj_EU'))?.state).toBe('active');
    await hands.ask(toForget(job.finalModel, ['prod-eu']));
    expect(await hands.row(job.finalModel, 'proj_EU')).toBeUndefined();
  });
});
