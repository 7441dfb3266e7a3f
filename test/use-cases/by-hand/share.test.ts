import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REPAIRS_A_DAY } from '../../../lambdas/core/checkpoint/flapping.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { createScene, inAnHour, type Scene, TARGETS } from '../scene.ts';
import { anUnwantedModel, type Hands, handsOn, NO_RULE, toRevoke, toShare } from './by-hand.ts';

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
const unwantedJob = () => anUnwantedModel(scene);

describe('sharing by hand', () => {
  it('takes one POST for all of its projects, and is wanted beside the policy from then on', async () => {
    const model = await unwantedJob();
    const answer = await hands.ask(toShare(model, ['prod-eu', 'proj_US']), { policy: NO_RULE });
    expect(answer.projects).toMatchObject([
      { projectId: 'proj_EU', project: 'prod-eu', wantedBy: { origin: 'operator', rule: null, expiresAt: null } },
      { projectId: 'proj_US', project: 'prod-us', wantedBy: { origin: 'operator' } },
    ]);
    expect(hands.woken()).toBe(1);
    await hands.share();
    expect(calls()).toEqual({ 'permissions.create': 1 });
    expect(hands.holders(model)).toEqual(['proj_EU', 'proj_US']);

    await hands.comeToRest({ ...NO_RULE, prune: true });
    expect(hands.holders(model)).toEqual(['proj_EU', 'proj_US']);
    expect(await hands.history(model)).toEqual([
      'wanted proj_EU',
      'wanted proj_US',
      'shared proj_EU',
      'shared proj_US',
    ]);
  });

  it('knows the job of a checkpoint that no rule wants, and so its source', async () => {
    const model = await unwantedJob();
    await hands.ask(toShare(model, ['prod-eu']), { policy: NO_RULE });
    expect(await scene.ledger.getCheckpoint(model)).toMatchObject({ source: 'research', jobId: /^ftjob-/ });
  });

  it('is good for a checkpoint of which nobody here has heard', async () => {
    scene.fake.addProject({ id: 'proj_ELSEWHERE' });
    const { finalModel } = scene.fake.addJob({ projectId: 'proj_ELSEWHERE', checkpoints: 1 });
    await hands.ask(toShare(finalModel, ['prod-eu']));
    await hands.share();
    expect(hands.holders(finalModel)).toEqual(['proj_EU']);
    expect(await scene.ledger.getCheckpoint(finalModel)).toMatchObject({ source: null, jobId: null });
  });

  it('asked for again changes nothing and costs no call', async () => {
    const model = await unwantedJob();
    await hands.ask(toShare(model, ['prod-eu']));
    await hands.share();
    scene.fake.calls.reset();
    const before = await hands.row(model, 'proj_EU');
    await hands.ask(toShare(model, ['prod-eu']));
    await hands.share();
    expect(await hands.row(model, 'proj_EU')).toEqual(before);
    expect(calls()).toEqual({});
  });

  it('takes new terms with a new word, and lets them expire', async () => {
    const model = await unwantedJob();
    await hands.ask(toShare(model, ['prod-eu']), { policy: NO_RULE });
    await hands.share();
    const expiresAt = new Date(scene.time.now() + 3_600_000).toISOString();
    const terms = { onDrift: 'report', expiresAt } as const;
    const { projects } = await hands.ask(toShare(model, ['prod-eu'], terms), { policy: NO_RULE });
    expect(projects).toMatchObject([{ wantedBy: { onDrift: 'report', expiresAt } }]);
    expect((await hands.row(model, 'proj_EU'))?.want).toMatchObject({ onDrift: 'report' });
    scene.time.advance(3_600_000);
    await hands.comeToRest(NO_RULE);
    expect(hands.holders(model)).toEqual([]);
  });

  it('of what a rule wants says which rule, and leaves the wish to it', async () => {
    const job = scene.addJob(1);
    await scene.observe(job.id);
    await hands.share();
    const { projects } = await hands.ask(toShare(job.finalModel, ['prod-eu']));
    expect(projects).toMatchObject([{ wantedBy: { origin: 'policy', rule: 'everything' } }]);
    expect((await hands.row(job.finalModel, 'proj_EU'))?.want?.origin).toBe('policy');
  });
});

