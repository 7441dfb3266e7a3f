import { describe, expect, it } from 'vitest';
import { applyActions } from '../../../lambdas/core/checkpoint/apply.ts';
import { newCheckpoint } from '../../../lambdas/core/checkpoint/record.ts';
import { resolveByList } from '../../../lambdas/core/checkpoint/resolve.ts';
import type { CheckpointRecord, Hold, Want } from '../../../lambdas/core/model/permission.ts';
import { NOT_PAUSED, type Pause } from '../../../lambdas/core/pause/pause.ts';
import { confirmationOf } from '../../../lambdas/core/plan/confirmation.ts';
import { heardOf } from '../../../lambdas/core/plan/heard-of.ts';
import { planLedger } from '../../../lambdas/core/plan/ledger-plan.ts';
import { type Policy, policyDigest } from '../../../lambdas/core/policy/policy.ts';
import { aHold, aPermission, aCheckpoint as aRecord, aWant, DAY, T0 } from '../../builders/checkpoints.ts';
import { aJob, aPolicy, aRule, FINAL } from '../policy/builders.ts';

const EU = 'proj_EU';
const RULE = aRule({ name: 'support', to: [EU] });
const US_ONLY = aRule({ name: 'support', to: ['proj_US'] });
const WORD = { at: T0, by: null, why: null };

function recordOf(want: Partial<Want> = {}, parts: Partial<CheckpointRecord> = {}): CheckpointRecord {
  const permission = aPermission(EU, 'active', { want: aWant(EU, { rule: 'support', ...want }) });
  return { ...aRecord(permission), checkpoint: FINAL, ...parts };
}

function changesOf(
  record: CheckpointRecord | null,
  parts: { policy?: Policy; pause?: Pause; forgotten?: boolean; now?: number } = {},
) {
  const { policy = aPolicy([RULE]), pause = NOT_PAUSED, now = 1001 * DAY } = parts;
  const job = { ...aJob(), ...(parts.forgotten ? { forgotten: { at: T0, by: null } } : {}) };
  const records = record === null ? [] : [record];
  const { changes } = planLedger({ policy, jobs: [job], records, waiting: undefined, pause, now });
  return changes.flatMap(({ actions }) => actions.map(({ kind, projectId }) => `${kind} ${projectId}`));
}

const prune = (rule = US_ONLY) => aPolicy([rule], { prune: true });

describe('a plan over the whole ledger', () => {
  const planOf = (
    records: readonly CheckpointRecord[],
    policy: Policy,
    parts: Partial<Parameters<typeof planLedger>[0]> = {},
  ) =>
    planLedger({ policy, jobs: [aJob()], records, waiting: undefined, pause: NOT_PAUSED, now: 1001 * DAY, ...parts });

  it('has only checkpoints about which there is something to do', () => {
    const fits = recordOf({ rule: 'support' }, { jobId: aJob().jobId });
    expect(planOf([fits], aPolicy([RULE]))).toMatchObject({ changes: [], revocations: [], id: null, tracked: 1 });
  });

  it('makes a record of what is new: of the job that left it, or of none where it is pinned', () => {
    const pinned = aPolicy([RULE], { permissions: [{ checkpoint: 'ft:elsewhere', to: [EU] }] });
    const { source, jobId } = aJob();
    expect(planOf([], pinned).changes.map(({ record }) => record)).toEqual([
      newCheckpoint(FINAL, { source, jobId }),
      heardOf('ft:elsewhere', undefined, 1001 * DAY),
    ]);
  });

  it('lets as many revocations through as a person has confirmed, and says what their word is worth', () => {
    const records = Array.from({ length: 6 }, (_, index) => recordOf({}, { checkpoint: `ft:${index}`, jobId: null }));
    const policy = prune();
    const waiting = planOf(records, policy);
    expect(waiting).toMatchObject({ revoking: 'waiting', word: { kind: 'none' } });
    const confirmation = confirmationOf(waiting.revocations, policyDigest(policy), 1001 * DAY);
    const confirmed = { waiting: { confirmedId: waiting.id, confirmation } };
    expect(planOf(records, policy, confirmed)).toMatchObject({ revoking: 'confirmed', word: { kind: 'holds' } });
    expect(planOf(records, { ...policy, rules: [RULE] }, confirmed)).toMatchObject({ word: { why: 'policy-changed' } });
  });
});

