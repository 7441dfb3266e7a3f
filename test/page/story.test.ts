import { describe, expect, it } from 'vitest';
import { KNOWN_DATES } from '../../lambdas/core/shutdown/known-dates.ts';
import type { Explained, ExplainedRule, JobCheckpoint } from '../../lambdas/shared/contract/operator.ts';
import { chartsOf, pathOf, scaleOf } from '../../page/model/curves.ts';
import { nameCheckpoint, showAgo, showDay, stepOf } from '../../page/model/names.ts';
import { shutdownTold } from '../../page/model/shutdown.ts';
import { whyOf } from '../../page/model/why.ts';
import { formatRoute, parseRoute, type Route } from '../../page/route.ts';
import { FINAL, STEP } from './rows.ts';

const NOW = Date.parse('2026-11-20T12:00:00.000Z');

describe('the training curves', () => {
  const at = (step: number | null, metrics: JobCheckpoint['metrics'], final = false): JobCheckpoint => {
    return { checkpoint: `ft:m:o:s:${step}`, step, final, metrics, sharedWith: [], pending: [] };
  };

  it('are those metrics that OpenAI told, by step', () => {
    const charts = chartsOf([
      at(40, { train_loss: 0.5 }, true),
      at(20, { train_loss: 0.9, valid_loss: 1 }),
      at(null, { train_loss: 3 }),
    ]);
    expect(charts).toEqual([
      {
        title: 'Loss',
        series: [
          {
            name: 'training',
            points: [
              { step: 20, value: 0.9, checkpoint: 'ft:m:o:s:20', final: false },
              { step: 40, value: 0.5, checkpoint: 'ft:m:o:s:40', final: true },
            ],
          },
          { name: 'validation', points: [{ step: 20, value: 1, checkpoint: 'ft:m:o:s:20', final: false }] },
        ],
      },
    ]);
    expect(chartsOf([at(1, {})])).toEqual([]);
  });

  it('fill their box from left to right, the larger values above', () => {
    const [loss] = chartsOf([at(20, { train_loss: 0.9 }), at(40, { train_loss: 0.5 })]);
    const scale = scaleOf(loss?.series ?? [], 100, 60);
    expect([scale.x(20), scale.x(40)]).toEqual([0, 100]);
    expect(scale.y(0.9)).toBeLessThan(scale.y(0.5));
    expect(pathOf(loss?.series[0]?.points ?? [], scale)).toBe('M0 5L100 55');
  });

  it('are in the middle where there is one point only', () => {
    const [loss] = chartsOf([at(20, { train_loss: 0.9 })]);
    const scale = scaleOf(loss?.series ?? [], 100, 60);
    expect([scale.x(20), scale.y(0.9)]).toEqual([50, 30]);
  });
});

describe('why', () => {
  const aRule = (rule: string, parts: Partial<ExplainedRule> = {}): ExplainedRule => ({
    rule,
    matches: true,
    conditions: [],
    selection: 'final',
    shortfall: null,
    expiresAt: null,
    expired: false,
    checkpoints: [
      { checkpoint: FINAL, step: null, final: true, value: null, taken: true, why: 'it is the final model' },
      { checkpoint: STEP, step: 40, final: false, value: null, taken: false, why: 'it is not the final model' },
    ],
    targets: [
      { projectId: 'proj_EU', project: 'prod-eu', owns: false },
      { projectId: 'proj_R', project: 'research', owns: true },
    ],
    ...parts,
  });
  const explained = (...rules: ExplainedRule[]): Explained => ({
    what: FINAL,
    policy: { deployed: true, digest: '' },
    job: null,
    notes: [],
    rules,
    rulesLeftOut: 0,
    permissions: [],
    permissionsLeftOut: 0,
  });
  const read = (told: Explained, checkpoint: string, projectId: string | null) => {
    const { wanting, passing, others } = whyOf(told, checkpoint, projectId);
    return [wanting.map(({ rule }) => rule), passing.map(({ because }) => because), others.map(({ rule }) => rule)];
  };

  it('is the rules that match, take the checkpoint and name the project; of the others why not', () => {
    const told = explained(aRule('a'), aRule('b', { matches: false }), aRule('c', { expired: true }));
    expect(read(told, FINAL, 'proj_EU')).toEqual([['a'], ['its time is up'], ['b']]);
    expect(read(told, FINAL, null)).toEqual([['a'], ['its time is up'], ['b']]);
    expect(read(explained(aRule('a')), STEP, 'proj_EU')).toEqual([[], ['it is not the final model'], []]);
    expect(read(explained(aRule('a')), FINAL, 'proj_US')).toEqual([[], ['it names other projects'], []]);
    expect(read(explained(aRule('a')), FINAL, 'proj_R')).toEqual([[], ['the project owns the checkpoint'], []]);
  });
});

describe('when a base model shuts down', () => {
  it('is what the system says, else what is known', () => {
    const told = {
      baseModel: 'm',
      date: '2026-12-01',
      source: 'openai',
      daysLeft: 11,
      checkpoints: 1,
      permissions: 1,
      projects: 1,
    } as const;
    expect(shutdownTold('m', [told], NOW)).toEqual({ date: '2026-12-01', daysLeft: 11, says: 'OpenAI' });
    const [known] = KNOWN_DATES;
    expect(shutdownTold(known?.baseModels[0] ?? '', [], NOW)).toMatchObject({ date: known?.date });
    expect(shutdownTold('m', [], NOW)).toBeUndefined();
  });
});

describe('names and times', () => {
  it('are short', () => {
    expect(nameCheckpoint(FINAL)).toEqual({
      title: 'support',
      base: 'gpt-4o-mini-2024-07-18',
      family: 'gpt-4o-mini',
      which: 'final',
    });
    expect(nameCheckpoint(STEP)).toMatchObject({ title: 'support', which: 'step 40' });
    expect(nameCheckpoint('ft:gpt-4o:acme::AbC')).toMatchObject({ title: 'AbC' });
    expect(nameCheckpoint('odd')).toMatchObject({ title: 'odd', base: '' });
    expect([stepOf(STEP), stepOf(FINAL)]).toEqual([40, Number.POSITIVE_INFINITY]);
    expect(showAgo('2026-11-20T11:57:30.000Z', NOW)).toBe('2 minutes ago');
    expect(showAgo('2026-11-22T12:00:00.000Z', NOW)).toBe('in 2 days');
    expect(showDay('2026-11-03T12:00:00.000Z', NOW)).toBe('3 Nov');
    expect(showDay('2025-11-03T12:00:00.000Z', NOW)).toBe('3 Nov 2025');
  });
});

describe('an address of the page', () => {
  const MATRIX = parseRoute('#/matrix');

  it.each<Partial<Route>>([
    {},
    { query: 'state:drifted rule:"a b" &=#?', checkpoint: STEP, project: 'proj_EU', allProjects: true },
    { view: 'health', query: 'x' },
    { view: 'plan', asList: true, change: 'look-up' },
  ])('leads back to %j', (parts) => {
    const route = { ...MATRIX, ...parts };
    expect(parseRoute(formatRoute(route))).toEqual(route);
  });

  it('has what is of the plan on the plan alone, and only changes that there are', () => {
    expect(formatRoute({ ...MATRIX, view: 'queue', asList: true, change: 'share' })).toBe('#/queue');
    expect(parseRoute('#/plan?change=everything').change).toBeNull();
  });

  it('that is none leads to the matrix', () => {
    for (const hash of ['', '#', '#/nowhere', '#/?', '#garbage?%%%']) expect(parseRoute(hash).view).toBe('matrix');
  });
});
