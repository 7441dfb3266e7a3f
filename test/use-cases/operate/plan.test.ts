import { describe, expect, it } from 'vitest';
import { newCheckpoint } from '../../../lambdas/core/checkpoint/record.ts';
import { DEFAULT_PACER_RULES } from '../../../lambdas/core/pacing/window.ts';
import { CHANGES } from '../../../lambdas/core/plan/change.ts';
import { policyDigest } from '../../../lambdas/core/policy/policy.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import type { OperateDeps } from '../../../lambdas/use-cases/operate/deps.ts';
import { aCheckpoint, aPolicy, aRule, FINAL } from '../../core/policy/builders.ts';
import { createInMemoryLedger } from '../../in-memory/ledger.ts';
import { createInMemoryPacerStore } from '../../in-memory/pacer-store.ts';
import { aJobRecord, aPermission, aRecord, ask, aWant, ledgerWith, MODEL, NOW, operatorDeps } from './ask.ts';

const plan = { command: 'plan' } as const;
const RULE = aRule({ name: 'support', to: ['proj_EU', 'proj_US'] });

/** A ledger with one job of one checkpoint, which the rule wants for two projects. */
async function oneJob() {
  const ledger = createInMemoryLedger();
  await ledger.saveJob(aJobRecord({ checkpoints: [aCheckpoint()] }));
  return ledger;
}

/** A checkpoint whose job is in no source, with a permission that no rule wants. */
function anUnwanted(checkpoint: string) {
  const permissions = [aPermission('proj_EU', 'active', { permissionId: 'cp_1', want: aWant('proj_EU') })];
  return aRecord(permissions, { checkpoint, jobId: null, source: null });
}

async function unwanted(count: number) {
  return ledgerWith(...Array.from({ length: count }, (_, index) => anUnwanted(`ft:gpt:org::${index}`)));
}

const confirm = (ledger: Ledger, id: string | null) =>
  ask(operatorDeps({ ledger, policy: aPolicy([RULE], { prune: true }) }), { command: 'confirm', id: id ?? '' });

const askPlan = (parts: Partial<OperateDeps>) => ask(operatorDeps({ policy: aPolicy([RULE]), ...parts }), plan);

describe('plan', () => {
  it('of a ledger that fits the policy has no changes', async () => {
    const found = await askPlan({});
    expect(found).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      at: '2026-11-20T12:00:00.000Z',
      policyDigest: policyDigest(aPolicy([RULE])),
      policy: { deployed: true, digest: policyDigest(aPolicy([RULE])), newSources: [] },
      rules: null,
      rulesLeftOut: 0,
      checkpoints: [],
      leftOut: 0,
      counts: Object.fromEntries(CHANGES.map((change) => [change, 0])),
      underWay: 0,
      calls: { create: 0, list: 0, delete: 0, seconds: 0 },
      guard: { id: null, revocations: 0, tracked: 0, letGoLately: 0, state: 'none', voided: null },
      left: { drifted: 0, flapping: 0, rejected: 0, paused: 0 },
      unmatchedRules: [],
    });
  });

  it('says what is new, for whom and why, and that one POST does it', async () => {
    const found = await askPlan({ ledger: await oneJob() });
    expect(found.checkpoints).toEqual([
      {
        checkpoint: FINAL,
        jobId: 'ftjob-1',
        source: 'research',
        changes: ['prod-eu', 'prod-us'].map((project) => ({
          change: 'share',
          projectId: project === 'prod-eu' ? 'proj_EU' : 'proj_US',
          project,
          permissionId: null,
          reason: 'wanted by support',
          underWay: false,
        })),
      },
    ]);
    expect(found).toMatchObject({ underWay: 0, counts: { share: 2, revoke: 0 }, calls: { create: 1, list: 0 } });
  });

  it('writes nothing, and is the same when it is asked again', async () => {
    const ledger = await oneJob();
    const first = await askPlan({ ledger });
    expect(await askPlan({ ledger })).toEqual(first);
    expect((await ledger.listCheckpoints(null)).items).toEqual([]);
  });

  it('has what is under way beside it, but not in its id', async () => {
    const idle = await askPlan({});
    const ledger = await ledgerWith(
      aRecord([
        aPermission('proj_A', 'pending', { want: aWant('proj_A', { origin: 'operator' }), reason: 'asked for' }),
        aPermission('proj_B', 'unknown', { want: aWant('proj_B', { origin: 'operator' }), notBefore: NOW }),
        aPermission('proj_C', 'revoking', { permissionId: 'cp_3', notBefore: NOW }),
        aPermission('proj_D', 'rejected', {
          want: aWant('proj_D', { origin: 'operator' }),
          priority: 'retry',
          notBefore: NOW + 1,
        }),
      ]),
    );
    const found = await askPlan({ ledger });
    expect(found.checkpoints[0]?.changes).toMatchObject([
      { projectId: 'proj_A', change: 'share', underWay: true, reason: 'asked for' },
      { projectId: 'proj_B', change: 'look-up', underWay: true },
      { projectId: 'proj_C', change: 'revoke', underWay: true, permissionId: 'cp_3' },
    ]);
    expect(found).toMatchObject({ underWay: 3, left: { rejected: 1 }, calls: { create: 1, list: 1, delete: 1 } });
    expect(found.id).toBe(idle.id);
  });

  it('counts what is left as it is', async () => {
    const want = aWant('proj_EU', { origin: 'operator' });
    const ledger = await ledgerWith(
      aRecord([aPermission('proj_EU', 'drifted', { want: { ...want, onDrift: 'report' } })]),
      aRecord([aPermission('proj_EU', 'drifted', { want, repairs: [NOW, NOW, NOW] })], { checkpoint: 'ft:b' }),
    );
    expect((await askPlan({ ledger })).left).toEqual({ drifted: 2, flapping: 1, rejected: 0, paused: 0 });
  });

  it('does not count as left what it changes', async () => {
    const ledger = await ledgerWith(
      aRecord([aPermission('proj_EU', 'drifted', { want: aWant('proj_EU', { origin: 'operator' }) })]),
    );
    const found = await askPlan({ ledger });
    expect(found).toMatchObject({ counts: { share: 1 }, left: { drifted: 0 } });
  });
});

