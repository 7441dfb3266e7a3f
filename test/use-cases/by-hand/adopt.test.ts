import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createScene, type Scene, TARGETS } from '../scene.ts';
import {
  aSharedModel,
  type HandParts,
  type Hands,
  handsOn,
  NO_RULE,
  toAdopt,
  toForget,
  toIgnore,
  toRevoke,
} from './by-hand.ts';

let scene: Scene;
let hands: Hands;
beforeEach(async () => {
  scene = await createScene();
  hands = handsOn(scene);
});
afterEach(async () => {
  expect(scene.fake.unexpected).toEqual([]);
  await scene.close();
});

const calls = () => scene.fake.calls.byEndpoint();
const states = async (checkpoint: string) => {
  const rows = Object.values((await scene.ledger.getCheckpoint(checkpoint))?.permissions ?? {});
  return Object.fromEntries(rows.map(({ projectId, state }) => [projectId, state]));
};

/** A model that nobody here has heard of, with these projects' permissions, each made a minute after the other. */
function granted(...projectIds: readonly string[]): string {
  scene.fake.addProject({ id: 'proj_ELSEWHERE' });
  const { finalModel } = scene.fake.addJob({ projectId: 'proj_ELSEWHERE', checkpoints: 1 });
  for (const projectId of projectIds) {
    scene.fake.grant(finalModel, projectId);
    scene.time.advance(60_000);
  }
  return finalModel;
}

const idOf = (model: string, projectId: string) =>
  scene.fake.permissions(model).find((permission) => permission.projectId === projectId)?.id ?? '';

describe('adopting', () => {
  it('tracks what is at OpenAI under its id after one LIST, and notes the rest as foreign', async () => {
    const model = granted('proj_EU', 'proj_US');
    const answer = await hands.ask(toAdopt(model, ['prod-eu']));
    const [eu, us] = [idOf(model, 'proj_EU'), idOf(model, 'proj_US')];
    expect(answer).toMatchObject({
      checkpoint: model,
      adopted: [{ projectId: 'proj_EU', project: 'prod-eu', permissionId: eu, already: false }],
      missing: [],
      others: [{ projectId: 'proj_US', permissionId: us }],
    });
    expect(answer.adopted[0]?.wantedBy).toMatchObject({ origin: 'adopted', rule: null });
    expect(calls()).toEqual({ 'permissions.list': 1 });
    expect(await states(model)).toEqual({ proj_EU: 'active', proj_US: 'foreign' });
    expect(await scene.ledger.findPermission(eu)).toEqual({ checkpoint: model, projectId: 'proj_EU' });
    await hands.comeToRest({ ...scene.policy, prune: true });
    expect(hands.holders(model)).toEqual(['proj_EU', 'proj_US']);
    expect(await hands.history(model)).toEqual(['adopted proj_EU', 'foreign proj_US']);
  });

  it('takes all of a checkpoint, or the only one that there is', async () => {
    const several = granted('proj_EU', 'proj_US');
    await hands.ask(toAdopt(several, [], { all: true }));
    expect(await states(several)).toEqual({ proj_EU: 'active', proj_US: 'active' });
    const { finalModel } = scene.fake.addJob({ projectId: 'proj_ELSEWHERE', checkpoints: 1 });
    scene.fake.grant(finalModel, 'proj_EU');
    await hands.ask(toAdopt(finalModel, []));
    expect(await states(finalModel)).toEqual({ proj_EU: 'active' });
  });

  it('of a project takes every permission that it has: each would leave it its access', async () => {
    const model = granted('proj_EU', 'proj_EU', 'proj_US');
    const [first, second] = scene.fake.permissions(model);
    const answer = await hands.ask(toAdopt(model, [], { permissionIds: [first?.id ?? ''] }));
    expect(answer.adopted.map(({ permissionId }) => permissionId)).toEqual([first?.id, second?.id]);
    expect(answer.others).toMatchObject([{ projectId: 'proj_US' }]);
    await hands.ask(toRevoke(model, ['prod-eu']));
    await hands.share();
    expect(hands.holders(model)).toEqual(['proj_US']);
  });

  it('finds out by the audit log which checkpoint a permission is for', async () => {
    const model = granted('proj_EU');
    const id = idOf(model, 'proj_EU');
    expect(await hands.ask(toAdopt(null, [], { permissionIds: [id] }))).toMatchObject({ checkpoint: model });
    expect(calls()).toEqual({ 'audit_logs.list': 1, 'permissions.list': 1 });
    await hands.ask(toAdopt(null, [], { permissionIds: [id] }));
    expect(calls()).toEqual({ 'audit_logs.list': 1, 'permissions.list': 1 });
  });

  it('again costs no call, and says so', async () => {
    const model = granted('proj_EU');
    await hands.ask(toAdopt(model, ['prod-eu']));
    const before = await scene.ledger.getCheckpoint(model);
    const { adopted } = await hands.ask(toAdopt(model, ['prod-eu']));
    expect(adopted).toMatchObject([{ already: true }]);
    expect(calls()).toEqual({ 'permissions.list': 1 });
    expect(await scene.ledger.getCheckpoint(model)).toEqual(before);
  });

  it('says what was asked for and is not there, and keeps the rest', async () => {
    const model = granted('proj_EU');
    const answer = await hands.ask(toAdopt(model, ['prod-eu', 'prod-us'], { permissionIds: ['cp_gone'] }));
    expect(answer.missing).toEqual(['cp_gone', 'proj_US']);
    expect(await states(model)).toEqual({ proj_EU: 'active' });
    const nothing = await hands.ask(toAdopt(model, ['prod-us']));
    expect(nothing).toMatchObject({ adopted: [], missing: ['proj_US'] });
  });

  it('is a wish of the rule’s where a rule wants it', async () => {
    const job = scene.addJob(1);
    const theirs = scene.fake.grant(job.finalModel, 'proj_EU');
    await scene.observe(job.id, scene.ledger, NO_RULE);
    const { adopted } = await hands.ask(toAdopt(job.finalModel, ['prod-eu']));
    expect(adopted).toMatchObject([{ wantedBy: { origin: 'policy', rule: 'everything' } }]);
    expect(await hands.row(job.finalModel, 'proj_EU')).toMatchObject({ permissionId: theirs.id, state: 'active' });
    expect(await scene.ledger.getCheckpoint(job.finalModel)).toMatchObject({ source: 'research', jobId: job.id });
  });

  it('takes over what is left as an orphan, so that it is pruned no more', async () => {
    const model = await aSharedModel(scene);
    await hands.comeToRest(NO_RULE);
    expect(await states(model)).toMatchObject({ proj_EU: 'orphaned' });
    await hands.ask(toAdopt(model, ['prod-eu']), { policy: NO_RULE });
    await hands.comeToRest({ ...NO_RULE, prune: true });
    expect(hands.holders(model)).toEqual(['proj_EU']);
  });

  it('sees what has drifted on the way, as any list does', async () => {
    const model = await aSharedModel(scene);
    scene.fake.revoke(model, idOf(model, 'proj_US'));
    scene.fake.addProject({ id: 'proj_X' });
    scene.fake.grant(model, 'proj_X');
    await hands.ask(toAdopt(model, ['proj_X']));
    expect(hands.woken()).toBe(1);
    await hands.share();
    expect(hands.holders(model).toSorted()).toEqual([...TARGETS, 'proj_X'].sort());
  });
});

