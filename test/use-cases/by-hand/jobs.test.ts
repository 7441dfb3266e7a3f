import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import { addJobs } from '../reconcile/sweeping.ts';
import { createScene, type Scene, TARGETS } from '../scene.ts';
import { type Hands, handsOn, NO_RULE, PROJECT_KEY, toForget, toShare } from './by-hand.ts';

let scene: Scene;
let hands: Hands;
beforeEach(async () => {
  scene = await createScene({ rules: { limit: 100 } });
  hands = handsOn(scene);
});
afterEach(async () => {
  expect(scene.fake.unexpected).toEqual([]);
  await scene.close();
});

const toAdoptJob = (jobId: string, source: string | null = null) => ({ command: 'adopt-job', jobId, source }) as const;
const toForgetJob = (jobId: string) => ({ command: 'forget-job', jobId }) as const;
const toList = (parts: object = {}) => ({ command: 'jobs', source: [], status: [], cursor: null, ...parts }) as const;
const admin = () => {
  const counts = Object.entries(scene.fake.calls.byEndpoint());
  return Object.fromEntries(counts.filter(([endpoint]) => endpoint.startsWith('permissions.')));
};
const events = async () => {
  const { items } = await scene.ledger.listEvents({ checkpoint: null, cursor: null, limit: 100 });
  return items.flatMap(({ act, jobId }) => (act === null ? [] : [`${act} ${jobId}`]));
};

/** A job with two checkpoints, shared with all targets ten minutes ago. */
async function sharedJob() {
  const job = scene.addJob(2);
  await scene.observe(job.id);
  await hands.share();
  scene.time.advance(600_000);
  scene.fake.calls.reset();
  return job;
}

describe('forgetting a job', () => {
  it('stops tracking all that was shared of it, without a call, and OpenAI keeps it', async () => {
    const job = await sharedJob();
    const { source, permissions } = await hands.ask(toForgetJob(job.id));
    expect(source).toBe('research');
    const names = job.checkpoints.map(({ checkpoint }) => checkpoint);
    const expected = names.flatMap((checkpoint) => TARGETS.map((projectId) => ({ checkpoint, projectId })));
    expect(permissions).toHaveLength(6);
    expect(permissions).toEqual(expect.arrayContaining(expected));
    expect(await scene.recorded()).toEqual([]);
    for (const name of names) expect(hands.holders(name)).toEqual([...TARGETS]);
    expect(scene.fake.calls.all).toEqual([]);
    expect(await events()).toEqual([`job-forgotten ${job.id}`]);
  });

  it('leaves it to no sweep, no webhook, no rule and no pruning', async () => {
    const job = await sharedJob();
    await hands.ask(toForgetJob(job.id));
    await scene.observe(job.id);
    const wider = aPolicy([aRule({ checkpoints: { kind: 'all' }, to: [...TARGETS, 'proj_X'] })], { prune: true });
    scene.fake.addProject({ id: 'proj_X' });
    for (const policy of [wider, { ...NO_RULE, prune: true }]) {
      await scene.observe(job.id, scene.ledger, policy);
      await hands.comeToRest(policy);
    }
    expect(await scene.recorded()).toEqual([]);
    expect(hands.holders(job.finalModel)).toEqual([...TARGETS]);
    expect(admin()).toEqual({});
    expect((await hands.sweeper.sweepRecord())?.open).toEqual([]);
    expect(await hands.ask({ command: 'plan' }, { policy: wider })).toMatchObject({ checkpoints: [] });
  });

  it('is good for one that has not ended: its end is not looked at', async () => {
    const job = scene.fake.addJob({ projectId: 'proj_RESEARCH', status: 'running', checkpoints: 1 });
    await scene.observe(job.id);
    expect((await hands.ask(toForgetJob(job.id))).permissions).toEqual([]);
    scene.fake.finishJob(job.id);
    await scene.observe(job.id);
    await hands.comeToRest();
    expect(hands.holders(job.finalModel)).toEqual([]);
  });

  it('a second time is nothing to do, and keeps who said so first', async () => {
    const job = await sharedJob();
    await hands.ask(toForgetJob(job.id));
    const said = (await scene.ledger.getJob(job.id))?.forgotten;
    scene.time.advance(60_000);
    expect((await hands.ask(toForgetJob(job.id))).permissions).toEqual([]);
    expect((await scene.ledger.getJob(job.id))?.forgotten).toEqual(said);
  });

  it('holds also against whoever had read the job a moment before, and wants more of it than there was', async () => {
    const job = await sharedJob();
    scene.fake.addProject({ id: 'proj_X' });
    const wider = aPolicy([aRule({ checkpoints: { kind: 'all' }, to: [...TARGETS, 'proj_X'] })]);
    let isFirst = true;
    const interrupted: Ledger = {
      ...scene.ledger,
      getCheckpoint: async (checkpoint) => {
        if (isFirst) {
          isFirst = false;
          await hands.ask(toForgetJob(job.id), { policy: wider });
        }
        return scene.ledger.getCheckpoint(checkpoint);
      },
    };
    await scene.observe(job.id, interrupted, wider);
    await hands.comeToRest(wider);
    expect(await scene.recorded()).toEqual([]);
    expect(hands.holders(job.finalModel)).toEqual([...TARGETS]);
  });

  it('waits while a call is on its way, and nothing of it is forgotten then', async () => {
    const job = scene.addJob(2);
    await scene.observe(job.id);
    scene.fake.quirks.listLagMs = 60_000;
    scene.fake.faults.queue('permissions.create', 'none', 'error-after');
    await hands.share();
    expect(await hands.refusal(toForgetJob(job.id))).toMatchObject({ name: 'NotYetError', retryAfterSeconds: 5 });
    expect((await scene.ledger.getJob(job.id))?.forgotten).toBeUndefined();
    expect(await scene.recorded()).toHaveLength(6);
    scene.time.advance(180_000);
    await hands.share();
    expect((await hands.ask(toForgetJob(job.id))).permissions).toHaveLength(6);
  });

  it('of a job that the ledger does not have is refused, with the next step', async () => {
    const { message, next } = await hands.refusal(toForgetJob('ftjob-unheard'));
    expect(message).toBe('The ledger has no job "ftjob-unheard".');
    expect(next).toContain('ckpt adopt ftjob-unheard');
  });
});

