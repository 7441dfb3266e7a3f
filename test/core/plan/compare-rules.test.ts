import { expect, it } from 'vitest';
import { compareRules } from '../../../lambdas/core/plan/compare-rules.ts';
import { aJob, aPolicy, aRule } from '../policy/builders.ts';

const matching = (suffix: string | null) => ({ baseModel: null, suffix, metadata: {} });
const job = (jobId: string, suffix: string) =>
  aJob({ jobId, finalModel: `ft:gpt:org:${suffix}:${jobId}`, checkpoints: [] });
const JOBS = [job('ftjob-1', 'support'), job('ftjob-2', 'sales'), job('ftjob-3', 'legal')];

const SUPPORT = aRule({ name: 'support', match: matching('s*') });

it('tells of each rule what becomes of it, and for which jobs', () => {
  const deployed = aPolicy([SUPPORT, aRule({ name: 'old', match: matching('legal') }), aRule({ name: 'kept' })]);
  const other = aPolicy([
    aRule({ name: 'new', match: matching('legal') }),
    aRule({ name: 'kept' }),
    { ...SUPPORT, match: matching('*al*') },
  ]);
  expect(compareRules(deployed, other, JOBS)).toEqual([
    { rule: 'new', change: 'new', matches: 1, newly: ['ftjob-3'], noLonger: [] },
    { rule: 'kept', change: 'same', matches: 3, newly: [], noLonger: [] },
    { rule: 'support', change: 'changed', matches: 2, newly: ['ftjob-3'], noLonger: ['ftjob-1'] },
    { rule: 'old', change: 'removed', matches: 0, newly: [], noLonger: ['ftjob-3'] },
  ]);
});

it('a rule that only shares otherwise is changed, though it matches the same', () => {
  const [found] = compareRules(aPolicy([SUPPORT]), aPolicy([{ ...SUPPORT, to: ['proj_US'] }]), JOBS);
  expect(found).toEqual({ rule: 'support', change: 'changed', matches: 2, newly: [], noLonger: [] });
});

it('a rule whose source has another project is not the same', () => {
  const moved = aPolicy([SUPPORT]);
  const projects = moved.projects.map((each) => (each.alias === 'research' ? { ...each, id: 'proj_MOVED' } : each));
  expect(compareRules(moved, { ...moved, projects }, [])[0]?.change).toBe('changed');
});

it('forgotten jobs, and those that did not succeed, count for no rule', () => {
  const jobs = [{ ...aJob(), forgotten: { at: 0, by: null } }, aJob({ jobId: 'ftjob-2', status: 'failed' })];
  expect(compareRules(aPolicy([]), aPolicy([aRule()]), jobs)).toMatchObject([{ change: 'new', matches: 0, newly: [] }]);
});
