import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SECOND_LOOK_MS } from '../../../lambdas/core/checkpoint/absence.ts';
import type { Policy, Rule } from '../../../lambdas/core/policy/policy.ts';
import { readState } from '../../../lambdas/use-cases/change.ts';
import { reconcileLedger } from '../../../lambdas/use-cases/reconcile/reconcile-ledger.ts';
import { drain } from '../../../lambdas/use-cases/share/drain.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import { handsOn } from '../by-hand/by-hand.ts';
import { createScene, inAnHour, type Scene, SILENT, TARGETS } from '../scene.ts';
import { shareJobs } from './share-jobs.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await createScene({ rules: { limit: 1000 } });
});
afterEach(() => scene.close());

const DAY_MS = 24 * 60 * 60_000;
const ALL = aRule({ name: 'everything', checkpoints: { kind: 'all' }, to: [...TARGETS] });
const EU_ONLY = aRule({ name: 'everything', checkpoints: { kind: 'all' }, to: ['proj_EU'] });

const policyOf = (rules: readonly Rule[], parts: Partial<Policy> = {}) => aPolicy(rules, parts);

async function reconcileBy(policy: Policy, verifyAll = false): Promise<void> {
  const { ledger } = scene;
  const deps = { policy, ledger, ledgerOf: () => ledger, now: scene.time.now, log: SILENT };
  await reconcileLedger(deps, verifyAll, inAnHour(scene));
  await drain(scene.deps(), 'me', inAnHour(scene));
}

/** Jobs of one checkpoint each, shared with all three targets. */
async function share(jobs: number) {
  const models = await shareJobs(scene, jobs);
  scene.fake.calls.reset();
  return models;
}

const calls = () => scene.fake.calls.byEndpoint();
const states = async () => {
  const counts: Record<string, number> = {};
  for (const { state } of await scene.recorded()) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
};
const granted = (checkpoint: string) => scene.fake.permissions(checkpoint).map(({ projectId }) => projectId);

describe('a ledger that fits the policy', () => {
  it('costs no call and no write', async () => {
    const [model = ''] = await share(1);
    const before = await scene.ledger.getCheckpoint(model);
    await reconcileBy(policyOf([ALL]));
    expect(calls()).toEqual({});
    expect(await scene.ledger.getCheckpoint(model)).toEqual(before);
  });
});

describe('a rule that is taken away', () => {
  it('revokes nothing while pruning is off', async () => {
    const [model = ''] = await share(1);
    await reconcileBy(policyOf([EU_ONLY]));
    expect(await states()).toEqual({ active: 1, orphaned: 2 });
    expect(granted(model)).toEqual([...TARGETS]);
    expect(calls()).toEqual({});
  });

  it('revokes exactly ours with pruning, and nothing foreign', async () => {
    const models = await share(1);
    const [model = ''] = models;
    scene.fake.addProject({ id: 'proj_FOREIGN' });
    const foreign = scene.fake.grant(model, 'proj_FOREIGN');
    await reconcileBy(policyOf([EU_ONLY], { prune: true }));
    expect(await states()).toEqual({ active: 1, revoked: 2 });
    expect(granted(model)).toEqual(['proj_EU', 'proj_FOREIGN']);
    expect(scene.fake.permissions(model)).toContainEqual(foreign);
    expect(calls()).toEqual({ 'permissions.delete': 2 });
  });

  it('and is put back is shared again without a call, where nothing was revoked', async () => {
    await share(1);
    await reconcileBy(policyOf([EU_ONLY]));
    await reconcileBy(policyOf([ALL]));
    expect(await states()).toEqual({ active: 3 });
    expect(calls()).toEqual({});
  });

  it.each([true, false])('together with all others revokes nothing (prune: %s)', async (prune) => {
    const [model = ''] = await share(1);
    await reconcileBy(policyOf([], { prune }));
    expect(granted(model)).toEqual([...TARGETS]);
    expect(calls()).toEqual({});
  });

  it('of a job that the ledger does not know lets go of nothing', async () => {
    const [model = ''] = await share(1);
    const record = await scene.ledger.getCheckpoint(model);
    if (record === undefined) throw new Error('it was shared');
    await scene.ledger.saveCheckpoint({ ...record, jobId: 'ftjob-unknown' }, record);
    await reconcileBy(policyOf([EU_ONLY], { prune: true }));
    expect(await states()).toEqual({ active: 3 });
  });
});

describe('a source that is taken out of the policy, or given another alias', () => {
  it('loses nothing by it', async () => {
    const [model = ''] = await share(1);
    const projects = policyOf([ALL]).projects.map((project) =>
      project.alias === 'research' ? { ...project, alias: 'lab' } : project,
    );
    await reconcileBy(policyOf([{ ...ALL, from: ['lab'] }], { prune: true, projects }));
    expect(granted(model)).toEqual([...TARGETS]);
    expect(await states()).toEqual({ active: 3 });
  });
});

