import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JobFacts } from '../../../lambdas/core/model/job.ts';
import type { Want } from '../../../lambdas/core/model/permission.ts';
import { decidePinned, decideWants, mergeWants } from '../../../lambdas/core/policy/match.ts';
import type { Match, Rule } from '../../../lambdas/core/policy/policy.ts';
import { aCheckpoint, aJob, aPolicy, aRule, atStep, DAY_MS, FINAL } from './builders.ts';

const decide = (rule: Partial<Rule>, job: Partial<JobFacts> = {}) => decideWants(aPolicy([aRule(rule)]), aJob(job));

const matches = (match: Partial<Match>, job: Partial<JobFacts> = {}) =>
  decide({ match: { baseModel: null, suffix: null, metadata: {}, ...match } }, job).wants.length > 0;

describe('what a rule wants', () => {
  test('the final model for every target, under its name', () => {
    expect(decide({ name: 'support', to: ['proj_EU', 'proj_X'] })).toEqual({
      wants: [
        {
          checkpoint: FINAL,
          step: null,
          wants: [
            { projectId: 'proj_EU', origin: 'policy', rule: 'support', onDrift: 'repair', expiresAt: null },
            { projectId: 'proj_X', origin: 'policy', rule: 'support', onDrift: 'repair', expiresAt: null },
          ],
        },
      ],
      notes: [],
    });
  });

  test('the owning project is left out by itself', () => {
    const { wants } = decide({ to: ['proj_RESEARCH', 'proj_EU'] });
    expect(wants.flatMap((item) => item.wants.map((want) => want.projectId))).toEqual(['proj_EU']);
    expect(decide({ name: 'own', to: ['proj_RESEARCH'] })).toEqual({
      wants: [],
      notes: ['rule "own": its only target owns the job\'s checkpoints'],
    });
  });

  test('the steps come along', () => {
    const { wants } = decide({ checkpoints: { kind: 'last', count: 2 } });
    expect(wants.map(({ step }) => step)).toEqual([20, null]);
  });

  test('a shortfall is told with the name of the rule', () => {
    expect(decide({ name: 'best', checkpoints: { kind: 'best', metric: 'valid_loss' } })).toEqual({
      wants: [],
      notes: ['rule "best": no checkpoint of the job has valid_loss'],
    });
  });
});

describe('jobs that share nothing', () => {
  test.each([
    ['failed', ['the job failed: nothing is shared']],
    ['cancelled', ['the job was cancelled: nothing is shared']],
    ['running', []],
    ['paused', []],
    ['', []],
    ['SUCCEEDED', []],
  ])('status %j', (status, notes) => {
    expect(decide({}, { status })).toEqual({ wants: [], notes });
  });

  test.each(['elsewhere', 'prod-eu', 'constructor'])('a job of %s, which is no source', (source) => {
    const { wants, notes } = decide({ from: [source] }, { source });
    expect(wants).toEqual([]);
    expect(notes).toEqual([`the policy has no source ${source}: nothing is shared`]);
  });

  test('a job that no rule matches', () => {
    expect(decide({ from: ['lab'] })).toEqual({ wants: [], notes: ['no rule matches the job'] });
  });
});

describe('match', () => {
  test('without conditions every job matches', () => {
    expect(matches({})).toBe(true);
  });

  test('baseModel: the whole name', () => {
    expect(matches({ baseModel: 'gpt-4o-mini*' })).toBe(true);
    expect(matches({ baseModel: 'gpt-4o-mini' })).toBe(false);
    expect(matches({ baseModel: 'GPT-4o-mini*' })).toBe(false);
  });

  test('baseModel: the foundation of a job that went on from a fine-tuned model, and that model', () => {
    const job = { baseModel: 'ft:gpt-4o-mini-2024-07-18:org:first:Abc' };
    expect(matches({ baseModel: 'gpt-4o-mini*' }, job)).toBe(true);
    expect(matches({ baseModel: 'ft:*:first:*' }, job)).toBe(true);
    expect(matches({ baseModel: 'gpt-4.1*' }, job)).toBe(false);
  });

  test('baseModel: the model id has no say when the job names a foundation', () => {
    expect(matches({ baseModel: 'gpt-4o-mini*' }, { baseModel: 'gpt-4.1' })).toBe(false);
  });

  test('suffix: out of the model id, also of an intermediate one', () => {
    expect(matches({ suffix: 'support-*' })).toBe(true);
    expect(matches({ suffix: 'sales-*' })).toBe(false);
    const match = { baseModel: null, suffix: 'support-*', metadata: {} };
    const intermediateOnly = { finalModel: null, checkpoints: [atStep(10)] };
    expect(decide({ match, checkpoints: { kind: 'all' } }, intermediateOnly).wants).toHaveLength(1);
  });

  test('suffix: empty matches a model without one', () => {
    const model = 'ft:gpt-4o-mini-2024-07-18:org::Abc';
    const job = { finalModel: model, checkpoints: [aCheckpoint({ checkpoint: model })] };
    expect(matches({ suffix: '' }, job)).toBe(true);
    expect(matches({ suffix: '' })).toBe(false);
  });

  test('a suffix that cannot be read matches no condition, not even *', () => {
    const job = { finalModel: 'davinci:ft-old', checkpoints: [aCheckpoint({ checkpoint: 'davinci:ft-old' })] };
    expect(matches({ suffix: '*' }, job)).toBe(false);
    expect(matches({}, job)).toBe(true);
  });

  test('metadata: every given key', () => {
    const job = { metadata: { stage: 'release', team: 'a' } };
    expect(matches({ metadata: { stage: 'release' } }, job)).toBe(true);
    expect(matches({ metadata: { stage: 'rel*', team: '?' } }, job)).toBe(true);
    expect(matches({ metadata: { stage: 'release', team: 'b' } }, job)).toBe(false);
    expect(matches({ metadata: { owner: '*' } }, job)).toBe(false);
    expect(matches({ metadata: { constructor: '*' } }, job)).toBe(false);
  });

  test('all conditions together', () => {
    const match = { baseModel: 'gpt-4o*', suffix: 'support-*', metadata: { stage: 'release' } };
    expect(matches(match)).toBe(true);
    expect(matches(match, { metadata: {} })).toBe(false);
  });
});

