import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BadCredentialsError, IdentityRefusedError } from '../../../lambdas/core/errors.ts';
import type { SweepRecord } from '../../../lambdas/core/model/sweep.ts';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import type { JobApi } from '../../../lambdas/core/ports/openai.ts';
import { reconcile, SweepError } from '../../../lambdas/use-cases/reconcile/reconcile.ts';
import { keepOpen } from '../../../lambdas/use-cases/reconcile/sweep-source.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import { Killed, Killer } from '../../support/crash.ts';
import { createScene, type Scene } from '../scene.ts';
import { addJobs, createSweeper, HOUR_MS, slow } from './sweeping.ts';

let scene: Scene;
let sweeper: ReturnType<typeof createSweeper>;
beforeEach(async () => {
  scene = await createScene();
  sweeper = createSweeper(scene);
});
afterEach(() => scene.close());

const SOURCE = { apiKeySecret: null, webhookSecret: null };
const policy: Policy = {
  ...aPolicy([aRule({ from: ['first', 'research', 'last'] })]),
  projects: [
    { alias: 'first', id: 'proj_FIRST', source: SOURCE },
    { alias: 'research', id: 'proj_RESEARCH', source: SOURCE },
    { alias: 'prod-eu', id: 'proj_EU', source: null },
    { alias: 'last', id: 'proj_LAST', source: SOURCE },
  ],
};

/** Three sources with a job each; gives their keys and the ids of the jobs. */
function threeSources() {
  const first = scene.fake.addProject({ id: 'proj_FIRST' });
  const last = scene.fake.addProject({ id: 'proj_LAST' });
  const jobs = ['proj_FIRST', 'proj_RESEARCH', 'proj_LAST'].map((id) => addJobs(scene, 1, { projectId: id })[0] ?? '');
  const apis = new Map([
    ['first', scene.jobApi(first.apiKey)],
    ['research', scene.jobApi()],
    ['last', scene.jobApi(last.apiKey)],
  ]);
  return { jobs, apis, keys: { first: first.apiKey, last: last.apiKey } };
}

async function failureOf(work: Promise<void>): Promise<unknown> {
  return work.then(
    () => expect.unreachable('should have failed'),
    (error: unknown) => error,
  );
}

describe('several sources', () => {
  it('are all swept, and only those', async () => {
    const { jobs, apis } = threeSources();
    await sweeper.reconcile({ policy, jobsOf: (alias) => apis.get(alias) });
    expect(sweeper.handedOn()).toEqual(jobs);
    expect(await scene.ledger.getSweep('prod-eu')).toBeUndefined();
  });

  it('of which one has a dead key: the others are swept, and the function fails with the source named', async () => {
    const { jobs, apis, keys } = threeSources();
    scene.fake.revokeKey(keys.first);
    const parts = { policy, jobsOf: (alias: string) => apis.get(alias) };
    const deps = sweeper.deps(parts);
    const failure = await failureOf(reconcile(deps, false, scene.time.now() + HOUR_MS));
    expect(failure).toBeInstanceOf(SweepError);
    expect(failure).toMatchObject({ sources: ['first'], message: expect.stringMatching(/swept: first\./) });
    expect(sweeper.handedOn()).toEqual(jobs.slice(1));
    const errors = deps.lines.filter(({ level }) => level === 'error');
    expect(errors).toMatchObject([{ fields: { source: 'first', reason: 'Incorrect API key provided.' } }]);
    expect(await scene.ledger.getSweep('first')).toMatchObject({ error: 'Incorrect API key provided.', sweptAt: null });
    expect(await scene.ledger.getSweep('last')).toMatchObject({ error: null, sweptAt: scene.time.now() });
  });

  it.each([
    ['a dead key', new BadCredentialsError('Incorrect API key provided'), 'source-failing'],
    ['an identity that OpenAI does not take', new IdentityRefusedError('no rule matches'), 'token-exchange-refused'],
  ])('of which one has %s: the alarm is the one with the mend for it', async (_, error, signal) => {
    const deps = sweeper.deps({ api: { ...scene.jobApi(), listJobs: () => Promise.reject(error) } });
    await failureOf(reconcile(deps, false, scene.time.now() + HOUR_MS));
    expect(deps.lines.flatMap(({ fields }) => fields.signal ?? [])).toEqual([signal]);
  });

  it('are all named that failed, whatever of', async () => {
    const { jobs, apis } = threeSources();
    const broken = { ...scene.jobApi(), listJobs: async () => Promise.reject(new TypeError('a bug')) };
    apis.set('first', broken);
    apis.delete('last');
    const failure = await failureOf(sweeper.reconcile({ policy, jobsOf: (alias) => apis.get(alias) }));
    expect(failure).toMatchObject({ sources: ['first', 'last'], cause: expect.any(TypeError) });
    expect(sweeper.handedOn()).toEqual([jobs[1]]);
    expect(await scene.ledger.getSweep('last')).toMatchObject({ error: expect.stringMatching(/no key for last/) });
  });

  it('whose time is up are left for the next time, which is no failure', async () => {
    const { jobs, apis } = threeSources();
    const inTime = (alias: string) => slow(scene, apis.get(alias) as JobApi, 60_000);
    await sweeper.reconcile({ policy, jobsOf: inTime }, scene.time.now() + 60_000);
    expect(sweeper.handedOn()).toEqual([jobs[0]]);
    await sweeper.reconcile({ policy, jobsOf: (alias) => apis.get(alias) });
    expect(new Set(sweeper.handedOn())).toEqual(new Set(jobs));
  });
});

