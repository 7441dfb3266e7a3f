import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import { createScene, type Scene, TARGETS } from '../scene.ts';
import { aSharedModel, type Hands, handsOn, toAdopt, toIgnore, toRevoke, toShare } from './by-hand.ts';

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

const calls = () => scene.fake.calls.byEndpoint();
const idOf = (projectId: string) =>
  scene.fake.permissions(model).find((permission) => permission.projectId === projectId)?.id ?? '';

describe('revoking by hand', () => {
  it('takes one DELETE, and the next reconcile shares it again, as was said', async () => {
    const answer = await hands.ask(toRevoke(model, ['prod-eu']));
    expect(answer).toEqual({
      checkpoint: model,
      done: true,
      permissions: [
        {
          projectId: 'proj_EU',
          project: 'prod-eu',
          permissionIds: [idOf('proj_EU')],
          what: 'revoke',
          wantedAgainBy: {
            projectId: 'proj_EU',
            project: 'prod-eu',
            rule: 'everything',
            origin: 'policy',
            onDrift: 'repair',
            expiresAt: null,
          },
        },
      ],
    });
    await hands.share();
    expect(calls()).toEqual({ 'permissions.delete': 1 });
    expect(hands.holders(model)).toEqual(['proj_US', 'proj_ASIA']);
    await hands.comeToRest();
    expect(hands.holders(model).toSorted()).toEqual([...TARGETS].sort());
  });

  it('with withhold is not shared again by a rule, and is once a person shares it', async () => {
    const { permissions } = await hands.ask(toRevoke(model, ['prod-eu'], { withhold: true }));
    expect(permissions).toMatchObject([{ wantedAgainBy: null }]);
    await hands.comeToRest();
    expect(hands.holders(model)).toEqual(['proj_US', 'proj_ASIA']);
    const plan = await hands.ask({ command: 'plan' });
    expect(plan.checkpoints).toEqual([]);

    await hands.ask(toShare(model, ['prod-eu']));
    await hands.comeToRest();
    expect(hands.holders(model)).toContain('proj_EU');
    expect(await hands.history(model)).toEqual([
      ...TARGETS.map((projectId) => `wanted ${projectId}`).sort(),
      ...TARGETS.map((projectId) => `shared ${projectId}`).sort(),
      'revoking proj_EU',
      'withheld proj_EU',
      'revoked proj_EU',
      'wanted proj_EU',
      'heeded proj_EU',
      'shared proj_EU',
    ]);
  });

  it('with withhold is foreign where somebody else grants it again, until it is adopted', async () => {
    await hands.ask(toRevoke(model, ['prod-eu'], { withhold: true }));
    await hands.share();
    const theirs = scene.fake.grant(model, 'proj_EU');
    scene.time.advance(600_000);
    await hands.comeToRest();
    expect(await hands.row(model, 'proj_EU')).toMatchObject({ state: 'foreign', permissionId: theirs.id });
    await hands.ask(toAdopt(model, ['prod-eu']));
    await hands.comeToRest();
    expect(await hands.row(model, 'proj_EU')).toMatchObject({ state: 'active', permissionId: theirs.id });
  });

  it('deletes every permission that the project has', async () => {
    const second = scene.fake.grant(model, 'proj_EU');
    await hands.ask({ command: 'reconcile', verifyAll: true });
    await hands.ask(toAdopt(model, ['prod-eu'], { permissionIds: [second.id] }));
    const { permissions } = await hands.ask(toRevoke(model, ['prod-eu'], { withhold: true }));
    expect(permissions[0]?.permissionIds.toSorted()).toEqual([idOf('proj_EU'), second.id].sort());
    await hands.comeToRest();
    expect(hands.holders(model)).not.toContain('proj_EU');
  });

  it('drops without a call what was never granted', async () => {
    const job = scene.addJob(1);
    await scene.observe(job.id);
    const { permissions } = await hands.ask(toRevoke(job.finalModel, ['prod-eu'], { withhold: true }));
    expect(permissions).toMatchObject([{ what: 'drop', permissionIds: [] }]);
    expect(await hands.row(job.finalModel, 'proj_EU')).toBeUndefined();
    await hands.comeToRest();
    expect(calls()).toMatchObject({ 'permissions.create': 1 });
    expect(hands.holders(job.finalModel)).toEqual(['proj_US', 'proj_ASIA']);
  });

  it('a second time is nothing to do', async () => {
    await hands.ask(toRevoke(model, ['prod-eu'], { withhold: true }));
    const again = toRevoke(model, ['prod-eu'], { withhold: true });
    expect((await hands.ask(again)).permissions).toMatchObject([{ what: 'nothing-to-do' }]);
    await hands.share();
    expect((await hands.ask(again)).permissions).toMatchObject([{ what: 'nothing-to-do' }]);
    await hands.comeToRest();
    expect(scene.fake.calls.count({ endpoint: 'permissions.delete' })).toBe(1);
  });

  it('as a dry run only tells, and writes nothing', async () => {
    const before = await scene.ledger.getCheckpoint(model);
    const answer = await hands.ask(toRevoke(model, [], { all: true, dryRun: true }));
    expect(answer).toMatchObject({ done: false });
    expect(answer.permissions.map(({ projectId }) => projectId)).toEqual([...TARGETS].sort());
    expect(await scene.ledger.getCheckpoint(model)).toEqual(before);
    expect(hands.woken()).toBe(0);
  });

  it('by permission id finds its project', async () => {
    await hands.ask(toRevoke('', [], { checkpoint: null, permissionId: idOf('proj_US') }));
    expect((await hands.row(model, 'proj_US'))?.state).toBe('revoking');
  });

  it('is a person’s word on a deletion that OpenAI refused until tomorrow', async () => {
    const revoke = toRevoke(model, ['prod-eu'], { withhold: true });
    const key = scene.fake.addAdminKey({ scopes: ['api.fine_tuning.checkpoints.read'] });
    await hands.ask(revoke);
    scene.fake.faults.queue('permissions.delete', { kind: 'error-before', status: 422 });
    await hands.share();
    expect(await hands.row(model, 'proj_EU')).toMatchObject({ state: 'revoking', priority: 'retry' });
    expect((await hands.ask(revoke)).permissions).toMatchObject([{ what: 'revoke' }]);
    await hands.share();
    expect(hands.holders(model)).not.toContain('proj_EU');
    scene.fake.revokeKey(key.value);
  });
});

