import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissionsOf } from '../../../lambdas/core/checkpoint/record.ts';
import { NOT_PAUSED } from '../../../lambdas/core/pause/pause.ts';
import { planLedger } from '../../../lambdas/core/plan/ledger-plan.ts';
import { type FakeOpenAI, startFakeOpenAI } from '../../fake-openai/fake-openai.ts';
import { isBroken } from '../section.ts';
import { monthlyCostOf } from './cost.ts';
import { lambdaSeconds, limitsOf } from './limits.ts';
import type { Row } from './measure.ts';
import { growthSection, sweepSection } from './report.ts';
import { makeWorkload, policyFor, SOURCE_ID, TARGETS } from './workload.ts';

describe('the ledger that is swept', () => {
  const now = Date.UTC(2026, 10, 20);
  let fake: FakeOpenAI;
  beforeAll(async () => {
    fake = await startFakeOpenAI();
    fake.addProject({ id: SOURCE_ID });
  });
  afterAll(() => fake.close());

  it('has every target of every checkpoint, and nothing to do', () => {
    const policy = policyFor(TARGETS, fake.url);
    const { jobs, checkpoints } = makeWorkload(fake, policy, 20, now);
    expect(checkpoints).toHaveLength(20);
    for (const record of checkpoints) {
      const states = permissionsOf(record).map(({ state, permissionId }) => [state, permissionId?.slice(0, 3)]);
      expect(states).toEqual(Array(TARGETS).fill(['active', 'cp_']));
    }
    const plan = (by: typeof policy) =>
      planLedger({ policy: by, jobs, records: checkpoints, waiting: undefined, pause: NOT_PAUSED, now }).changes.map(
        ({ actions }) => actions.map(({ kind }) => kind),
      );
    expect(plan(policy)).toEqual([]);
    expect(plan(policyFor(TARGETS + 1, fake.url))).toEqual(Array(20).fill(['create']));
  });
});

const ROW: Row = {
  checkpoints: 1_000,
  what: 'sweep, nothing to do',
  adminCalls: 0,
  projectCalls: 1,
  requests: 130,
  writes: 15,
  operations: { Query: 8, GetItem: 107, PutItem: 15 },
  readUnits: 150,
  writeUnits: 80,
  invocations: 1,
  longestSeconds: 4,
  seconds: 4,
  cpuSeconds: 1,
  rssMb: 110,
  heapMb: 25,
  leftUndone: 0,
  handedOn: 0,
  itemBytes: 5_000,
};

describe('the limits', () => {
  const broken = (parts: Partial<Row>) =>
    limitsOf({ ...ROW, ...parts })
      .filter(isBroken)
      .map(({ what }) => what);

  it.each<[string, Partial<Row>]>([
    ['seconds of an invocation', { longestSeconds: 301 }],
    ['MB of memory', { rssMb: 201 }],
    ['read units', { readUnits: 201 }],
    ['bytes of an item', { itemBytes: 400 * 1024 + 1 }],
    ['scans', { operations: { Scan: 1 } }],
    ['admin calls', { adminCalls: 1 }],
    ['checkpoints left undone', { leftUndone: 1 }],
    ['jobs handed to observe again', { handedOn: 1 }],
  ])('are broken by too many %s (%o), and by nothing else', (what, parts) => {
    expect(broken(parts)).toEqual([`1,000 checkpoints, sweep, nothing to do: ${what}`]);
    expect(broken({})).toEqual([]);
  });

  it('give a full pass what its function has, and 1.2 writes for each checkpoint that it changes', () => {
    const what = 'full pass, one more project';
    expect(broken({ what, rssMb: 512, readUnits: 9_000, writes: 1_200, invocations: 40 })).toEqual([]);
    expect(broken({ what, rssMb: 513, writes: 1_201 })).toEqual([
      `1,000 checkpoints, ${what}: MB of memory`,
      `1,000 checkpoints, ${what}: writes a checkpoint`,
    ]);
  });

  it('give what a person waits for three minutes', () => {
    expect(broken({ what: 'plan', longestSeconds: 181 })).toEqual([
      '1,000 checkpoints, plan: seconds of an invocation',
    ]);
  });

  it('count the share of a processor that 512 MB have', () => {
    expect(lambdaSeconds({ seconds: 4, cpuSeconds: 1 })).toBe(4);
    expect(lambdaSeconds({ seconds: 4, cpuSeconds: 2 })).toBeCloseTo(6.91, 2);
  });
});

describe('the report', () => {
  const ten = { ...ROW, checkpoints: 10_000, projectCalls: 2, readUnits: 1_350, cpuSeconds: 6 };
  const measured = [ROW, ten].map((row) => ({ rows: [row], itemBytes: { CHECKPOINT: 5_168 } }));

  it('tells by how much each figure grows, and nothing of what was none', () => {
    expect(growthSection(measured).rows).toEqual([
      expect.objectContaining({
        from: 1_000,
        to: 10_000,
        adminCalls: null,
        projectCalls: 2,
        readUnits: 9,
        cpuSeconds: 6,
      }),
    ]);
  });

  it('tells what a month of sweeps costs', () => {
    const units = { readUnits: 8_000, writeUnits: 1_600 };
    expect(monthlyCostOf({ what: 'sweep, nothing to do', ...units })).toBeCloseTo(2880 * 0.002, 6);
    expect(monthlyCostOf({ what: 'full pass, nothing to do', ...units })).toBeCloseTo(30 * 0.002, 6);
    expect(monthlyCostOf({ what: 'plan', ...units })).toBeNull();
    expect(sweepSection(measured).text).toMatch(/ 10,000 {2}sweep, nothing to do .* 0\.63$/m);
  });
});
