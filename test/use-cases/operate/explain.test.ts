import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobRecord } from '../../../lambdas/core/model/job.ts';
import { packPolicy } from '../../../lambdas/core/policy/pack.ts';
import { type Policy, policyDigest } from '../../../lambdas/core/policy/policy.ts';
import type { OperateDeps } from '../../../lambdas/use-cases/operate/deps.ts';
import { createOperator } from '../../../lambdas/use-cases/operate/operate.ts';
import { T0 } from '../../builders/checkpoints.ts';
import { aCheckpoint, aPolicy, aRule, FINAL } from '../../core/policy/builders.ts';
import { policies, worlds } from '../../core/policy/worlds.ts';
import { createInMemoryLedger } from '../../in-memory/ledger.ts';
import { aJobRecord, aPermission, aRecord, ask, aWant, MODEL, NOW, operatorDeps } from './ask.ts';
import { ledgerOf } from './world-ledger.ts';

const RULE = aRule({ name: 'support', to: ['proj_EU', 'proj_US'] });
const POLICY = aPolicy([RULE]);
const JOB = aJobRecord({ checkpoints: [aCheckpoint()], epochs: 1, finishedAt: 0, createdAt: 0 });

async function ledgerWithJob(parts: Partial<JobRecord> = {}) {
  const ledger = createInMemoryLedger();
  await ledger.saveJob({ ...JOB, ...parts });
  return ledger;
}

const explain = (what: string, parts: Partial<OperateDeps> = {}, other?: Policy) =>
  ask(operatorDeps({ policy: POLICY, ...parts }), {
    command: 'explain',
    what,
    ...(other && { policy: packPolicy(other) }),
  });

