import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import { readState } from '../../../lambdas/use-cases/change.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import { createScene, inAnHour, type Scene, TARGETS } from '../scene.ts';
import { type Hands, handsOn, JANE, NO_RULE, toForget, toRevoke, toShare } from './by-hand.ts';

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

const toPause = (parts: { rules?: string[]; sources?: string[]; why?: string | null } = {}) =>
  ({ command: 'pause', rules: [], sources: [], why: null, ...parts }) as const;
const toResume = (parts: { rules?: string[]; sources?: string[] } = {}) =>
  ({ command: 'resume', rules: [], sources: [], ...parts }) as const;
const creates = () => scene.fake.calls.count({ endpoint: 'permissions.create' });
const deletes = () => scene.fake.calls.count({ endpoint: 'permissions.delete' });
const states = async () => (await scene.recorded()).map(({ state }) => state);

const RULE = { rules: ['everything'] };
const SOURCE = { sources: ['research'] };

/** So many jobs of one checkpoint, observed. */
async function observeJobs(count: number): Promise<readonly string[]> {
  const models: string[] = [];
  for (let index = 0; index < count; index++) {
    const job = scene.addJob(1);
    await scene.observe(job.id);
    models.push(job.finalModel);
  }
  return models;
}

describe.each([
  ['a rule', RULE],
  ['a source', SOURCE],
  ['everything', {}],
])('pausing %s', (_, what) => {
  it('keeps what is due from being shared, while webhooks go on being recorded', async () => {
    await hands.ask(toPause(what));
    await observeJobs(2);
    await hands.share();
    await hands.reconcile();
    expect(creates()).toBe(0);
    expect(await states()).toEqual(Array(6).fill('pending'));
    expect((await scene.ledger.listJobs(null)).items).toHaveLength(2);
    expect((await scene.ledger.getSources())[0]?.lastWebhookAt).not.toBeNull();
  });

  it('is over with a word, and all that has waited is shared', async () => {
    await hands.ask(toPause(what));
    const models = await observeJobs(2);
    await hands.share();
    await hands.ask(toResume(what));
    expect(hands.orders()).toEqual([{ verifyAll: false, askedAt: scene.time.now() }]);
    expect(hands.woken()).toBeGreaterThan(0);
    await hands.reconcile();
    for (const model of models) expect(hands.holders(model)).toEqual([...TARGETS]);
    expect(creates()).toBe(2);
    expect((await scene.recorded()).some(({ parked }) => parked)).toBe(false);
  });

  it('stops the calls of a drain that is running', async () => {
    const models = await observeJobs(8);
    const api = scene.permissionApi();
    const create: typeof api.create = async (...call) => {
      const answer = await api.create(...call);
      if (creates() === 3) await hands.ask(toPause(what));
      return answer;
    };
    await drain(scene.deps({ api: { ...api, create } }), 'running', inAnHour(scene));
    expect(creates()).toBe(3);
    await hands.share();
    expect(creates()).toBe(3);
    await hands.ask(toResume(what));
    await hands.comeToRest();
    for (const model of models) expect(hands.holders(model)).toEqual([...TARGETS]);
    expect(creates()).toBe(8);
  });

  it('keeps what its policy wants no more from being revoked', async () => {
    const [model = ''] = await observeJobs(1);
    await hands.share();
    await hands.ask(toPause(what));
    const us = aRule({ name: 'everything', checkpoints: { kind: 'all' }, to: ['proj_US'] });
    const policy = aPolicy([us], { prune: true });
    await hands.comeToRest(policy);
    expect(deletes()).toBe(0);
    await hands.ask(toResume(what));
    await hands.comeToRest(policy);
    expect(hands.holders(model)).toEqual(['proj_US']);
  });

  it('still finds out what became of a call that was on its way', async () => {
    const [model = ''] = await observeJobs(1);
    scene.fake.faults.queue('permissions.create', 'error-after');
    scene.fake.quirks.listLagMs = 30_000;
    await hands.share();
    await hands.ask(toPause(what));
    for (let minute = 0; minute < 5; minute++) {
      scene.time.advance(60_000);
      await hands.share();
    }
    const isAll = Object.keys(what).length === 0;
    expect(await states()).toEqual(Array(3).fill(isAll ? 'unknown' : 'active'));
    await hands.ask(toResume(what));
    await hands.comeToRest();
    expect(await states()).toEqual(Array(3).fill('active'));
    expect(hands.holders(model)).toHaveLength(3);
  });

  it('does not keep whoever waits for a reconcile waiting', async () => {
    await hands.ask(toPause(what));
    await observeJobs(1);
    const { askedAt } = await hands.ask({ command: 'reconcile', verifyAll: false });
    await hands.reconcile();
    const progress = await hands.ask({ command: 'progress', askedAt, verifyAll: false, endedAt: null });
    expect(progress.settled).toBe(true);
    expect(progress.paused).toMatchObject({ all: Object.keys(what).length === 0 ? { by: JANE } : null });
  });
});