describe('a source that failed', () => {
  it.each(['error-before', 'throttled', 'reset-before', 'malformed'] as const)(
    '(%s) goes on at the page where it stopped, and its error is forgotten',
    async (fault) => {
      const jobs = addJobs(scene, 250);
      scene.fake.faults.queue('jobs.list', 'none', fault);
      expect(await failureOf(sweeper.reconcile())).toBeInstanceOf(SweepError);
      expect((await sweeper.sweepRecord())?.error).toMatch(/./);
      expect(sweeper.handedOn()).toEqual(jobs.slice(150).toReversed());

      await sweeper.observeAll();
      scene.fake.calls.reset();
      await sweeper.reconcile();
      expect(scene.fake.calls.count({ endpoint: 'jobs.list' })).toBe(2);
      expect(sweeper.handedOn().slice(0, 150)).toEqual(jobs.slice(0, 150).toReversed());
      expect(await sweeper.sweepRecord()).toMatchObject({ error: null, walk: null, seenTo: scene.time.now() });
    },
  );

  it('says why also where somebody else changes its record at that moment, and loses nothing of theirs', async () => {
    let comeBetween = () => keepOpen(scene.ledger, 'research', 'ftjob-adopted');
    const saveSweep = async (sweep: SweepRecord) => {
      await comeBetween();
      comeBetween = async () => undefined;
      return scene.ledger.saveSweep(sweep);
    };
    scene.fake.faults.queue('jobs.list', 'error-before');
    const ledger = { ...scene.ledger, saveSweep };
    expect(await failureOf(sweeper.reconcile({ ledger }))).toBeInstanceOf(SweepError);
    expect(await sweeper.sweepRecord()).toMatchObject({ error: expect.stringMatching(/./), open: ['ftjob-adopted'] });
  });
});

describe('killed between any two of its steps', () => {
  it.each(['before', 'after'] as const)('%s each step: the next run finds every job all the same', async (moment) => {
    let struck = true;
    for (let at = 0; struck; at += 7) {
      await scene.close();
      scene = await createScene();
      sweeper = createSweeper(scene);
      const jobs = addJobs(scene, 102);
      const killer = new Killer(at, moment);
      const deps = { ...sweeper.deps(), ledger: killer.watch(scene.ledger), queue: killer.watch(sweeper.queue) };
      const api = killer.watch(scene.jobApi());
      await reconcile({ ...deps, jobsOf: () => api }, false, scene.time.now() + HOUR_MS).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
      struck = killer.struck;
      await sweeper.reconcile();
      expect(new Set(sweeper.handedOn())).toEqual(new Set(jobs));
      expect(await sweeper.sweepRecord()).toMatchObject({ walk: null, seenTo: scene.time.now() });
      expect(at).toBeLessThan(1_000);
    }
  });
});