describe('explain', () => {
  it('tells of a job each rule, and how far it is with each project', async () => {
    const ledger = await ledgerWithJob();
    const permissions = [aPermission('proj_EU', 'active', { permissionId: 'cp_1', want: aWant('proj_EU') })];
    const record = aRecord(permissions, { checkpoint: FINAL });
    await ledger.saveCheckpoint(record, { ...record, permissions: {} });
    const found = await explain('ftjob-1', { ledger });
    expect(found).toMatchObject({
      what: 'ftjob-1',
      policy: { deployed: true, digest: policyDigest(POLICY) },
      job: { jobId: 'ftjob-1', source: 'research', status: 'succeeded', metadata: { stage: 'release' } },
      notes: [],
      rules: [
        {
          rule: 'support',
          matches: true,
          selection: 'final',
          checkpoints: [{ checkpoint: FINAL, taken: true, why: 'it is the final model' }],
          targets: [
            { project: 'prod-eu', owns: false },
            { project: 'prod-us', owns: false },
          ],
        },
      ],
      permissions: [
        {
          checkpoint: FINAL,
          project: 'prod-eu',
          rule: 'support',
          pinned: false,
          standing: 'has-it',
          permissionId: 'cp_1',
        },
        {
          checkpoint: FINAL,
          project: 'prod-us',
          standing: 'to-share',
          reason: 'wanted by support',
          permissionId: null,
        },
      ],
    });
  });

  it('tells the same of a checkpoint, also of one that has no record, with its pins', async () => {
    const pinning = aPolicy([RULE], { permissions: [{ checkpoint: FINAL, to: ['proj_EU', 'proj_PINNED'] }] });
    const found = await explain(FINAL, { ledger: await ledgerWithJob(), policy: pinning });
    expect(found.job?.jobId).toBe('ftjob-1');
    expect(found.permissions.map(({ projectId, rule, pinned }) => ({ projectId, rule, pinned }))).toEqual([
      { projectId: 'proj_EU', rule: 'support', pinned: true },
      { projectId: 'proj_US', rule: 'support', pinned: false },
      { projectId: 'proj_PINNED', rule: null, pinned: true },
    ]);
  });

  it('by another policy', async () => {
    const other = aPolicy([{ ...RULE, match: { baseModel: null, suffix: 'legal-*', metadata: {} } }]);
    const found = await explain('ftjob-1', { ledger: await ledgerWithJob() }, other);
    expect(found.policy).toEqual({ deployed: false, digest: policyDigest(other) });
    expect(found.rules).toMatchObject([{ matches: false, checkpoints: [], targets: [] }]);
    expect(found.rules[0]?.conditions.at(-1)).toEqual({
      condition: 'suffix',
      key: null,
      wanted: ['legal-*'],
      found: ['support-v2'],
      holds: false,
    });
    expect(found.permissions).toEqual([]);
  });

  it('says how to bring in a job that the ledger does not know', async () => {
    const found = await explain('ftjob-unknown');
    expect(found).toMatchObject({ job: null, rules: [], permissions: [] });
    expect(found.notes).toEqual([expect.stringContaining('"ckpt adopt ftjob-unknown" brings it in')]);
  });

  it('of a checkpoint whose job nobody knows tells the pins alone, and what is missing', async () => {
    const pinning = aPolicy([RULE], { permissions: [{ checkpoint: MODEL, to: ['proj_EU'] }] });
    const found = await explain(MODEL, { policy: pinning });
    expect(found.notes).toEqual([expect.stringContaining('"ckpt adopt ftjob-…" brings its job in')]);
    expect(found).toMatchObject({ job: null, rules: [], permissions: [{ projectId: 'proj_EU', pinned: true }] });
  });

  it.each<[string, Partial<JobRecord>, Policy, string]>([
    ['a forgotten job', { forgotten: { at: NOW, by: 'ann' } }, POLICY, 'The job was forgotten by ann: no rule'],
    ['one that runs', { status: 'running' }, POLICY, 'The job has not ended yet (running)'],
    ['one of a source that is not there', { source: 'attic' }, POLICY, 'The policy has no source attic'],
    ['one of which more may be told', { finishedAt: NOW, finalModel: null }, POLICY, 'OpenAI does not name its model'],
    ['a policy without rules', {}, aPolicy([]), 'The policy has no rules.'],
  ])('says what goes before all rules: %s', async (_name, job, policy, note) => {
    const found = await explain('ftjob-1', { ledger: await ledgerWithJob(job), policy });
    expect(found.notes.filter((each) => each.includes(note))).toHaveLength(1);
    if (policy === POLICY && !('finalModel' in job)) expect(found.permissions).toEqual([]);
  });

  it('says that a job does not list the checkpoint that its record is of', async () => {
    const ledger = await ledgerWithJob();
    const record = aRecord([aPermission('proj_EU', 'active')], { checkpoint: `${FINAL}:ckpt-step-1` });
    await ledger.saveCheckpoint(record, { ...record, permissions: {} });
    expect((await explain(record.checkpoint, { ledger })).notes).toEqual([
      'OpenAI does not list this checkpoint among those of ftjob-1: no rule takes it.',
    ]);
  });

  it.each(['cp_1', 'ftckpt_1', 'nonsense'])('refuses %s, which is neither', async (what) => {
    expect(await createOperator(operatorDeps())({ command: 'explain', what }, 'request-1')).toMatchObject({
      ok: false,
    });
  });

  it('fits into an answer, and counts what does not', async () => {
    const targets = Array.from({ length: 1_000 }, (_, index) => `proj_${'T'.repeat(60)}${index}`);
    const checkpoints = Array.from({ length: 30 }, (_, step) => ({
      ...aCheckpoint({ step, final: false }),
      checkpoint: `${FINAL}:ckpt-step-${step}`,
    }));
    const rules = Array.from({ length: 50 }, (_, index) =>
      aRule({ name: `${index}`, checkpoints: { kind: 'all' }, to: targets }),
    );
    const found = await explain('ftjob-1', { ledger: await ledgerWithJob({ checkpoints }), policy: aPolicy(rules) });
    expect(Buffer.byteLength(JSON.stringify(found))).toBeLessThan(6_000_000);
    expect(found.permissions.length + found.permissionsLeftOut).toBe(30_000);
    expect(found.rules.length + found.rulesLeftOut).toBe(50);
    expect(found.permissionsLeftOut * found.rulesLeftOut).toBeGreaterThan(0);
  });
});

it('what is said to be done next is what the plan says, whatever the ledger has', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, policies, async (world, policy) => {
      const deps = operatorDeps({ ledger: await ledgerOf(world), policy, now: () => T0 });
      const { checkpoints } = await ask(deps, { command: 'plan' });
      const planned = new Map(
        checkpoints.flatMap(({ checkpoint, changes }) =>
          changes.map(({ projectId, change, underWay }) => [`${checkpoint} ${projectId}`, underWay ? null : change]),
        ),
      );
      for (const { jobId } of world.jobs) {
        const { permissions } = await ask(deps, { command: 'explain', what: jobId });
        for (const { checkpoint, projectId, standing } of permissions) {
          const change = planned.get(`${checkpoint} ${projectId}`);
          if (standing === 'to-share') expect(change).toBe('share');
          if (change === 'share') expect(['to-share', 'paused', 'refused']).toContain(standing);
          expect(standing === 'to-adopt').toBe(change === 'adopt');
        }
      }
    }),
    { numRuns: 200 },
  );
});
