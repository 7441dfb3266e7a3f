import { applyActions } from '../../core/checkpoint/apply.ts';
import type { CheckpointRecord, Priority, RefusedProject } from '../../core/model/permission.ts';
import { LANES, type Lane } from '../../core/model/permission.ts';
import { ENDPOINT_OF } from '../../core/pacing/endpoints.ts';
import { type Calls, forecast } from '../../core/pacing/forecast.ts';
import { EMPTY_WINDOW } from '../../core/pacing/window.ts';
import type { LedgerPlan } from '../../core/plan/ledger-plan.ts';
import { type CallsByLane, neededCalls } from '../../core/plan/needed-calls.ts';
import type { PlannedCalls } from '../../shared/contract/plan.ts';
import type { OperateDeps } from './deps.ts';

/** The admin calls that a plan, and what is due already, takes, and how long they take at the pacer's pace as of now. */
export async function forecastCalls(
  { pacerStore, pacerRules }: Pick<OperateDeps, 'pacerStore' | 'pacerRules'>,
  plan: LedgerPlan,
  records: readonly CheckpointRecord[],
  refused: ReadonlyMap<string, RefusedProject>,
  now: number,
): Promise<PlannedCalls> {
  const planned = new Map(plan.changes.map(({ record, actions }) => [record.checkpoint, { record, actions }]));
  const unplanned = records.filter(({ checkpoint }) => !planned.has(checkpoint));
  const after = [...planned.values()].map(({ record, actions }) => applyActions(record, actions, now));
  const needed = [...after, ...unplanned].map((record) => neededCalls(record, refused, now));
  const lanes = await Promise.all(
    LANES.map(async (lane) => {
      const calls = sum(needed, lane);
      const window = (await pacerStore.read(ENDPOINT_OF[lane])) ?? EMPTY_WINDOW;
      const count = Object.values(calls).reduce((total, each) => total + each, 0);
      return { lane, count, ms: count === 0 ? 0 : forecast(window, pacerRules, calls, now) };
    }),
  );
  const counts = Object.fromEntries(lanes.map(({ lane, count }) => [lane, count])) as Record<Lane, number>;
  return { ...counts, seconds: Math.ceil(Math.max(...lanes.map(({ ms }) => ms)) / 1000) };
}

function sum(needed: readonly CallsByLane[], lane: Lane): Calls {
  const total: Partial<Record<Priority, number>> = {};
  for (const { [lane]: calls } of needed) {
    for (const [priority, count] of Object.entries(calls) as [Priority, number][]) {
      total[priority] = (total[priority] ?? 0) + count;
    }
  }
  return total;
}