describe('adopting a job', () => {
  it('looks at it now, and has it shared as the policy says', async () => {
    const job = scene.addJob(2);
    const answer = await hands.ask(toAdoptJob(job.id));
    expect(answer).toMatchObject({ jobId: job.id, source: 'research', status: 'succeeded', forgotten: null });
    expect(answer.checkpoints.map(({ pending }) => pending)).toEqual([
      ['prod-eu', 'prod-us', 'proj_ASIA'].sort(),
      ['prod-eu', 'prod-us', 'proj_ASIA'].sort(),
    ]);
    expect(hands.woken()).toBe(1);
    await hands.share();
    expect(hands.holders(job.finalModel)).toEqual([...TARGETS]);
    expect(await events()).toEqual([`job-adopted ${job.id}`]);
  });

  it('that was forgotten takes all of it back, under the ids that it had: nothing is made twice', async () => {
    scene.fake.quirks.repeatedPost = 'makes-second';
    const job = await sharedJob();
    const before = await scene.recorded();
    await hands.ask(toForgetJob(job.id));
    scene.time.advance(600_000);
    expect(await hands.ask(toAdoptJob(job.id))).toMatchObject({ forgotten: null });
    await hands.comeToRest();
    const ids = (rows: typeof before) =>
      rows.map(({ projectId, permissionId }) => `${projectId} ${permissionId}`).sort();
    expect(ids(await scene.recorded())).toEqual(ids(before));
    expect((await scene.recorded()).map(({ state }) => state)).toEqual(Array(6).fill('active'));
    expect(admin()).toEqual({ 'permissions.list': 2 });
  });

  it('that was forgotten, and of which no rule wants anything, revokes nothing of it, though pruning is on', async () => {
    const job = await sharedJob();
    await hands.ask(toForgetJob(job.id));
    scene.time.advance(600_000);
    const policy = { ...NO_RULE, prune: true };
    await hands.ask(toAdoptJob(job.id), { policy });
    await hands.comeToRest(policy);
    expect(hands.holders(job.finalModel)).toEqual([...TARGETS]);
    expect((await scene.recorded()).map(({ state }) => state)).toEqual(Array(6).fill('foreign'));
  });

  it('leaves forgotten what was forgotten by itself before', async () => {
    const job = await sharedJob();
    await hands.ask(toForget(job.finalModel, ['prod-eu']));
    scene.time.advance(60_000);
    await hands.ask(toForgetJob(job.id));
    scene.time.advance(600_000);
    await hands.ask(toAdoptJob(job.id));
    await hands.comeToRest();
    expect(await hands.row(job.finalModel, 'proj_EU')).toBeUndefined();
    expect((await hands.row(job.finalModel, 'proj_US'))?.state).toBe('active');
    expect(hands.holders(job.finalModel)).toEqual([...TARGETS]);
  });

  it('of one that has not ended takes it in, and a sweep shares it later', async () => {
    const job = scene.fake.addJob({ projectId: 'proj_RESEARCH', status: 'running', checkpoints: 1 });
    expect(await hands.ask(toAdoptJob(job.id))).toMatchObject({ status: 'running', checkpoints: [] });
    scene.fake.finishJob(job.id);
    await hands.comeToRest();
    expect(hands.holders(job.finalModel)).toEqual([...TARGETS]);
  });

  it('of one that has not ended is remembered, however far the sweeps are beyond it by now', async () => {
    const [id = ''] = addJobs(scene, 1, { status: 'running' });
    await scene.observe(id);
    await hands.ask(toForgetJob(id));
    for (let sweeps = 0; sweeps < 2; sweeps++) {
      scene.time.advance(48 * 3_600_000);
      addJobs(scene, 101, { status: 'failed' });
      await hands.reconcile();
    }
    await hands.ask(toAdoptJob(id));
    await hands.ask(toAdoptJob(id));
    expect((await hands.sweeper.sweepRecord())?.open.filter((open) => open === id)).toHaveLength(1);
    await hands.reconcile();
    const { finalModel } = scene.fake.finishJob(id);
    await hands.comeToRest();
    expect(hands.holders(finalModel)).toEqual([...TARGETS]);
  });

  it('leaves what was shared by hand to the hand', async () => {
    const job = scene.addJob(1);
    scene.fake.addProject({ id: 'proj_X' });
    await hands.ask(toShare(job.finalModel, ['proj_X']));
    await hands.ask(toAdoptJob(job.id));
    await hands.comeToRest();
    expect(hands.holders(job.finalModel).toSorted()).toEqual([...TARGETS, 'proj_X'].sort());
    expect((await hands.row(job.finalModel, 'proj_X'))?.want?.origin).toBe('operator');
  });
});

