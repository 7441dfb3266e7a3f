import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobFacts } from '../../../lambdas/core/model/job.ts';
import type { Want } from '../../../lambdas/core/model/permission.ts';
import { explainRules, type RuleExplanation } from '../../../lambdas/core/policy/explain-rules.ts';
import { decideWants, mergeWants } from '../../../lambdas/core/policy/match.ts';
import type { Rule } from '../../../lambdas/core/policy/policy.ts';
import { T0 } from '../../builders/checkpoints.ts';
import { aCheckpoint, aJob, aPolicy, aRule, atStep, DAY_MS } from './builders.ts';
import { jobLists, policies } from './worlds.ts';

function explain(rule: Partial<Rule>, job: Partial<JobFacts> = {}, now = 0): RuleExplanation {
  const [found] = explainRules(aPolicy([aRule(rule)]), aJob(job), now);
  if (found === undefined) throw new Error('The policy has one rule.');
  return found;
}

const unmet = (rule: Partial<Rule>, job: Partial<JobFacts> = {}) =>
  explain(rule, job)
    .conditions.filter(({ holds }) => !holds)
    .map(({ condition, key, wanted, found }) => ({ condition, key, wanted, found }));

const match = (parts: Partial<Rule['match']>) => ({ match: { baseModel: null, suffix: null, metadata: {}, ...parts } });

const whys = (checkpoints: Rule['checkpoints'], job: Partial<JobFacts> = {}) =>
  explain({ checkpoints }, job).outcome?.judged.map(({ taken, value, why }) => [taken, value, why]);

describe('why a rule does not match', () => {
  it.each([
    ['status', {}, { status: 'failed' }, null, ['succeeded'], ['failed']],
    ['source', { from: ['lab', 'attic'] }, {}, null, ['lab', 'attic'], ['research']],
    ['baseModel', match({ baseModel: 'gpt-4.1*' }), {}, null, ['gpt-4.1*'], ['gpt-4o-mini-2024-07-18']],
    ['suffix', match({ suffix: 'legal-*' }), {}, null, ['legal-*'], ['support-v2']],
    ['suffix', match({ suffix: '*' }), { finalModel: null, checkpoints: [] }, null, ['*'], []],
    ['metadata', match({ metadata: { stage: 'draft' } }), {}, 'stage', ['draft'], ['release']],
    ['metadata', match({ metadata: { team: '*' } }), {}, 'team', ['*'], []],
  ] as const)('%s, with what is asked for and what there is', (condition, rule, job, key, wanted, found) => {
    expect(unmet(rule, job)).toEqual([{ condition, key, wanted, found }]);
  });

  it('the base model of a job that went on from another: that one and its foundation', () => {
    const baseModel = 'ft:gpt-4o-mini-2024-07-18:org:first:Abc';
    expect(unmet(match({ baseModel: 'gpt-4.1*' }), { baseModel })[0]?.found).toEqual([
      baseModel,
      'gpt-4o-mini-2024-07-18',
    ]);
  });

  it('all of what does not hold, not only the first', () => {
    const all = match({ baseModel: 'x', suffix: 'y', metadata: { stage: 'z' } });
    expect(unmet({ from: ['lab'], ...all }, { status: 'running' }).map(({ condition }) => condition)).toEqual([
      'status',
      'source',
      'baseModel',
      'suffix',
      'metadata',
    ]);
  });
});

