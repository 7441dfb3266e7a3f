import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decisionDigest } from '../../../lambdas/core/plan/full-pass.ts';
import { planLedger } from '../../../lambdas/core/plan/ledger-plan.ts';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import { changeCheckpoint, changeJob, changeState, readState } from '../../../lambdas/use-cases/change.ts';
import { reconcileLedger } from '../../../lambdas/use-cases/reconcile/reconcile-ledger.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { DAY, MINUTE } from '../../builders/checkpoints.ts';
import { aRule } from '../../core/policy/builders.ts';
import { handsOn } from '../by-hand/by-hand.ts';
import { createScene, inAnHour, type Scene, SILENT, TARGETS } from '../scene.ts';
import { shareJobs } from './share-jobs.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await createScene({ rules: { limit: 1_000 } });
});
afterEach(() => scene.close());

const ALL = aRule({ name: 'everything', checkpoints: { kind: 'all' }, to: [...TARGETS] });

/** Sweeps; gives what it asked the ledger for that grows with the ledger: nothing, or everything. */
async function sweep(parts: Partial<Policy> = {}, ledger: Ledger = scene.ledger): Promise<'changes' | 'everything'> {
  let isWhole = false;
  const watched: Ledger = {
    ...ledger,
    listJobs: async (cursor) => {
      isWhole = true;
      return ledger.listJobs(cursor);
    },
  };
  const policy = { ...scene.policy, ...parts };
  const deps = { policy, ledger: watched, ledgerOf: () => watched, now: scene.time.now, log: SILENT };
  await scene.time.busy(reconcileLedger(deps, false, inAnHour(scene)));
  return isWhole ? 'everything' : 'changes';
}

const share = (jobs?: number) => shareJobs(scene, jobs);

const stateOf = async (checkpoint: string, projectId = 'proj_EU') =>
  (await scene.ledger.getCheckpoint(checkpoint))?.permissions[projectId]?.state;

describe('a sweep looks at the whole ledger', () => {
  it('the first time, a day later, and by no other rules than before only then', async () => {
    await share(2);
    expect(await sweep()).toBe('everything');
    scene.time.advance(15 * MINUTE);
    expect(await sweep()).toBe('changes');
    scene.time.advance(DAY - 15 * MINUTE);
    expect(await sweep()).toBe('everything');
    expect(await sweep()).toBe('changes');
  });

  it.each<[string, Partial<Policy>]>([
    ['a rule', { rules: [aRule({ to: ['proj_EU'] })] }],
    ['what is pruned', { prune: true }],
    ['the projects', { projects: [] }],
  ])('when the policy has another word on %s', async (_, parts) => {
    await share();
    await sweep();
    expect(await sweep(parts)).toBe('everything');
    expect(await sweep(parts)).toBe('changes');
    expect(await sweep()).toBe('everything');
  });

  it('when something is paused, and when it goes on', async () => {
    await share();
    await sweep();
    const word = { at: 0, by: null, why: null };
    await changeState(scene.ledger, 'pause', (state) => ({ ...state, sources: { research: word } }));
    expect(await sweep()).toBe('everything');
    expect(await sweep()).toBe('changes');
    await changeState(scene.ledger, 'pause', (state) => ({ ...state, sources: {} }));
    expect(await sweep()).toBe('everything');
  });

  it('while a plan waits for a person, and until their word is carried out', async () => {
    await share(4);
    const narrow = {
      rules: [aRule({ name: 'everything', checkpoints: { kind: 'all' }, to: ['proj_EU'] })],
      prune: true,
    };
    expect(await sweep(narrow)).toBe('everything');
    expect(await sweep(narrow)).toBe('everything');
    const policy = { ...scene.policy, ...narrow };
    const { id } = await readState(scene.ledger, 'waitingPlan');
    await handsOn(scene).ask({ command: 'confirm', id: id ?? '' }, { policy });
    expect(await sweep(narrow)).toBe('everything');
    expect(await readState(scene.ledger, 'waitingPlan')).toMatchObject({ id: null, confirmedId: null });
    expect(await sweep(narrow)).toBe('changes');
  });

  it('again where it could not carry out all of it', async () => {
    await share(2);
    const [first] = (await scene.ledger.listCheckpoints(null)).items;
    scene.ledger.refuse(first?.checkpoint ?? '', new Error('the table is gone'));
    const wider = { rules: [{ ...ALL, to: [...TARGETS, 'proj_NEW'] }] };
    await expect(sweep(wider)).rejects.toThrow('the table is gone');
    scene.ledger.refuse(first?.checkpoint ?? '', null);
    expect(await sweep(wider)).toBe('everything');
    expect(await stateOf(first?.checkpoint ?? '', 'proj_NEW')).toBe('pending');
  });

  it('where more has changed than it looks at one by one', async () => {
    await share();
    await sweep();
    const changesSince: Ledger['changesSince'] = async (_, limit) =>
      Array.from({ length: limit }, (__, index) => ({ kind: 'checkpoint' as const, id: `ft:${index}`, at: 0 }));
    expect(await sweep({}, { ...scene.ledger, changesSince })).toBe('everything');
  });
});

