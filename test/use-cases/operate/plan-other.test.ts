import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PACER_RULES } from '../../../lambdas/core/pacing/window.ts';
import { packPolicy } from '../../../lambdas/core/policy/pack.ts';
import { type Policy, policyDigest } from '../../../lambdas/core/policy/policy.ts';
import type { OperateDeps } from '../../../lambdas/use-cases/operate/deps.ts';
import { createOperator } from '../../../lambdas/use-cases/operate/operate.ts';
import { aCheckpoint, aPolicy, aRule } from '../../core/policy/builders.ts';
import { createInMemoryLedger } from '../../in-memory/ledger.ts';
import { createInMemoryPacerStore } from '../../in-memory/pacer-store.ts';
import { aJobRecord, aPermission, aRecord, ask, aWant, ledgerWith, NOW, operatorDeps } from './ask.ts';

const DEPLOYED = aPolicy([aRule({ name: 'support', to: ['proj_EU'] })]);
const OTHER = aPolicy([aRule({ name: 'support', to: ['proj_EU', 'proj_US'] }), aRule({ name: 'more' })], {
  projects: [
    ...DEPLOYED.projects,
    { alias: 'lab', id: 'proj_LAB', source: { apiKeySecret: null, webhookSecret: null } },
  ],
});

async function oneJob() {
  const ledger = createInMemoryLedger();
  await ledger.saveJob(aJobRecord({ checkpoints: [aCheckpoint()] }));
  return ledger;
}

const planOf = (other: Policy, parts: Partial<OperateDeps> = {}) =>
  ask(operatorDeps({ policy: DEPLOYED, ...parts }), { command: 'plan', policy: packPolicy(other) });

const refusal = async (policy: unknown) => {
  const answer = await createOperator(operatorDeps())({ command: 'plan', policy }, 'request-1');
  if (answer.ok) throw new Error('It was answered.');
  return answer.error;
};
const packed = (value: unknown) => gzipSync(JSON.stringify(value)).toString('base64');

