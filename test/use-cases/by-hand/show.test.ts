import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventsPage } from '../../../lambdas/shared/contract/operator.ts';
import { createScene, type Scene, TARGETS } from '../scene.ts';
import { aSharedModel, type Hands, handsOn, JANE, toAdopt, toForget, toIgnore, toRevoke, toShare } from './by-hand.ts';

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

async function show(what: string, live = false) {
  const shown = await hands.ask({ command: 'show', what, live });
  if (shown.kind !== 'checkpoint') throw new Error('a checkpoint was asked for');
  return shown.checkpoint;
}

describe('a checkpoint, shown', () => {
  it('tells where it comes from, who wants it, who has it, and what was done, and writes nothing', async () => {
    const before = await scene.ledger.getCheckpoint(model);
    const shown = await show(model);
    expect(shown).toMatchObject({
      checkpoint: model,
      jobId: before?.jobId,
      source: 'research',
      tracked: true,
      gone: null,
      listedAt: null,
      live: null,
    });
    expect(shown.wanted.map(({ projectId, rule }) => [projectId, rule])).toEqual(
      TARGETS.map((projectId) => [projectId, 'everything']),
    );
    expect(shown.permissions.map(({ projectId, state }) => [projectId, state])).toEqual(
      [...TARGETS].sort().map((projectId) => [projectId, 'active']),
    );
    expect(shown.history.map(({ actor }) => actor)).toEqual(['share', 'observe']);
    expect(await scene.ledger.getCheckpoint(model)).toEqual(before);
    expect(scene.fake.calls.all).toEqual([]);
  });

  it('tells the call that it waits for, as the list does', async () => {
    expect(await show(model)).toMatchObject({ due: null });
    await hands.ask({ command: 'revoke', checkpoint: model, all: true });
    const { due } = await show(model);
    expect(due).toMatchObject({ lane: 'delete' });
    const { overview } = await hands.ask({ command: 'list', overview: true });
    expect(overview?.due).toEqual([{ checkpoint: model, ...due }]);
  });

  it('is the same by one of its permissions', async () => {
    expect(await show(idOf('proj_US'))).toEqual(await show(model));
  });

  it('asked for live has what OpenAI has beside it, after one LIST', async () => {
    scene.fake.addProject({ id: 'proj_X' });
    const theirs = scene.fake.grant(model, 'proj_X');
    const renewed = scene.fake.grant(model, 'proj_EU');
    scene.fake.revoke(model, idOf('proj_EU'));
    const { live } = await show(model, true);
    const found = live?.map(({ projectId, permissionId, ledger }) => [projectId, permissionId, ledger]);
    expect(found).toHaveLength(4);
    expect(found).toEqual(
      expect.arrayContaining([
        ['proj_US', idOf('proj_US'), 'tracked'],
        ['proj_ASIA', idOf('proj_ASIA'), 'tracked'],
        ['proj_EU', renewed.id, 'other-id'],
        ['proj_X', theirs.id, 'untracked'],
      ]),
    );
    expect(scene.fake.calls.byEndpoint()).toEqual({ 'permissions.list': 1 });
  });

  it('asked for live need not be known, and may be gone', async () => {
    scene.fake.addProject({ id: 'proj_ELSEWHERE' });
    const { finalModel } = scene.fake.addJob({ projectId: 'proj_ELSEWHERE', checkpoints: 1 });
    scene.fake.grant(finalModel, 'proj_EU');
    expect(await show(finalModel, true)).toMatchObject({ tracked: false, live: [{ project: 'prod-eu' }] });
    scene.fake.deleteModel(finalModel);
    expect(await show(finalModel, true)).toMatchObject({ gone: expect.stringContaining('does not exist'), live: [] });
  });

  it('has what a person said of each permission, and what waits', async () => {
    await hands.ask(toIgnore(model, ['prod-eu']));
    await hands.ask({ command: 'pause', rules: [], sources: ['research'], why: null });
    await hands.ask(toRevoke(model, ['prod-us']));
    await hands.share();
    const { permissions } = await show(model);
    const at = new Date(scene.time.now()).toISOString();
    expect(permissions).toMatchObject([
      { projectId: 'proj_ASIA', hold: null, paused: null, dueAt: null },
      { projectId: 'proj_EU', hold: { kind: 'ignored', at, by: JANE }, paused: null },
      { projectId: 'proj_US', hold: null, paused: 'source research', dueAt: null },
    ]);
  });

  it('counts no wish for what is forgotten or withheld', async () => {
    await hands.ask(toForget(model, ['prod-eu']));
    await hands.ask(toRevoke(model, ['prod-us'], { withhold: true }));
    expect((await show(model)).wanted.map(({ projectId }) => projectId)).toEqual(['proj_ASIA']);
  });

  it.each([
    ['ft:gpt-4o-mini:acme::Unheard', 'has no checkpoint', '--live'],
    ['cp_unheard', 'has no permission "cp_unheard"', 'ckpt adopt cp_unheard'],
    ['ftjob-unheard', 'has no job', 'ckpt adopt ftjob-unheard'],
    ['ftckpt_AbC', "is the checkpoint's own id", 'Use the model id'],
    ['prod-eu', 'is no checkpoint', 'ft:<base>'],
  ])('of %s is refused, with the next step', async (what, ...texts) => {
    const { message, next } = await hands.refusal({ command: 'show', what, live: false });
    for (const text of texts) expect(`${message} ${next}`).toContain(text);
  });
});