describe('a sweep that looks at what has changed', () => {
  it('costs a few reads, and writes no checkpoint, where nothing has', async () => {
    const [model = ''] = await share(3);
    await sweep();
    scene.time.advance(15 * MINUTE);
    const before = await scene.ledger.getCheckpoint(model);
    expect(await sweep()).toBe('changes');
    expect(await scene.ledger.getCheckpoint(model)).toEqual(before);
  });

  it('wants again what somebody has taken out of the record', async () => {
    const [model = ''] = await share(2);
    await sweep();
    scene.time.advance(15 * MINUTE);
    const record = await scene.ledger.getCheckpoint(model);
    if (record === undefined) throw new Error('it was shared');
    const { proj_EU: _, ...permissions } = record.permissions;
    await scene.ledger.saveCheckpoint({ ...record, permissions }, record);
    expect(await sweep()).toBe('changes');
    expect(await stateOf(model)).toBe('pending');
  });

  it('sees a job that is looked at anew, and lets go of what its best checkpoint is no more', async () => {
    const best = aRule({ name: 'best', checkpoints: { kind: 'best', metric: 'full_valid_loss' }, to: ['proj_EU'] });
    const { id, checkpoints } = scene.addJob(2);
    await scene.observe(id);
    await drain(scene.deps(), 'me', inAnHour(scene));
    const [first = '', second = ''] = checkpoints.map(({ checkpoint }) => checkpoint);
    const measured = (...losses: number[]) =>
      changeJob(scene.ledger, id, (job) => ({
        ...job,
        checkpoints: job.checkpoints.map((one) => {
          const at = [first, second].indexOf(one.checkpoint);
          return { ...one, metrics: { full_valid_loss: losses[at] ?? 9 } };
        }),
      }));
    await measured(1, 2);
    expect(await sweep({ rules: [best] })).toBe('everything');
    expect([await stateOf(first), await stateOf(second)]).toEqual(['active', 'orphaned']);
    scene.time.advance(15 * MINUTE);
    await measured(2, 1);
    expect(await sweep({ rules: [best] })).toBe('changes');
    expect([await stateOf(first), await stateOf(second)]).toEqual(['orphaned', 'active']);
  });

  it('lets go of what has expired since, though nothing has changed', async () => {
    const [model = ''] = await share();
    const expiring = { rules: [{ ...ALL, expireAfterDays: 1 }] };
    await sweep(expiring);
    expect(await stateOf(model)).toBe('active');
    scene.time.advance(DAY - 20 * MINUTE);
    expect(await sweep(expiring)).toBe('changes');
    expect(await stateOf(model)).toBe('active');
    scene.time.advance(15 * MINUTE);
    expect(await sweep(expiring)).toBe('changes');
    expect(await stateOf(model)).toBe('revoking');
  });

  it('leaves it to a look at everything, which the guard judges, where more has expired than is always let through', async () => {
    const models = await share(3);
    const expiring = { rules: [{ ...ALL, expireAfterDays: 1 }] };
    await sweep(expiring);
    scene.time.advance(DAY - 5 * MINUTE);
    expect(await sweep(expiring)).toBe('everything');
    for (const model of models) expect(await stateOf(model)).toBe('active');
    expect(await readState(scene.ledger, 'waitingPlan')).toMatchObject({ revocations: 9, tracked: 9 });
  });

  it('does nothing about a rule’s permission of which it does not know the job, but leaves it to a look at everything', async () => {
    const [model = ''] = await share();
    await sweep({ prune: true });
    await changeCheckpoint(scene.ledger, (await scene.ledger.getCheckpoint(model)) ?? fail(), (record) => {
      return { ...record, jobId: null };
    });
    expect(await sweep({ prune: true })).toBe('everything');
    expect(await stateOf(model)).toBe('active');
  });

  it('tries again what could not be written, and tells of it', async () => {
    const [bad = '', good = ''] = await share(2);
    await sweep();
    scene.time.advance(15 * MINUTE);
    for (const model of [bad, good]) {
      const record = (await scene.ledger.getCheckpoint(model)) ?? fail();
      const { proj_EU: _, ...permissions } = record.permissions;
      await scene.ledger.saveCheckpoint({ ...record, permissions }, record);
    }
    const { ContentionError } = await import('../../../lambdas/core/errors.ts');
    scene.ledger.refuse(bad, new ContentionError('busy'));
    expect(await sweep()).toBe('changes');
    expect([await stateOf(bad), await stateOf(good)]).toEqual([undefined, 'pending']);
    expect((await readState(scene.ledger, 'reconcile')).unwritten?.rows).toMatchObject([{ row: bad }]);
    scene.ledger.refuse(bad, null);
    scene.time.advance(15 * MINUTE);
    expect(await sweep()).toBe('changes');
    expect(await stateOf(bad)).toBe('pending');
    expect((await readState(scene.ledger, 'reconcile')).unwritten).toBeUndefined();
  });

  it('looks at everything where the first write of a checkpoint has failed: only its job tells of it', async () => {
    const { id, finalModel } = scene.addJob(1);
    await scene.observe(id, scene.ledger, { ...scene.policy, rules: [] });
    const { ContentionError } = await import('../../../lambdas/core/errors.ts');
    scene.time.advance(10 * MINUTE);
    scene.ledger.refuse(finalModel, new ContentionError('busy'));
    expect(await sweep()).toBe('everything');
    scene.ledger.refuse(finalModel, null);
    scene.time.advance(15 * MINUTE);
    await sweep();
    expect(await stateOf(finalModel)).toBe('pending');
    scene.time.advance(15 * MINUTE);
    expect(await sweep()).toBe('changes');
  });

  it('puts up for verification, in turn, every checkpoint within its budget', async () => {
    const models = await share(7);
    const reconcile = { everySeconds: 60, verifyPerMinute: 2, auditLog: 'off' } as const;
    await sweep({ reconcile });
    await drain(scene.deps(), 'me', inAnHour(scene));
    const seen: string[] = [];
    for (let count = 0; count < 4; count++) {
      scene.time.advance(MINUTE);
      expect(await sweep({ reconcile })).toBe('changes');
      const { items } = await scene.ledger.listCheckpoints(null);
      const up = items.filter(({ verifyAt }) => verifyAt !== null).map(({ checkpoint }) => checkpoint);
      expect(up.length).toBeLessThanOrEqual(2);
      seen.push(...up);
      await drain(scene.deps(), 'me', inAnHour(scene));
    }
    expect(new Set(seen).size).toBe(7);
    expect(new Set(seen)).toEqual(new Set(models));
  });
});

