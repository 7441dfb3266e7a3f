import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import { changeState, readState } from '../../../lambdas/use-cases/change.ts';
import { aPolicy, aRule } from '../../core/policy/builders.ts';
import { handsOn } from '../by-hand/by-hand.ts';
import { createScene, type Scene } from '../scene.ts';

const JOBS = 10;
const DAY_MS = 24 * 60 * 60_000;
const ALL = aPolicy([aRule({ to: ['proj_EU'] })], { prune: true });
const NOTHING = aRule({ match: { baseModel: 'nothing-*', suffix: null, metadata: {} }, to: ['proj_EU'] });
/** A policy whose only rule was mistyped. */
const NONE = aPolicy([NOTHING], { prune: true });

let scene: Scene;
let hands: ReturnType<typeof handsOn>;
beforeEach(async () => {
  scene = await createScene({ targets: ['proj_EU'] });
  hands = handsOn(scene);
  for (let job = 0; job < JOBS; job++) scene.addJob(1);
  await hands.comeToRest(ALL);
});
afterEach(() => scene.close());

const waiting = () => readState(scene.ledger, 'waitingPlan');
const active = async () => (await scene.recorded()).filter(({ state }) => state === 'active').length;

/** The policy is deployed, and a person confirms what then waits. */
async function deployAndConfirm(policy: Policy): Promise<string> {
  await hands.reconcile(policy);
  const { id } = await waiting();
  await hands.ask({ command: 'confirm', id: id ?? '' }, { policy });
  return id ?? '';
}

/** A reconcile that breaks off after so many writes. */
async function cutShort(policy: Policy, after: number): Promise<void> {
  let writes = 0;
  const saveCheckpoint: Ledger['saveCheckpoint'] = async (...args) => {
    if (++writes > after) throw new Error('throttled');
    return scene.ledger.saveCheckpoint(...args);
  };
  const ledger = { ...scene.ledger, saveCheckpoint };
  await scene.time.busy(hands.sweeper.reconcile({ policy, ledger })).catch(() => undefined);
}

describe('a confirmation', () => {
  it('is for one plan, once: the same mistake a month later waits', async () => {
    const id = await deployAndConfirm(NONE);
    await hands.comeToRest(NONE);
    expect(await active()).toBe(0);

    await hands.comeToRest(ALL);
    expect(await active()).toBe(JOBS);
    scene.time.advance(30 * DAY_MS);
    await hands.comeToRest(NONE);
    expect(await active()).toBe(JOBS);
    expect(await waiting()).toMatchObject({ id, confirmedId: null, ended: { id, why: 'used-up' } });
  });

  it('is used up at once, whatever comes before the next sweep', async () => {
    await deployAndConfirm(NONE);
    await scene.time.busy(hands.sweeper.reconcile({ policy: NONE }));
    expect((await waiting()).confirmedId).toBeNull();
  });

  it('lets the rest of its plan through where that was cut short', async () => {
    await deployAndConfirm(NONE);
    await cutShort(NONE, 3);
    expect(await active()).toBe(JOBS - 3);
    await hands.comeToRest(NONE);
    expect(await active()).toBe(0);
    expect(await waiting()).toMatchObject({ id: null, confirmedId: null });
  });

  it('lets nothing more through than it was given for', async () => {
    const id = await deployAndConfirm(NONE);
    const job = scene.addJob(1);
    await scene.observe(job.id, scene.ledger, ALL);
    await hands.share();
    expect(await active()).toBe(JOBS + 1);
    await hands.comeToRest(NONE);
    expect(await active()).toBe(JOBS + 1);
    const grown = (await waiting()).id ?? '';
    expect(grown).not.toBe(id);
    expect((await hands.refusal({ command: 'confirm', id }, { policy: NONE })).message).toContain('has grown by 1');

    await hands.ask({ command: 'confirm', id: grown }, { policy: NONE });
    await hands.comeToRest(NONE);
    expect(await active()).toBe(0);
  });

  it('is void with another policy, also when the first is back', async () => {
    const id = await deployAndConfirm(NONE);
    await hands.comeToRest(ALL);
    await hands.comeToRest(NONE);
    expect(await active()).toBe(JOBS);
    expect(await waiting()).toMatchObject({ confirmedId: null, ended: { id, why: 'policy-changed' } });
    const other = { ...NONE, rules: [{ ...NOTHING, name: 'renamed' }] };
    await hands.ask({ command: 'confirm', id }, { policy: NONE });
    await hands.comeToRest(other);
    expect(await active()).toBe(JOBS);
  });

  it('expires, also for what was left of it', async () => {
    const id = await deployAndConfirm(NONE);
    await cutShort(NONE, 3);
    scene.time.advance(DAY_MS);
    await hands.comeToRest(NONE);
    expect(await active()).toBe(JOBS - 3);
    expect(await waiting()).toMatchObject({ confirmedId: null, ended: { id, why: 'expired' } });
  });

  it('that a function of an older version took counts for nothing', async () => {
    await hands.reconcile(NONE);
    await changeState(scene.ledger, 'waitingPlan', (state) => ({ ...state, confirmedId: state.id }));
    await hands.comeToRest(NONE);
    expect(await active()).toBe(JOBS);
    expect((await waiting()).confirmedId).toBeNull();
  });

  it('that was given while a sweep looked at the ledger is not for that sweep to judge', async () => {
    await hands.reconcile(NONE);
    const { id } = await waiting();
    let isFirst = true;
    const listCheckpoints: Ledger['listCheckpoints'] = async (cursor) => {
      if (isFirst) await hands.ask({ command: 'confirm', id: id ?? '' }, { policy: NONE });
      isFirst = false;
      return scene.ledger.listCheckpoints(cursor);
    };
    // By a function that is not deployed anew yet.
    await scene.time.busy(hands.sweeper.reconcile({ policy: ALL, ledger: { ...scene.ledger, listCheckpoints } }));
    expect((await waiting()).confirmedId).toBe(id);
    await hands.comeToRest(NONE);
    expect(await active()).toBe(0);
  });
});