describe('revoking is refused, with the next step,', () => {
  it('where it is not ours', async () => {
    scene.fake.addProject({ id: 'proj_X' });
    const theirs = scene.fake.grant(model, 'proj_X');
    await hands.ask(toAdopt(model, ['prod-eu'], { all: false }));
    scene.time.advance(24 * 3_600_000);
    await hands.comeToRest();
    expect((await hands.row(model, 'proj_X'))?.state).toBe('foreign');
    const refusal = await hands.refusal(toRevoke(model, ['proj_X']));
    expect(refusal.message).toContain('The permission of proj_X is not ours');
    expect(refusal.next).toContain(`ckpt adopt ${model} --project proj_X`);
    await hands.ask(toRevoke(model, [], { all: true, withhold: true }));
    await hands.comeToRest();
    expect(scene.fake.permissions(model)).toEqual([theirs]);
  });

  it('where it is ignored, and nothing of the rest is done either', async () => {
    await hands.ask(toIgnore(model, ['prod-eu']));
    const refusal = await hands.refusal(toRevoke(model, [], { all: true }));
    expect(refusal.message).toBe('The permission of prod-eu is ignored: it is never revoked.');
    expect(refusal.next).toContain(`ckpt ignore --undo ${model} --project prod-eu`);
    expect((await hands.row(model, 'proj_US'))?.state).toBe('active');
  });

  it('where there are several, and nobody says which', async () => {
    const refusal = await hands.refusal(toRevoke(model, []));
    expect(refusal.message).toContain('has 3 permissions that this could be done to: proj_ASIA, prod-eu, prod-us.');
    expect(refusal.next).toContain('--all');
  });

  it('for a project that has none, or that there is not', async () => {
    scene.fake.addProject({ id: 'proj_X' });
    const none = await hands.refusal(toRevoke(model, ['proj_X']));
    expect(`${none.message} ${none.next}`).toContain('It has those of prod-eu, prod-us, proj_ASIA.');
    expect((await hands.refusal(toRevoke(model, ['prod-au']))).next).toBe('Did you mean "prod-eu"?');
  });

  it.each([
    ['a checkpoint that the ledger does not have', 'ft:gpt-4o-mini:org::Unheard', 'has no checkpoint', 'ckpt list'],
    ['a checkpoint’s own id', 'ftckpt_AbC123', "is the checkpoint's own id", 'Use the model id'],
    ['what is no checkpoint', 'gpt-4o', 'is no checkpoint', 'ft:<base>'],
  ])('for %s', async (_, checkpoint, ...texts) => {
    const { message, next } = await hands.refusal(toRevoke(checkpoint, []));
    for (const text of texts) expect(`${message} ${next}`).toContain(text);
  });

  it('for a permission that the ledger does not have, or of another checkpoint', async () => {
    const unknown = await hands.refusal(toRevoke('', [], { checkpoint: null, permissionId: 'cp_unheard' }));
    expect(unknown.next).toContain('ckpt adopt cp_unheard --checkpoint');
    const other = await hands.refusal(toRevoke('ft:a:b:c:d', [], { permissionId: idOf('proj_EU') }));
    expect(other.message).toContain(`is a permission for ${model}, not for "ft:a:b:c:d"`);
    const nothing = await hands.refusal(toRevoke('', [], { checkpoint: null }));
    expect(nothing.message).toBe('Nothing was named.');
  });

  it('while a call for it is on its way, until its end is known', async () => {
    const job = scene.addJob(1);
    await scene.observe(job.id);
    scene.fake.quirks.listLagMs = 60_000;
    scene.fake.faults.queue('permissions.create', 'error-after');
    await hands.share();
    const refusal = await hands.refusal(toRevoke(job.finalModel, ['prod-eu']));
    expect(refusal).toMatchObject({ name: 'NotYetError', retryAfterSeconds: 5 });
    expect(refusal.message).toContain('A call for prod-eu is on its way (unknown)');
    scene.time.advance(180_000);
    await hands.share();
    expect(await hands.ask(toRevoke(job.finalModel, ['prod-eu']))).toMatchObject({ done: true });
  });
});

it('what a rule that is gone has left can be revoked by hand, and stays revoked', async () => {
  const policy = aPolicy([aRule({ name: 'everything', checkpoints: { kind: 'all' }, to: ['proj_US'] })]);
  await hands.comeToRest(policy);
  expect((await hands.row(model, 'proj_EU'))?.state).toBe('orphaned');
  const { permissions } = await hands.ask(toRevoke(model, ['prod-eu']), { policy });
  expect(permissions).toMatchObject([{ what: 'revoke', wantedAgainBy: null }]);
  await hands.comeToRest(policy);
  expect(hands.holders(model)).toEqual(['proj_US', 'proj_ASIA']);
});