describe('what stood in the way of it', () => {
  it('is no daily retry: a refused project is asked for at once', async () => {
    await scene.close();
    scene = await createScene({ unknownTargets: ['proj_GONE'] });
    hands = handsOn(scene);
    const job = scene.addJob(1);
    await scene.observe(job.id);
    await hands.share();
    expect((await hands.row(job.finalModel, 'proj_GONE'))?.state).toBe('rejected');
    scene.fake.addProject({ id: 'proj_GONE' });
    await hands.ask(toShare(job.finalModel, ['proj_GONE']));
    await hands.share();
    expect(hands.holders(job.finalModel)).toContain('proj_GONE');
    expect(await scene.ledger.refusedProjects()).toEqual([]);
  });

  it('is not what a turn that has begun before still believes of a project', async () => {
    const job = scene.addJob(1);
    const [model, later] = [job.finalModel, scene.addJob(1).finalModel];
    await scene.ledger.refuseProject({ projectId: 'proj_EU', reason: 'archived', retryAt: inAnHour(scene) });
    await hands.ask(toShare(model, ['prod-us']));
    let asked = false;
    const api = scene.permissionApi();
    const create: typeof api.create = async (...call) => {
      const answer = await api.create(...call);
      if (!asked) await hands.ask(toShare(later, ['prod-eu']));
      asked = true;
      return answer;
    };
    await drain(scene.deps({ api: { ...api, create } }), 'began-before', inAnHour(scene));
    expect(hands.holders(later)).toEqual(['proj_EU']);
  });

  it('is not that it was gone too often', async () => {
    const job = scene.addJob(1);
    const model = job.finalModel;
    await scene.observe(job.id);
    await hands.share();
    for (let time = 0; time <= REPAIRS_A_DAY; time++) {
      const lost = scene.fake.permissions(model).find(({ projectId }) => projectId === 'proj_EU');
      if (lost !== undefined) scene.fake.revoke(model, lost.id);
      scene.time.advance(3_600_000);
      await hands.reconcile();
      scene.time.advance(600_000);
      await hands.reconcile();
    }
    expect((await hands.row(model, 'proj_EU'))?.state).toBe('drifted');
    await hands.ask(toShare(model, ['prod-eu']));
    await hands.share();
    expect(hands.holders(model).toSorted()).toEqual([...TARGETS].sort());
  });

  it('is not that somebody else has granted it: that one is taken over, without a call', async () => {
    const model = await unwantedJob();
    const theirs = scene.fake.grant(model, 'proj_EU');
    await hands.ask(toShare(model, ['prod-us']));
    await hands.ask({
      command: 'adopt',
      checkpoint: model,
      permissionIds: [],
      projects: [],
      all: true,
      madeTogether: false,
    });
    await hands.share();
    scene.fake.calls.reset();
    await hands.ask(toShare(model, ['prod-eu']));
    await hands.share();
    expect(calls()).toEqual({});
    expect(await hands.row(model, 'proj_EU')).toMatchObject({ state: 'active', permissionId: theirs.id });
  });

  it('is not that it is just being revoked: it is there in the end', async () => {
    const model = await unwantedJob();
    await hands.ask(toShare(model, ['prod-eu']), { policy: NO_RULE });
    await hands.share();
    await hands.ask(toRevoke(model, ['prod-eu']));
    await hands.ask(toShare(model, ['prod-eu']), { policy: NO_RULE });
    await hands.comeToRest(NO_RULE);
    expect(hands.holders(model)).toEqual(['proj_EU']);
    expect(await hands.row(model, 'proj_EU')).toMatchObject({ state: 'active' });
  });
});

describe('sharing is refused, with the next step,', () => {
  it.each([
    ['with the owning project', ['research'], 'is the owning project', 'beside its owner'],
    [
      'with the owning project by its id',
      ['prod-eu', 'proj_RESEARCH'],
      'research (proj_RESEARCH) is the owning project',
    ],
    ['with an alias that there is not', ['prod-eü'], 'There is no project "prod-eü".', 'Did you mean "prod-eu"?'],
    ['with nobody', [], 'No project was named.', '--to'],
  ])('%s', async (_, projects, ...texts) => {
    const model = await unwantedJob();
    const { message, next, retryAfterSeconds } = await hands.refusal(toShare(model, projects));
    for (const text of texts) expect(`${message} ${next}`).toContain(text);
    expect(retryAfterSeconds).toBeNull();
    expect(await scene.ledger.getCheckpoint(model)).toBeUndefined();
    expect(calls()).toEqual({});
  });

  it.each([
    ['ftckpt_AbC123', "is the checkpoint's own id", 'Use the model id'],
    ['gpt-4o-mini', 'is no checkpoint', 'ft:<base>:<org>:<suffix>:<id>'],
    ['ft:gpt-4o-mini', 'is no checkpoint', 'ft:<base>:<org>:<suffix>:<id>'],
  ])('of %s', async (checkpoint, ...texts) => {
    const { message, next } = await hands.refusal(toShare(checkpoint, ['prod-eu']));
    for (const text of texts) expect(`${message} ${next}`).toContain(text);
  });

  it.each([
    [{ onDrift: 'panic' }, 'the field "onDrift"'],
    [{ expiresAt: 'tomorrow' }, 'the field "expiresAt"'],
    [{ projects: 'prod-eu' }, 'the field "projects"'],
    [{ force: true }, 'the field "force"'],
  ])('with %j', async (parts, text) => {
    const { message } = await hands.refusal({ ...toShare('ft:a:b:c:d', ['prod-eu']), ...parts });
    expect(message).toContain(text);
  });

  it('by OpenAI where the owner is not known here, with its words in the ledger', async () => {
    scene.fake.addProject({ id: 'proj_ELSEWHERE' });
    const { finalModel } = scene.fake.addJob({ projectId: 'proj_ELSEWHERE', checkpoints: 1 });
    await hands.ask(toShare(finalModel, ['prod-eu', 'proj_ELSEWHERE']));
    await hands.share();
    expect(hands.holders(finalModel)).toEqual(['proj_EU']);
    expect(await hands.row(finalModel, 'proj_ELSEWHERE')).toMatchObject({
      state: 'rejected',
      notBefore: null,
      reason: expect.stringContaining('owning project'),
    });
  });
});