describe('expiry', () => {
  const expiring = aPolicy([aRule({ name: 'short', expireAfterDays: 90 })]);
  const end = 1090 * DAY_MS;

  test('counts from the end of the job', () => {
    const [item] = decideWants(expiring, aJob()).wants;
    expect(item?.wants.map(({ expiresAt }) => expiresAt)).toEqual([end]);
  });

  test('counts from its beginning where OpenAI gives no end', () => {
    const [item] = decideWants(expiring, aJob({ finishedAt: null })).wants;
    expect(item?.wants.map(({ expiresAt }) => expiresAt)).toEqual([1089 * DAY_MS]);
  });

  test('what has expired is not wanted', () => {
    expect(decideWants(expiring, aJob(), end - 1).wants).toHaveLength(1);
    expect(decideWants(expiring, aJob(), end)).toEqual({
      wants: [],
      notes: ['rule "short": expired 90 days after the job ended'],
    });
  });

  test('a rule that has expired leaves the checkpoint to the next one', () => {
    const policy = aPolicy([
      aRule({ name: 'short', expireAfterDays: 1 }),
      aRule({ name: 'long', expireAfterDays: 9, onDrift: 'report' }),
    ]);
    const names = (now: number) => decideWants(policy, aJob(), now).wants[0]?.wants.map(({ rule }) => rule);
    expect(names(1000 * DAY_MS)).toEqual(['short']);
    expect(names(1005 * DAY_MS)).toEqual(['long']);
  });
});

describe('several rules for the same permission', () => {
  test('the first names it, repair and the latest end win', () => {
    const policy = aPolicy([
      aRule({ name: 'one', onDrift: 'report', expireAfterDays: 10 }),
      aRule({ name: 'two', onDrift: 'repair', expireAfterDays: 30 }),
      aRule({ name: 'three', onDrift: 'report', expireAfterDays: 20, to: ['proj_US', 'proj_EU'] }),
    ]);
    expect(decideWants(policy, aJob()).wants[0]?.wants).toEqual([
      { projectId: 'proj_EU', origin: 'policy', rule: 'one', onDrift: 'repair', expiresAt: 1030 * DAY_MS },
      { projectId: 'proj_US', origin: 'policy', rule: 'three', onDrift: 'report', expiresAt: 1020 * DAY_MS },
    ]);
  });

  test('one without an end makes it endless', () => {
    const policy = aPolicy([aRule({ name: 'one', expireAfterDays: 10 }), aRule({ name: 'two' })]);
    expect(decideWants(policy, aJob()).wants[0]?.wants[0]).toMatchObject({ rule: 'one', expiresAt: null });
  });

  const want: fc.Arbitrary<Want> = fc.record({
    projectId: fc.constantFrom('proj_A', 'proj_B'),
    origin: fc.constantFrom('policy', 'pinned'),
    rule: fc.constantFrom('one', 'two'),
    onDrift: fc.constantFrom('repair', 'report'),
    expiresAt: fc.option(fc.nat(5)),
  });

  test('merging in steps is merging at once, and every project has one want', () => {
    fc.assert(
      fc.property(fc.array(want), fc.array(want), (first, second) => {
        const merged = mergeWants([...first, ...second]);
        expect(mergeWants([...mergeWants(first), ...second])).toEqual(merged);
        expect(new Set(merged.map(({ projectId }) => projectId)).size).toBe(merged.length);
      }),
    );
  });
});

test('the same facts in another order are wanted for the same projects', () => {
  const policy = aPolicy([aRule({ checkpoints: { kind: 'last', count: 2 }, to: ['proj_EU', 'proj_US'] })]);
  const checkpoints = [atStep(5), atStep(6), aCheckpoint(), atStep(7)];
  const byName = (job: JobFacts) => new Map(decideWants(policy, job).wants.map((it) => [it.checkpoint, it.wants]));
  expect(byName(aJob({ checkpoints: checkpoints.toReversed() }))).toEqual(byName(aJob({ checkpoints })));
});

describe('decidePinned', () => {
  test('pins by checkpoint, each project once', () => {
    const policy = aPolicy([], {
      permissions: [
        { checkpoint: FINAL, to: ['proj_EU'] },
        { checkpoint: 'ft:gpt-4.1:org::Other', to: ['proj_US'] },
        { checkpoint: FINAL, to: ['proj_US', 'proj_EU'] },
      ],
    });
    const pinned = { origin: 'pinned', rule: null, onDrift: 'repair', expiresAt: null };
    expect(decidePinned(policy)).toEqual([
      {
        checkpoint: FINAL,
        wants: [
          { projectId: 'proj_EU', ...pinned },
          { projectId: 'proj_US', ...pinned },
        ],
      },
      { checkpoint: 'ft:gpt-4.1:org::Other', wants: [{ projectId: 'proj_US', ...pinned }] },
    ]);
  });

  test('none without pins', () => {
    expect(decidePinned(aPolicy())).toEqual([]);
  });
});