describe('what a person has said of a permission', () => {
  const held = (kind: Hold['kind'], record = recordOf()) => ({ ...record, holds: { [EU]: aHold(kind) } });

  it.each(['ignored', 'forgotten'] as const)('keeps it from being pruned, orphaned and let expire (%s)', (kind) => {
    const expired = recordOf({ origin: 'operator', rule: null, expiresAt: T0 - 1 });
    expect(changesOf(recordOf(), { policy: prune() })).toContain(`revoke ${EU}`);
    expect(changesOf(expired, { policy: prune(), now: T0 })).toContain(`revoke ${EU}`);
    for (const policy of [prune(), aPolicy([US_ONLY])]) {
      expect(changesOf(held(kind), { policy })).toEqual(['create proj_US']);
      expect(changesOf(held(kind, expired), { policy, now: T0 })).toEqual(['create proj_US']);
    }
  });

  it.each(['ignored', 'forgotten', 'withheld'] as const)('keeps a rule from sharing it (%s)', (kind) => {
    const empty = { ...recordOf(), permissions: {} };
    expect(changesOf(empty)).toEqual([`create ${EU}`]);
    expect(changesOf(held(kind, empty))).toEqual([]);
  });

  it('keeps a pin from sharing it, too', () => {
    const policy = aPolicy([], { permissions: [{ checkpoint: FINAL, to: [EU] }] });
    const empty = { ...recordOf(), permissions: {} };
    expect(changesOf(empty, { policy })).toEqual([`create ${EU}`]);
    expect(changesOf(held('withheld', empty), { policy })).toEqual([]);
  });

  it('leaves other terms of its rule aside where it is ignored', () => {
    const policy = aPolicy([{ ...RULE, onDrift: 'report' }]);
    expect(changesOf(recordOf(), { policy })).toEqual([`rewant ${EU}`]);
    expect(changesOf(held('ignored'), { policy })).toEqual([]);
  });
});

describe('a job that is forgotten', () => {
  it('asks for nothing, and what is left of it is let go of by nobody', () => {
    expect(changesOf(null)).toEqual([`create ${EU}`]);
    expect(changesOf(null, { forgotten: true })).toEqual([]);
    const ofJob = recordOf({}, { jobId: aJob().jobId });
    expect(changesOf(ofJob, { policy: prune() })).toContain(`revoke ${EU}`);
    expect(changesOf(ofJob, { policy: prune(), forgotten: true })).toEqual([]);
  });

  it('leaves a pin of its checkpoint to itself', () => {
    const policy = aPolicy([RULE], { permissions: [{ checkpoint: FINAL, to: ['proj_US'] }] });
    expect(changesOf(null, { policy, forgotten: true })).toEqual(['create proj_US']);
  });
});

describe('what is paused', () => {
  const rules = { ...NOT_PAUSED, rules: { support: WORD } };
  const sources = { ...NOT_PAUSED, sources: { research: WORD } };

  it.each([
    ['its rule', rules],
    ['its source', sources],
  ])('is not revoked (%s)', (_, pause) => {
    expect(changesOf(recordOf(), { policy: prune() })).toContain(`revoke ${EU}`);
    expect(changesOf(recordOf(), { policy: prune(), pause })).not.toContain(`revoke ${EU}`);
  });

  it('becomes due even so, to wait there', () => {
    for (const pause of [rules, sources]) expect(changesOf(null, { pause })).toEqual([`create ${EU}`]);
  });

  it('is nothing of another rule or source', () => {
    const other = { ...NOT_PAUSED, rules: { another: WORD }, sources: { lab: WORD } };
    expect(changesOf(recordOf(), { policy: prune(), pause: other })).toContain(`revoke ${EU}`);
  });
});

describe('a permission that is in doubt when its time is up', () => {
  const over = 1001 * DAY;
  const inDoubt = aPermission(EU, 'unknown', {
    want: aWant(EU, { rule: 'support', expiresAt: over }),
    askedAt: over - 60_000,
    doubt: 'no-answer',
  });
  const policy = aPolicy([{ ...RULE, expireAfterDays: 1 }]);
  const planned = (record: CheckpointRecord, now: number) => {
    const { changes } = planLedger({
      policy,
      jobs: [aJob()],
      records: [record],
      waiting: undefined,
      pause: NOT_PAUSED,
      now,
    });
    return changes.reduce((current, { actions }) => applyActions(current, actions, now), record);
  };
  const shown = [{ permissionId: 'cp_1', projectId: EU, createdAt: over - 60_000 }];

  it('is revoked when it turns up, with pruning off', () => {
    const unwanted = planned({ ...aRecord(inDoubt), checkpoint: FINAL }, over);
    expect(unwanted.permissions[EU]).toMatchObject({ state: 'unknown', want: null });
    const found = resolveByList(unwanted, shown, over + DAY);
    expect(planned(found, over + DAY).permissions[EU]).toMatchObject({ state: 'revoking', permissionId: 'cp_1' });
  });

  it('is kept where its rule let go of it before that', () => {
    const early = planned(
      { ...aRecord({ ...inDoubt, want: aWant(EU, { rule: 'gone', expiresAt: over + DAY }) }), checkpoint: FINAL },
      over,
    );
    const found = resolveByList(early, shown, over + 2 * DAY);
    expect(planned(found, over + 2 * DAY).permissions[EU]?.state).toBe('orphaned');
  });
});