describe('why a rule takes a checkpoint, or does not', () => {
  it('final and all', () => {
    expect(whys({ kind: 'final' })).toEqual([
      [false, null, 'it is not the final model'],
      [false, null, 'it is not the final model'],
      [true, null, 'it is the final model'],
    ]);
    expect(whys({ kind: 'all' })?.map(([taken]) => taken)).toEqual([true, true, true]);
  });

  it('last: which one from the end', () => {
    expect(whys({ kind: 'last', count: 2 })).toEqual([
      [false, null, 'it is number 3 from the end'],
      [true, null, 'it is number 2 from the end'],
      [true, null, 'it is the last one'],
    ]);
  });

  it('best: the value of each, and which is better', () => {
    const checkpoints = [atStep(1, { valid_loss: 0.5 }), atStep(2, { valid_loss: 0.25 }), aCheckpoint()];
    expect(whys({ kind: 'best', metric: 'valid_loss' }, { checkpoints })).toEqual([
      [false, 0.5, 'its valid_loss of 0.5 is higher'],
      [true, 0.25, 'its valid_loss of 0.25 is the lowest'],
      [false, null, 'it has no valid_loss'],
    ]);
    const accurate = [atStep(1, { train_mean_token_accuracy: 0.5 }), atStep(2, { train_mean_token_accuracy: 0.75 })];
    expect(whys({ kind: 'best', metric: 'train_mean_token_accuracy' }, { checkpoints: accurate })).toEqual([
      [false, 0.5, 'its train_mean_token_accuracy of 0.5 is lower'],
      [true, 0.75, 'its train_mean_token_accuracy of 0.75 is the highest'],
    ]);
  });

  it('best, where several are: the last of them', () => {
    const checkpoints = [2, 1].map((step) => atStep(step, { train_loss: 0.5 }));
    expect(whys({ kind: 'best', metric: 'train_loss' }, { checkpoints })).toEqual([
      [true, 0.5, 'its train_loss of 0.5 is the lowest, and of those that have it, it is the last'],
      [false, 0.5, 'its train_loss of 0.5 is as good, and a later one has it, too'],
    ]);
  });

  it('best, where the value is no number: as if there were none', () => {
    const checkpoints = [atStep(1, { train_loss: Number.NaN })];
    const { outcome } = explain({ checkpoints: { kind: 'best', metric: 'train_loss' } }, { checkpoints });
    expect(outcome).toMatchObject({
      judged: [{ taken: false, value: null, why: 'it has no train_loss' }],
      selected: { shortfall: 'no checkpoint of the job has train_loss' },
    });
  });
});

describe('what comes of a rule that matches', () => {
  it('whom it is for, without the owning project, and until when', () => {
    const { outcome } = explain({ to: ['proj_RESEARCH', 'proj_EU'], expireAfterDays: 2 }, {}, 1001 * DAY_MS);
    expect(outcome).toMatchObject({ targets: ['proj_EU'], expiresAt: 1002 * DAY_MS, isExpired: false });
    expect(explain({ expireAfterDays: 1 }, {}, 1001 * DAY_MS).outcome?.isExpired).toBe(true);
  });

  it('nothing, where the policy has no such source', () => {
    expect(explain({ from: ['attic'] }, { source: 'attic' })).toMatchObject({ matches: true, outcome: null });
  });
});

it('comes to exactly what is decided, for any job and policy', () => {
  fc.assert(
    fc.property(policies, jobLists, (policy, jobs) => {
      for (const job of jobs) {
        const asked = new Map(job.checkpoints.map(({ checkpoint }) => [checkpoint, [] as Want[]]));
        for (const { rule, outcome } of explainRules(policy, job, T0)) {
          if (outcome === null || outcome.isExpired) continue;
          const { expiresAt, targets, judged } = outcome;
          for (const { facts, taken } of judged) {
            if (!taken) continue;
            const wants = targets.map((projectId) => {
              return { projectId, origin: 'policy' as const, rule: rule.name, onDrift: rule.onDrift, expiresAt };
            });
            asked.get(facts.checkpoint)?.push(...wants);
          }
        }
        const explained = [...asked].flatMap(([checkpoint, wants]) =>
          wants.length === 0 ? [] : [[checkpoint, mergeWants(wants)]],
        );
        const decided = decideWants(policy, job, T0).wants.map(({ checkpoint, wants }) => [checkpoint, wants]);
        expect(explained).toEqual(decided);
      }
    }),
    { numRuns: 500 },
  );
});