describe('adopting a job is refused, with the next step,', () => {
  it.each([
    ['what is no job id', 'job-1', null, 'is no job id', 'ftjob-AbC123'],
    ['a job that no source knows', 'ftjob-unheard', null, 'No source project knows a job ftjob-unheard.', 'its id'],
    ['a job that the named source does not know', 'ftjob-unheard', 'research', 'research knows no job', 'sharing.yaml'],
    ['a source that there is not', 'ftjob-1', 'lab', 'There is no source "lab".', 'research'],
  ])('for %s', async (_, jobId, source, ...texts) => {
    const { message, next } = await hands.refusal(toAdoptJob(jobId, source));
    for (const text of texts) expect(`${message} ${next}`).toContain(text);
  });

  it('where the project key is refused, lacks a scope, or is not there', async () => {
    const job = scene.addJob(1);
    hands.stored.set(PROJECT_KEY, 'sk-proj-revoked');
    const wrong = await hands.refusal(toAdoptJob(job.id));
    expect(wrong).toMatchObject({ name: 'BadCredentialsError', retryAfterSeconds: null });
    expect(wrong.message).toContain('OpenAI does not accept the project key of research');
    expect(wrong.next).toContain(`--secret-id ${PROJECT_KEY}`);
    hands.stored.set(PROJECT_KEY, scene.fake.addProjectKey('proj_RESEARCH', { scopes: [] }).value);
    expect((await hands.refusal(toAdoptJob(job.id))).next).toContain('the scope api.fine_tuning.jobs.read');
    hands.stored.set(PROJECT_KEY, '');
    const empty = await hands.refusal(toAdoptJob(job.id));
    expect(empty.message).toBe(`The project key of research cannot be used: Secret ${PROJECT_KEY} is empty.`);
  });

  it('while OpenAI is away or asks for patience: again in a moment', async () => {
    const job = scene.addJob(1);
    scene.fake.faults.queue('jobs.get', 'error-before');
    const away = await hands.refusal(toAdoptJob(job.id));
    expect(away.message).toContain('OpenAI did not answer as it should');
    expect(away.next).toBe('Ask again in a moment.');
    scene.fake.faults.queue('jobs.get', 'throttled');
    const throttled = await hands.refusal(toAdoptJob(job.id));
    expect(throttled.message).toBe('OpenAI takes no more calls with the project key of research just now.');
    expect(throttled).toMatchObject({ name: 'NotYetError', retryAfterSeconds: expect.any(Number) });
    scene.fake.faults.queue('jobs.checkpoints', 'error-before');
    expect(await hands.refusal(toAdoptJob(job.id))).toMatchObject({ name: 'NotYetError', retryAfterSeconds: 60 });
    expect(await hands.ask(toAdoptJob(job.id))).toMatchObject({ jobId: job.id });
  });
});

