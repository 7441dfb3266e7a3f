import { describe, expect, it } from 'vitest';
import type { CheckpointRecord, PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import { unmatchedRules } from '../../../lambdas/core/plan/ledger-plan.ts';
import { type KnownJob, readWanted } from '../../../lambdas/core/plan/wanted.ts';
import type { Rule } from '../../../lambdas/core/policy/policy.ts';
import { aCheckpoint, aPermission, aWant, T0 } from '../../builders/checkpoints.ts';
import { aJob, aPolicy, aRule } from '../policy/builders.ts';

const MISTYPED = { match: { baseModel: 'gpt-4o-mimi-*', suffix: null, metadata: {} } };
const FORGOTTEN = 'ft:gpt-4o-mini-2024-07-18:org:forgotten:Final';
const rule = (parts: Partial<Rule> = {}) => aRule({ name: 'support', ...parts });
const wantedBy = (name: string | null, state: PermissionRecord['state'] = 'active') =>
  aPermission('proj_EU', state, { want: aWant('proj_EU', { rule: name }) });
const record = (...permissions: readonly PermissionRecord[]) => aCheckpoint(...permissions);

function named(
  rules: readonly Rule[],
  records: readonly CheckpointRecord[],
  jobs: readonly KnownJob[] = [aJob({ jobId: 'ftjob-1' })],
) {
  const policy = aPolicy(rules, { prune: true });
  return Object.fromEntries(unmatchedRules(policy, jobs, records, readWanted(policy, jobs, T0)));
}

describe('a rule that has matched and matches nothing any more', () => {
  it('is named, with how much it stands to lose', () => {
    const two = record(wantedBy('support'), { ...wantedBy('support'), projectId: 'proj_US' });
    expect(named([rule(MISTYPED)], [two, record(wantedBy('support'))])).toEqual({ support: 3 });
  });

  it('is named also when that is left as an orphan already, or is being revoked', () => {
    for (const state of ['orphaned', 'revoking'] as const) {
      const left = record(aPermission('proj_EU', state, { lastRule: 'support' }));
      expect(named([rule(MISTYPED)], [left])).toEqual({ support: 1 });
    }
  });

  it.each<[string, Parameters<typeof named>]>([
    ['it matches', [[rule()], [record(wantedBy('support'))]]],
    ['it matches a job of which it shares nothing', [[rule({ to: ['proj_RESEARCH'] })], [record(wantedBy('support'))]]],
    ['it has never matched', [[rule(MISTYPED)], [record(wantedBy('another')), record(wantedBy(null))]]],
    ['it is not in the policy any more', [[rule({ name: 'another' })], [record(wantedBy('support'))]]],
    [
      'all that it gave is gone',
      [[rule(MISTYPED)], [record(aPermission('proj_EU', 'revoked', { lastRule: 'support' }))]],
    ],
    ['nothing was granted yet', [[rule(MISTYPED)], [record(wantedBy('support', 'pending'))]]],
    ['nobody knows which rule it was', [[rule(MISTYPED)], [record(aPermission('proj_EU', 'orphaned'))]]],
    ['the job was not read', [[rule(MISTYPED)], [record(wantedBy('support'))], []]],
    [
      'only a job matches that a person has forgotten',
      [
        [rule({ match: { baseModel: null, suffix: 'forgotten', metadata: {} } })],
        [record(wantedBy('support'))],
        [
          aJob({ jobId: 'ftjob-1' }),
          { ...aJob({ jobId: 'ftjob-2', checkpoints: [], finalModel: FORGOTTEN }), forgotten: { at: T0, by: null } },
        ],
      ],
    ],
  ])('is not named where %s', (_, parts) => {
    expect(named(...parts)).toEqual({});
  });

  it('is named beside one that matches', () => {
    const rules = [rule(MISTYPED), rule({ name: 'other' })];
    expect(named(rules, [record(wantedBy('support')), record(wantedBy('other'))])).toEqual({ support: 1 });
  });

  it('matched no more when its only job failed', () => {
    const jobs = [aJob({ jobId: 'ftjob-1', status: 'failed' })];
    expect(named([rule()], [record(wantedBy('support'))], jobs)).toEqual({ support: 1 });
  });
});