describe('what a person had said before', () => {
  it('that it be forgotten, is taken back, under the id that it had all along', async () => {
    const model = await aSharedModel(scene);
    const id = idOf(model, 'proj_EU');
    await hands.ask(toForget(model, ['prod-eu']));
    await hands.ask(toAdopt(model, ['prod-eu']));
    expect(await hands.row(model, 'proj_EU')).toMatchObject({ state: 'active', permissionId: id });
    expect((await scene.ledger.getCheckpoint(model))?.holds).toBeUndefined();
    expect((await hands.history(model)).slice(-3)).toEqual(['forgotten proj_EU', 'adopted proj_EU', 'heeded proj_EU']);
  });

  it('that it be ignored, stands where it is tracked already', async () => {
    const model = await aSharedModel(scene);
    await hands.ask(toIgnore(model, ['prod-eu']));
    for (const request of [toAdopt(model, ['prod-eu']), toAdopt(model, [], { all: true })]) {
      await hands.ask(request);
      expect((await scene.ledger.getCheckpoint(model))?.holds).toMatchObject({ proj_EU: { kind: 'ignored' } });
    }
  });
});

describe('adopting is refused, with the next step,', () => {
  it('where there are several, and nobody says which', async () => {
    const model = granted('proj_EU', 'proj_US');
    const { message, next } = await hands.refusal(toAdopt(model, []));
    expect(message).toContain(`${idOf(model, 'proj_EU')} (prod-eu)`);
    expect(next).toContain('--all');
    expect(await scene.ledger.getCheckpoint(model)).toBeUndefined();
  });

  it.each([
    ['ftckpt_AbC123', "is the checkpoint's own id"],
    ['gpt-4o', 'is no checkpoint'],
  ])('of %s', async (checkpoint, text) => {
    expect((await hands.refusal(toAdopt(checkpoint, ['prod-eu']))).message).toContain(text);
    expect(calls()).toEqual({});
  });

  it('of a model that OpenAI does not have', async () => {
    const { message } = await hands.refusal(toAdopt('ft:gpt-4o-mini:acme::Gone', ['prod-eu']));
    expect(message).toContain('OpenAI does not know "ft:gpt-4o-mini:acme::Gone"');
  });

  it('of a permission that nobody knows, and of nothing at all', async () => {
    const { message, next } = await hands.refusal(toAdopt(null, [], { permissionIds: ['cp_unheard'] }));
    expect(message).toContain('Nobody can tell which checkpoint cp_unheard is for');
    expect(next).toContain('--checkpoint ft:');
    expect((await hands.refusal(toAdopt(null, []))).message).toBe('Nothing was named.');
  });

  it('for one checkpoint at a time: what is of another one is missing', async () => {
    const [one, other] = [await aSharedModel(scene), await aSharedModel(scene)];
    const permissionIds = [idOf(one, 'proj_EU'), idOf(other, 'proj_EU')];
    const found = await hands.ask(toAdopt(null, [], { permissionIds }));
    expect(found).toMatchObject({ checkpoint: one, missing: [permissionIds[1]] });
  });

  it('where the audit log is off, with a word on how to go on', async () => {
    const model = granted('proj_EU');
    scene.fake.quirks.auditLog = 'forbidden';
    const { next } = await hands.refusal(toAdopt(null, [], { permissionIds: [idOf(model, 'proj_EU')] }));
    expect(next).toContain('--checkpoint');
  });

  it('while there is no slot, and says when there will be one', async () => {
    const model = granted('proj_EU');
    for (let time = 0; time < 6; time++) await hands.ask(toAdopt(model, ['prod-us']));
    const { name, message, retryAfterSeconds } = await hands.refusal(toAdopt(model, ['prod-us']));
    expect(name).toBe('NoSlotError');
    expect(message).toMatch(/^The next admin call can go in \d+ s\.$/);
    expect(retryAfterSeconds).toBeGreaterThan(50);
    scene.time.advance((retryAfterSeconds ?? 0) * 1_000);
    await hands.ask(toAdopt(model, ['prod-us']));
    expect(scene.fake.calls.count({ endpoint: 'permissions.list' })).toBe(7);
  });

  it('by a 429, of which the pacer learns', async () => {
    const model = granted('proj_EU');
    scene.fake.faults.queue('permissions.list', { kind: 'throttled', retryAfterSeconds: 7 });
    expect(await hands.refusal(toAdopt(model, ['prod-eu']))).toMatchObject({
      name: 'NoSlotError',
      retryAfterSeconds: 7,
    });
    expect(await hands.refusal(toAdopt(model, ['prod-eu']))).toMatchObject({ name: 'NoSlotError' });
    expect(calls()).toEqual({ 'permissions.list': 1 });
  });

  it('while a call for it is on its way, before a LIST is spent', async () => {
    const job = scene.addJob(1);
    await scene.observe(job.id);
    scene.fake.quirks.listLagMs = 60_000;
    scene.fake.faults.queue('permissions.create', 'error-after');
    await hands.share();
    scene.fake.calls.reset();
    for (const request of [toAdopt(job.finalModel, ['prod-eu']), toAdopt(job.finalModel, [], { all: true })]) {
      expect(await hands.refusal(request)).toMatchObject({ name: 'NotYetError', retryAfterSeconds: 5 });
    }
    expect(calls()).toEqual({});
  });

  it('of what was deleted a moment ago, and a list still shows', async () => {
    const model = await aSharedModel(scene);
    const api = scene.permissionApi();
    const before = await api.list(model, null);
    await hands.ask(toRevoke(model, ['prod-eu'], { withhold: true }));
    await hands.share();
    const lagging: HandParts = { admin: (admin) => ({ ...admin, list: async () => before }) };
    const refusal = await hands.refusal(toAdopt(model, ['prod-eu']), lagging);
    expect(refusal).toMatchObject({ name: 'NotYetError', retryAfterSeconds: 120 });
    expect(await hands.row(model, 'proj_EU')).toMatchObject({ state: 'revoked', want: null });
    scene.time.advance(120_000);
    expect(await hands.ask(toAdopt(model, ['prod-eu']))).toMatchObject({ adopted: [], missing: ['proj_EU'] });
  });
});

it('more permissions than one page holds are adopted in slots of their own', async () => {
  const targets = Array.from({ length: 130 }, (_, index) => `proj_T${index}`);
  for (const id of targets) scene.fake.addProject({ id });
  const model = granted();
  for (const id of targets) scene.fake.grant(model, id);
  const { adopted } = await hands.ask(toAdopt(model, [], { all: true }));
  expect(adopted).toHaveLength(130);
  expect(calls()).toEqual({ 'permissions.list': 2 });
});