function fail(): never {
  throw new Error('it was shared');
}

/** What may come to pass between two sweeps. */
const ACTS = ['job', 'share', 'drop', 'lose', 'ignore', 'heed', 'forget-job', 'hour', 'day'] as const;

it('leaves nothing to be done that a look at everything would do, whatever came before', async () => {
  const acts = fc.array(fc.tuple(fc.constantFrom(...ACTS), fc.nat(5)), { minLength: 1, maxLength: 12 });
  const policies = fc.record({ prune: fc.boolean(), days: fc.constantFrom(null, 1, 2) });
  await fc.assert(
    fc.asyncProperty(acts, policies, async (all, { prune, days }) => {
      await scene.close();
      scene = await createScene({ rules: { limit: 1_000 } });
      const hands = handsOn(scene);
      const parts = { prune, rules: [{ ...ALL, expireAfterDays: days }] };
      const policy = { ...scene.policy, ...parts };
      await share(2);
      await sweep(parts);
      for (const [act, which] of all) {
        const { items } = await scene.ledger.listCheckpoints(null);
        const record = items[which % items.length] ?? fail();
        const of = { checkpoint: record.checkpoint, project: ['proj_EU'] };
        if (act === 'job') await scene.observe(scene.addJob(1).id, scene.ledger, policy);
        else if (act === 'share') await drain(scene.deps(), 'me', inAnHour(scene));
        else if (act === 'hour') scene.time.advance(60 * MINUTE);
        else if (act === 'day') scene.time.advance(DAY);
        else if (act === 'forget-job')
          await changeJob(scene.ledger, record.jobId ?? '', (job) => ({ ...job, forgotten: { at: 0, by: null } }));
        else if (act === 'ignore') await hands.answer({ command: 'ignore', ...of }, { policy });
        else if (act === 'heed') await hands.answer({ command: 'ignore', ...of, undo: true }, { policy });
        else if (act === 'lose') {
          const [one] = scene.fake.permissions(record.checkpoint);
          if (one !== undefined) scene.fake.revoke(record.checkpoint, one.id);
        } else {
          const { proj_US: _, ...permissions } = record.permissions;
          const isIdle = Object.values(record.permissions).every(({ state }) => state === 'active');
          if (isIdle) await scene.ledger.saveCheckpoint({ ...record, permissions }, record);
        }
        scene.time.advance(MINUTE);
        await sweep(parts);
        const [records, jobs, waiting, pause] = await Promise.all([
          scene.ledger.listCheckpoints(null),
          scene.ledger.listJobs(null),
          readState(scene.ledger, 'waitingPlan'),
          readState(scene.ledger, 'pause'),
        ]);
        const now = scene.time.now();
        const plan = planLedger({ policy, jobs: jobs.items, records: records.items, waiting, pause, now });
        const left = plan.changes
          .flatMap(({ actions }) => actions)
          .filter(({ kind }) => kind !== 'revoke' || waiting.id === null);
        expect(left).toEqual([]);
      }
    }),
    { numRuns: 60 },
  );
});

it('a digest stands for the policy and for what is paused', () => {
  const policy = scene.policy;
  const pause = { version: 1, all: null, rules: {}, sources: {} };
  const word = { at: 1, by: null, why: null };
  const digests = [
    decisionDigest(policy, pause),
    decisionDigest({ ...policy, prune: !policy.prune }, pause),
    decisionDigest(policy, { ...pause, all: word }),
    decisionDigest(policy, { ...pause, rules: { everything: word } }),
    decisionDigest(policy, { ...pause, sources: { research: word } }),
  ];
  expect(new Set(digests).size).toBe(digests.length);
  expect(decisionDigest({ ...policy }, { ...pause, version: 2 })).toBe(digests[0]);
});