describe('a policy by which nearly everything would go', () => {
  const EVERYTHING = { checkpoints: { kind: 'all' }, to: ['proj_EU'] } as const;

  it.each<[string, Partial<Policy>]>([
    [
      '`from` names another source',
      {
        rules: [aRule({ ...EVERYTHING, from: ['lab'] })],
        projects: [
          ...ALL.projects,
          { alias: 'lab', id: 'proj_LAB', source: { apiKeySecret: null, webhookSecret: null } },
        ],
      },
    ],
    ['a target is another', { rules: [aRule({ to: ['proj_OTHER'] })] }],
    ['a rule is taken out and another stays', { rules: [NOTHING] }],
    ['the pins are emptied', { rules: [NOTHING], permissions: [] }],
  ])('waits for a word: %s', async (_, parts) => {
    await hands.comeToRest({ ...ALL, ...parts });
    expect(await active()).toBeGreaterThanOrEqual(JOBS);
    expect(await waiting()).toMatchObject({ revocations: JOBS, tracked: JOBS });
  });

  it.each<[string, Partial<Policy>]>([
    ['a rule has another name', { rules: [aRule({ to: ['proj_EU'], name: 'renamed' })] }],
    ['all rules are gone', { rules: [] }],
    ['the source is taken out', { projects: ALL.projects.filter(({ alias }) => alias !== 'research') }],
  ])('revokes nothing, and waits for nothing: %s', async (_, parts) => {
    await hands.comeToRest({ ...ALL, ...parts });
    expect((await waiting()).id).toBeNull();
    expect(hands.sweeper.handedOn()).toEqual([]);
    expect(scene.fake.calls.count({ endpoint: 'permissions.delete' })).toBe(0);
  });

  it('waits where pruning is switched on over the orphans of long ago', async () => {
    await hands.comeToRest({ ...NONE, prune: false });
    expect((await scene.recorded()).filter(({ state }) => state === 'orphaned')).toHaveLength(JOBS);
    await hands.comeToRest(NONE);
    expect(await waiting()).toMatchObject({ revocations: JOBS, tracked: JOBS });
    expect(scene.fake.calls.count({ endpoint: 'permissions.delete' })).toBe(0);
  });
});