describe('the list of jobs', () => {
  it('has them but those forgotten, and can be narrowed', async () => {
    const [kept, forgotten] = [scene.addJob(1), scene.addJob(1)];
    const failed = scene.fake.addJob({ projectId: 'proj_RESEARCH', status: 'failed' });
    for (const { id } of [kept, forgotten, failed]) await scene.observe(id);
    await hands.ask(toForgetJob(forgotten.id));
    const ids = async (parts: object = {}) => (await hands.ask(toList(parts))).jobs.map(({ jobId }) => jobId).sort();
    expect(await ids()).toEqual([kept.id, failed.id].sort());
    expect(await ids({ status: ['failed'] })).toEqual([failed.id]);
    expect(await ids({ source: ['research'], status: ['succeeded'] })).toEqual([kept.id]);
    const { message, next } = await hands.refusal(toList({ source: ['reserch'] }));
    expect(`${message} ${next}`).toBe('There is no source "reserch". Did you mean "research"?');
  });

  it('knows a source that is no more in the policy by its jobs', async () => {
    const job = scene.addJob(1);
    await scene.observe(job.id);
    const policy: Policy = {
      ...scene.policy,
      projects: scene.policy.projects.map((one) => ({ ...one, source: null })),
    };
    expect((await hands.ask(toList({ source: ['research'] }), { policy })).jobs).toMatchObject([{ jobId: job.id }]);
  });
});

describe('a job, shown', () => {
  it('has its checkpoints in order, the final one last, each with who has it', async () => {
    const job = await sharedJob();
    const shown = await hands.ask({ command: 'show', what: job.id, live: false });
    if (shown.kind !== 'job') throw new Error('a job was asked for');
    expect(shown.job.checkpoints.map(({ checkpoint, final }) => [checkpoint, final])).toEqual(
      job.checkpoints.map(({ checkpoint, final }) => [checkpoint, final]),
    );
    expect(shown.job.checkpoints[1]).toMatchObject({ sharedWith: ['prod-eu', 'prod-us', 'proj_ASIA'], pending: [] });
  });

  it('says that it is forgotten, when and by whom', async () => {
    const job = await sharedJob();
    await hands.ask(toForgetJob(job.id));
    const shown = await hands.ask({ command: 'show', what: job.id, live: false });
    const at = new Date(scene.time.now()).toISOString();
    expect(shown).toMatchObject({ kind: 'job', job: { forgotten: { at, by: expect.stringContaining('jane') } } });
  });
});