describe('what is paused', () => {
  it('is nothing of another rule or source, nor what a person shares beside a paused rule', async () => {
    scene.fake.addProject({ id: 'proj_X' });
    const other = aRule({ name: 'other', checkpoints: { kind: 'all' }, to: ['proj_X'] });
    const policy: Policy = { ...scene.policy, rules: [...scene.policy.rules, other] };
    await hands.ask(toPause(RULE), { policy });
    const job = scene.addJob(1);
    await scene.observe(job.id, scene.ledger, policy);
    await hands.share();
    expect(hands.holders(job.finalModel)).toEqual(['proj_X']);
    await hands.ask(toForget(job.finalModel, ['prod-eu']));
    scene.time.advance(600_000);
    await hands.ask(toShare(job.finalModel, ['prod-eu']), { policy: NO_RULE });
    await hands.share();
    expect(hands.holders(job.finalModel)).toEqual(['proj_X', 'proj_EU']);
  });

  it('is what a person shares or revokes of a paused source, too, and settling says what is in its way', async () => {
    const [model = ''] = await observeJobs(1);
    await hands.share();
    await hands.ask(toPause(SOURCE));
    scene.fake.addProject({ id: 'proj_X' });
    await hands.ask(toShare(model, ['proj_X']));
    await hands.ask(toRevoke(model, ['prod-eu'], { withhold: true }));
    await hands.share();
    expect([creates(), deletes()]).toEqual([1, 0]);
    const settling = await hands.ask({ command: 'settling', checkpoint: model, projects: ['proj_X', 'prod-eu'] });
    expect(settling).toMatchObject({
      underWay: 2,
      nextCallAt: null,
      obstacle: 'source research is paused: "ckpt resume --source research" lets it go on',
    });
    // What only waits can be taken back.
    await hands.ask(toForget(model, ['prod-eu']));
    await hands.ask(toResume());
    await hands.comeToRest();
    expect(hands.holders(model).toSorted()).toEqual([...TARGETS, 'proj_X'].sort());
    expect(await hands.row(model, 'proj_EU')).toBeUndefined();
  });

  it('can be several things, each with its word, of which the first stands', async () => {
    await hands.ask(toPause({ ...RULE, why: 'an audit' }));
    scene.time.advance(1_000);
    const at = new Date(scene.time.now()).toISOString();
    const paused = await hands.ask(toPause({ ...RULE, ...SOURCE, why: null }));
    expect(paused.rules).toMatchObject([{ rule: 'everything', why: 'an audit', by: JANE }]);
    expect(paused.sources).toEqual([{ source: 'research', at, by: JANE, why: null }]);
    expect(paused.all).toBeNull();
    expect((await hands.ask({ command: 'status' })).paused).toEqual(paused);
    expect(await hands.ask(toResume(SOURCE))).toMatchObject({ sources: [], rules: [{ rule: 'everything' }] });
    expect(await hands.ask(toResume())).toEqual({ all: null, rules: [], sources: [] });
  });

  it('is told in the events, with who said so and why', async () => {
    await hands.ask(toPause({ ...RULE, ...SOURCE, why: 'an audit' }));
    await hands.ask(toPause());
    await hands.ask(toResume(RULE));
    const { events } = await hands.ask({ command: 'events', checkpoint: null, cursor: null, limit: 10 });
    expect(events.map(({ act, note, actor }) => [act, note, actor]).toSorted()).toEqual([
      ['paused', 'everything', JANE],
      ['paused', 'rule "everything", source research: an audit', JANE],
      ['resumed', 'rule "everything"', JANE],
    ]);
  });
});

describe('pausing is refused, with the next step,', () => {
  it.each([
    ['a rule that there is not', toPause({ rules: ['everythin'] }), 'There is no rule "everythin".', '"everything"?'],
    ['a source that there is not', toPause({ sources: ['prod-eu'] }), 'There is no source "prod-eu".', 'research'],
    ['what is not paused', toResume(RULE), 'The rule "everything" is not paused.', 'No rule is'],
    ['a source that is not paused', toResume(SOURCE), 'The source "research" is not paused.', 'ckpt status'],
  ])('for %s', async (_, request, ...texts) => {
    const { message, next } = await hands.refusal(request);
    for (const text of texts) expect(`${message} ${next}`).toContain(text);
    expect(await readState(scene.ledger, 'pause')).toMatchObject({ version: 0 });
  });

  it('for another rule than the one that is', async () => {
    await hands.ask(toPause(RULE));
    expect((await hands.refusal(toResume({ rules: ['other'] }))).next).toBe('Paused are: everything.');
  });
});