describe('the plan of a policy that is not deployed', () => {
  it('is what it would be if it were, says whose it is, and how its rules differ', async () => {
    const ledger = await oneJob();
    const found = await planOf(OTHER, { ledger });
    const { policy, rules, ...rest } = await ask(operatorDeps({ ledger, policy: OTHER }), { command: 'plan' });
    expect(found).toMatchObject({ ...rest, counts: { share: 2 } });
    expect({ policy, rules }).toMatchObject({ policy: { deployed: true, newSources: [] }, rules: null });
    expect(found.policy).toEqual({ deployed: false, digest: policyDigest(OTHER), newSources: ['lab'] });
    expect(found.rules).toEqual([
      { rule: 'support', change: 'changed', matches: 1, newly: [], newlyCount: 0, noLonger: [], noLongerCount: 0 },
      { rule: 'more', change: 'new', matches: 1, newly: ['ftjob-1'], newlyCount: 1, noLonger: [], noLongerCount: 0 },
    ]);
  });

  it('tells whether the guard would hold it, whatever was confirmed for the deployed one', async () => {
    const unwanted = Array.from({ length: 6 }, (_, index) =>
      aRecord([aPermission('proj_EU', 'active', { permissionId: 'cp_1', want: aWant('proj_EU') })], {
        checkpoint: `ft:gpt:org::${index}`,
        jobId: null,
      }),
    );
    const ledger = await ledgerWith(...unwanted);
    const pruning = { ...DEPLOYED, prune: true };
    const { guard } = await ask(operatorDeps({ ledger, policy: pruning }), { command: 'plan' });
    await ask(operatorDeps({ ledger, policy: pruning }), { command: 'confirm', id: guard.id ?? '' });
    expect((await planOf({ ...OTHER, prune: true }, { ledger, policy: pruning })).guard).toMatchObject({
      state: 'waiting',
      revocations: 6,
      voided: expect.stringContaining('for another policy'),
    });
  });

  it("takes its own pace of admin calls, unless OpenAI's was learned", async () => {
    const permissions = Array.from({ length: 12 }, (_, index) => ({
      checkpoint: `ft:gpt:org::${index}`,
      to: ['proj_EU'],
    }));
    const paced = (adminRequestsPerMinute: number) =>
      aPolicy([], { permissions, openai: { ...DEPLOYED.openai, adminRequestsPerMinute } });
    const pacerStore = createInMemoryPacerStore();
    expect((await planOf(paced(12), { pacerStore })).calls).toMatchObject({ create: 12, seconds: 0 });
    const span = Math.ceil((DEFAULT_PACER_RULES.windowMs + DEFAULT_PACER_RULES.marginMs) / 1000);
    expect((await planOf(paced(6), { pacerStore })).calls.seconds).toBe(span);
    const learned = { starts: [], learnedLimit: 6, learnedAt: NOW, heldUntil: 0, holdReason: null };
    for (const endpoint of ['create', 'list']) {
      await pacerStore.save(`checkpoint-permissions.${endpoint}`, { version: 0, ...learned });
    }
    expect((await planOf(paced(12), { pacerStore })).calls.seconds).toBe(span);
  });

  it('names the first of very many jobs and rules, counts them all, and fits into an answer', async () => {
    const ledger = createInMemoryLedger();
    for (let job = 0; job < 300; job++) await ledger.saveJob(aJobRecord({ jobId: `ftjob-${job}`, checkpoints: [] }));
    const [rule] = (await planOf(aPolicy([aRule({ name: 'all' })]), { ledger })).rules ?? [];
    expect(rule).toMatchObject({ matches: 300, newlyCount: 300 });
    expect(rule?.newly).toHaveLength(100);

    const rules = Array.from({ length: 8_000 }, (_, index) => aRule({ name: `${'规'.repeat(196)}${index}` }));
    const permissions = Array.from({ length: 30_000 }, (_, index) => ({
      checkpoint: `ft:gpt:org::${index}`,
      to: ['proj_EU'],
    }));
    const found = await planOf(aPolicy(rules, { permissions }), { ledger: createInMemoryLedger() });
    expect(Buffer.byteLength(JSON.stringify(found))).toBeLessThan(6_000_000);
    expect((found.rules?.length ?? 0) + found.rulesLeftOut).toBe(8_001);
    expect(found.checkpoints.length + found.leftOut).toBe(30_000);
    expect(found.checkpoints.length).toBeGreaterThan(5_000);
  });
});

describe('what is sent as a policy and is none', () => {
  it.each([
    ['no base64', '§', /which is no base64/],
    ['no text', 5, /which is no text/],
    ['not packed', Buffer.from('{}').toString('base64'), /cannot be unpacked/],
    ['a bomb', gzipSync(Buffer.alloc(40_000_000)).toString('base64'), /too large/],
    ['no JSON', gzipSync('version: 1').toString('base64'), /it is no JSON/],
    ['of another version', packed({ ...OTHER, version: 2 }), /its version is not 1/],
    ['not whole', packed({ ...OTHER, permissions: undefined }), /permissions is missing/],
    [
      'of an unheard-of selection',
      packed(aPolicy([aRule({ checkpoints: { kind: 'odd' } as never })])),
      /rules is missing/,
    ],
    ['too large', 'A'.repeat(5_500_004), /5500004 bytes; 5500000 are taken/],
  ])('is refused: %s', async (_name, sent, message) => {
    expect((await refusal(sent)).message).toMatch(message);
  });

  it('a key in it is refused, and not repeated', async () => {
    const key = `sk-proj-${'CANARY'.repeat(5)}`;
    const error = await refusal(packed(aPolicy([aRule({ name: key })])));
    expect(error.message).toContain('An API key');
    expect(JSON.stringify(error)).not.toContain('CANARY');
  });
});