describe('the time that a plan takes', () => {
  it('is that of the pacer as it stands, for the slowest kind of call', async () => {
    const ledger = await unwanted(13);
    const prune = aPolicy([RULE], { prune: true });
    const { calls } = await askPlan({ ledger, policy: prune });
    const span = DEFAULT_PACER_RULES.windowMs + DEFAULT_PACER_RULES.marginMs;
    expect(calls).toEqual({ create: 0, list: 0, delete: 13, seconds: Math.ceil((2 * span) / 1000) });

    const pacerStore = createInMemoryPacerStore();
    const held = { starts: [], learnedLimit: null, learnedAt: 0, holdReason: 'OpenAI answered 429' };
    await pacerStore.save('checkpoint-permissions.delete', { version: 0, heldUntil: NOW + 600_000, ...held });
    expect((await askPlan({ ledger, policy: prune, pacerStore })).calls.seconds).toBe(
      Math.ceil((600_000 + 2 * span) / 1000),
    );
  });

  it('is by the limit that the pacer has learned, above the guess, too', async () => {
    const pacerStore = createInMemoryPacerStore();
    const grown = { learnedLimit: 13, learnedAt: NOW - 60_000, ceiling: 0, guess: 6, fullAt: NOW - 60_000 };
    const window = { version: 0, starts: [], heldUntil: 0, holdReason: null, ...grown };
    await pacerStore.save('checkpoint-permissions.delete', window);
    const prune = aPolicy([RULE], { prune: true });
    expect((await askPlan({ ledger: await unwanted(13), policy: prune, pacerStore })).calls.seconds).toBe(0);
    expect((await askPlan({ ledger: await unwanted(14), policy: prune, pacerStore })).calls.seconds).toBe(62);
  });

  it('has no call for a project that OpenAI refuses', async () => {
    const ledger = await oneJob();
    for (const projectId of ['proj_EU', 'proj_US']) {
      await ledger.refuseProject({ projectId, reason: 'archived', retryAt: NOW + 1 });
    }
    expect((await askPlan({ ledger })).calls.create).toBe(0);
  });
});