describe('more than 15 % and more than 5 revocations in one plan', () => {
  it('wait under an id until that very plan is confirmed', async () => {
    const models = await share(4);
    const policy = policyOf([EU_ONLY], { prune: true });
    await reconcileBy(policy);
    expect(calls()).toEqual({});
    const waiting = await readState(scene.ledger, 'waitingPlan');
    expect(waiting).toMatchObject({ revocations: 8, tracked: 12, confirmedId: null });

    const hands = handsOn(scene);
    expect((await hands.refusal({ command: 'confirm', id: 'another-plan' }, { policy })).message).toContain(waiting.id);
    await reconcileBy(policy);
    expect(calls()).toEqual({});

    await hands.ask({ command: 'confirm', id: waiting.id ?? '' }, { policy });
    await reconcileBy(policy);
    for (const model of models) expect(granted(model)).toEqual(['proj_EU']);
    expect((await readState(scene.ledger, 'waitingPlan')).id).toBeNull();
  });

  it('are forgotten when the policy is put right', async () => {
    await share(4);
    await reconcileBy(policyOf([EU_ONLY], { prune: true }));
    await reconcileBy(policyOf([ALL], { prune: true }));
    expect((await readState(scene.ledger, 'waitingPlan')).id).toBeNull();
    expect(await states()).toEqual({ active: 12 });
  });

  it('do not hold up what is to be shared', async () => {
    await share(4);
    scene.fake.addProject({ id: 'proj_NEW' });
    await reconcileBy(policyOf([aRule({ checkpoints: { kind: 'all' }, to: ['proj_NEW'] })], { prune: true }));
    expect(await states()).toEqual({ active: 16 });
  });
});

describe('a permission whose time is up', () => {
  it('is revoked, with pruning off, too', async () => {
    const [model = ''] = await share(1);
    const policy = policyOf([{ ...ALL, expireAfterDays: 90 }]);
    await reconcileBy(policy);
    expect(calls()).toEqual({});
    scene.time.advance(91 * DAY_MS);
    await reconcileBy(policy);
    expect(granted(model)).toEqual([]);
    expect(await states()).toEqual({ revoked: 3 });
  });
});

describe('a pinned permission', () => {
  it('is shared for a checkpoint whose job is in no source, and let go of with its pin', async () => {
    scene.fake.addProject({ id: 'proj_ELSEWHERE' });
    const { finalModel } = scene.fake.addJob({ projectId: 'proj_ELSEWHERE', checkpoints: 1 });
    const pins = [{ checkpoint: finalModel, to: ['proj_EU'] }];
    await reconcileBy(policyOf([ALL], { permissions: pins }));
    expect(granted(finalModel)).toEqual(['proj_EU']);
    expect((await scene.recorded())[0]).toMatchObject({ state: 'active', want: { origin: 'pinned', rule: null } });

    const other = scene.fake.addJob({ projectId: 'proj_ELSEWHERE', checkpoints: 1 }).finalModel;
    await reconcileBy(policyOf([ALL], { prune: true, permissions: [{ checkpoint: other, to: ['proj_EU'] }] }));
    expect(granted(finalModel)).toEqual([]);
    expect(granted(other)).toEqual(['proj_EU']);
  });
});

describe('a permission that was deleted behind its back', () => {
  it.each([
    ['repair', 'active'],
    ['report', 'drifted'],
  ] as const)('is found by a verification, and its rule says %s', async (onDrift, state) => {
    const policy = policyOf([{ ...ALL, onDrift }]);
    const [model = ''] = await share(1);
    await reconcileBy(policy);
    const [lost] = scene.fake.permissions(model);
    scene.fake.revoke(model, lost?.id ?? '');
    await reconcileBy(policy, true);
    expect((await scene.recorded()).find(({ projectId }) => projectId === lost?.projectId)?.state).toBe(state);
    expect(granted(model).includes(lost?.projectId ?? '')).toBe(onDrift === 'repair');
    expect(scene.fake.calls.count({ endpoint: 'permissions.list' })).toBe(1);
  });

  it('three times in a day is reported and left the fourth time', async () => {
    const policy = policyOf([ALL]);
    const [model = ''] = await share(1);
    for (let time = 0; time < 4; time++) {
      const lost = scene.fake.permissions(model).find(({ projectId }) => projectId === 'proj_EU');
      scene.fake.revoke(model, lost?.id ?? '');
      scene.time.advance(60 * 60_000);
      await reconcileBy(policy, true);
    }
    expect(await states()).toEqual({ active: 2, drifted: 1 });
    scene.time.advance(3 * DAY_MS);
    await reconcileBy(policy, true);
    expect(await states()).toEqual({ active: 2, drifted: 1 });
  });
});

describe('25 targets and 12 foreign permissions on one checkpoint', () => {
  it('are right over all pages, and foreign ones are never touched', async () => {
    await scene.close();
    const targets = Array.from({ length: 25 }, (_, index) => `proj_T${index}`);
    scene = await createScene({ targets, rules: { limit: 1000 } });
    const rule = { ...ALL, to: targets };
    const [model = ''] = await share(1);
    const foreign = Array.from({ length: 12 }, (_, index) => {
      scene.fake.addProject({ id: `proj_F${index}` });
      return scene.fake.grant(model, `proj_F${index}`);
    });
    await reconcileBy(policyOf([rule]), true);
    expect(await states()).toEqual({ active: 25, foreign: 12 });

    await reconcileBy(policyOf([{ ...rule, to: targets.slice(0, 22) }], { prune: true }), true);
    expect(await states()).toEqual({ active: 22, revoked: 3, foreign: 12 });
    for (const permission of foreign) expect(scene.fake.permissions(model)).toContainEqual(permission);
  });
});

describe('a model that was deleted', () => {
  it('has its records closed with what OpenAI says, and is asked for no more', async () => {
    const policy = policyOf([ALL]);
    const [model = ''] = await share(1);
    scene.fake.deleteModel(model);
    await reconcileBy(policy, true);
    expect(await states()).toEqual({ active: 3 });
    scene.time.advance(SECOND_LOOK_MS);
    await reconcileBy(policy, true);
    expect(await states()).toEqual({ revoked: 3 });
    for (const { reason } of await scene.recorded()) expect(reason).toMatch(/\S/);
    scene.fake.calls.reset();
    await reconcileBy(policy, true);
    expect(calls()).toEqual({});
  });
});