describe('the events', () => {
  const toList = (parts: object = {}) =>
    ({ command: 'events', checkpoint: null, cursor: null, limit: 100, ...parts }) as const;

  it('tell every act with who did it, newest first, page after page', async () => {
    await hands.ask(toRevoke(model, ['prod-eu'], { withhold: true }));
    await hands.share();
    const { events, cursor } = await hands.ask(toList({ checkpoint: model }));
    expect(cursor).toBeNull();
    expect(events.map(({ actor, changes }) => [actor, changes.map(({ act }) => act)])).toEqual([
      ['share', ['revoked']],
      [JANE, ['revoking', 'withheld']],
      ['share', ['shared', 'shared', 'shared']],
      ['observe', ['wanted', 'wanted', 'wanted']],
    ]);
    expect(events[0]?.at).toBe(new Date(scene.time.now()).toISOString());
    const pages: unknown[] = [];
    for (let next: string | null = null, more = true; more; ) {
      const page: EventsPage = await hands.ask(toList({ checkpoint: model, limit: 3, cursor: next }));
      pages.push(...page.events);
      next = page.cursor;
      more = next !== null;
    }
    expect(pages).toEqual(events);
  });

  it('have a plan’s id where a plan was carried out', async () => {
    const policy = {
      ...scene.policy,
      rules: scene.policy.rules.map((rule) => ({ ...rule, to: ['proj_EU'] })),
      prune: true,
    };
    const plan = await hands.ask({ command: 'plan' }, { policy });
    await hands.ask({ command: 'apply', planId: plan.id, confirm: plan.guard.id }, { policy });
    const { events } = await hands.ask(toList({ checkpoint: model, limit: 1 }));
    expect(events).toMatchObject([{ actor: JANE, plan: plan.id, changes: [{ act: 'revoking' }, { act: 'revoking' }] }]);
  });

  it.each([
    [{ limit: 0 }, 'no whole number from 1 to 1000'],
    [{ limit: 1001 }, 'no whole number from 1 to 1000'],
    [{ limit: '10' }, 'no whole number from 1 to 1000'],
    [{ checkpoint: 'ftckpt_AbC' }, "is the checkpoint's own id"],
    [{ cursor: 7 }, 'the field "cursor"'],
  ])('are refused with %j', async (parts, text) => {
    expect((await hands.refusal(toList(parts))).message).toContain(text);
  });
});

describe('how far it has come', () => {
  const settle = (projects: readonly string[]) =>
    hands.ask({ command: 'settling', checkpoint: model, projects } as const);

  it('is told of the projects asked for only, from the word to its end', async () => {
    scene.fake.addProject({ id: 'proj_X' });
    await hands.ask(toShare(model, ['proj_X']));
    await hands.ask(toRevoke(model, ['prod-eu'], { withhold: true }));
    hands.woken();
    const at = new Date(scene.time.now()).toISOString();
    expect(await settle(['proj_X'])).toMatchObject({
      at,
      underWay: 1,
      nextCallAt: at,
      obstacle: null,
      permissions: [{ projectId: 'proj_X', state: 'pending' }],
    });
    expect(hands.woken()).toBe(1);
    expect(await settle(['proj_X', 'prod-eu'])).toMatchObject({ underWay: 2 });
    await hands.share();
    const settled = await settle(['proj_X', 'prod-eu']);
    expect(settled).toMatchObject({ underWay: 0, nextCallAt: null, obstacle: null });
    expect(settled.permissions).toMatchObject([{ state: 'revoked' }, { state: 'active' }]);
  });

  it('has an end where OpenAI refuses it', async () => {
    await hands.ask(toShare(model, ['proj_UNHEARD']));
    await hands.share();
    const settled = await settle(['proj_UNHEARD']);
    expect(settled).toMatchObject({ underWay: 0, permissions: [{ state: 'rejected' }] });
  });

  it('is nothing where there is nothing', async () => {
    await hands.ask(toAdopt(model, ['prod-eu']));
    expect(await hands.ask({ command: 'settling', checkpoint: 'ft:a:b:c:d', projects: [] })).toMatchObject({
      permissions: [],
      underWay: 0,
      nextCallAt: null,
      obstacle: null,
    });
  });
});