describe('a plan that revokes', () => {
  const prune = aPolicy([RULE], { prune: true });

  it('waits when it revokes unusually much, and says under which id', async () => {
    const ledger = await unwanted(6);
    const { guard, counts } = await askPlan({ ledger, policy: prune });
    expect(guard).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      revocations: 6,
      tracked: 6,
      letGoLately: 0,
      state: 'waiting',
      voided: null,
    });
    expect(counts.revoke).toBe(6);
    await confirm(ledger, guard.id);
    expect((await askPlan({ ledger, policy: prune })).guard).toMatchObject({ state: 'confirmed', voided: null });
  });

  it('needs nobody when it revokes little', async () => {
    expect((await askPlan({ ledger: await unwanted(5), policy: prune })).guard.state).toBe('allowed');
  });

  it('and was confirmed waits again when it is another one by then, and says why', async () => {
    const ledger = await unwanted(6);
    const { id } = (await askPlan({ ledger, policy: prune })).guard;
    await confirm(ledger, id);
    const guardOf = async (parts: Partial<OperateDeps>) => (await askPlan({ ledger, policy: prune, ...parts })).guard;
    const later = { now: () => NOW + 24 * 60 * 60_000 };
    expect(await guardOf(later)).toMatchObject({
      state: 'waiting',
      voided: `What was confirmed as ${id} has expired: a confirmation holds for 24 hours (2026-11-21T12:00:00.000Z).`,
    });
    const other = { policy: { ...prune, rules: [{ ...RULE, name: 'another' }] } };
    expect(await guardOf(other)).toMatchObject({
      state: 'waiting',
      voided: expect.stringContaining(`${id} was confirmed for another policy`),
    });
    const more = anUnwanted('ft:gpt:org::more');
    await ledger.saveCheckpoint(more, { ...more, permissions: {} });
    expect(await guardOf({})).toMatchObject({
      state: 'waiting',
      voided: `The plan has grown by 1 since ${id} was confirmed.`,
    });
  });

  it('only leaves orphans while pruning is off', async () => {
    const { counts, guard } = await askPlan({ ledger: await unwanted(6) });
    expect(counts).toMatchObject({ orphan: 6, revoke: 0 });
    expect(guard.state).toBe('none');
  });
});

describe('a plan of very many changes', () => {
  it('fits into an answer, with every change counted', async () => {
    const targets = Array.from({ length: 20 }, (_, index) => `proj_${'T'.repeat(20)}${index}`);
    const rule = aRule({ name: `everything ${'x'.repeat(80)}`, to: targets });
    const checkpoints = Array.from({ length: 1_500 }, (_, index) => `ft:gpt-4o-mini-2024-07-18:org:support:${index}`);
    const policy = aPolicy([rule], { permissions: checkpoints.map((checkpoint) => ({ checkpoint, to: targets })) });
    const found = await ask(operatorDeps({ policy }), plan);
    expect(found.counts.share).toBe(30_000);
    expect(found.calls.create).toBe(1_500);
    const shown = found.checkpoints.flatMap(({ changes }) => changes).length;
    expect(shown).toBeGreaterThan(10_000);
    expect(found.leftOut).toBe(30_000 - shown);
    expect(Buffer.byteLength(JSON.stringify(found))).toBeLessThan(6_000_000);
  });

  it('has all of 10,000 permissions', async () => {
    const targets = Array.from({ length: 10 }, (_, index) => `proj_${index}`);
    const ledger = createInMemoryLedger();
    for (let job = 0; job < 1_000; job++) {
      const checkpoint = `ft:gpt-4o-mini-2024-07-18:org:support:${job}`;
      await ledger.saveJob(aJobRecord({ jobId: `ftjob-${job}`, checkpoints: [{ ...aCheckpoint(), checkpoint }] }));
    }
    const { checkpoints, leftOut } = await ask(
      operatorDeps({ ledger, policy: aPolicy([aRule({ to: targets })]) }),
      plan,
    );
    expect(checkpoints.flatMap(({ changes }) => changes)).toHaveLength(10_000);
    expect(leftOut).toBe(0);
  });
});

it('a checkpoint that the ledger has nothing of stays out of the plan', async () => {
  const ledger = await ledgerWith(newCheckpoint(MODEL, { source: null, jobId: null }));
  expect((await askPlan({ ledger })).checkpoints).toEqual([]);
});
