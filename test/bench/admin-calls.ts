import { TARGETS } from '../use-cases/scene.ts';
import { CHECKPOINTS, PER_WINDOW, PERMISSIONS, type Run, runOnce, type Scenario, type Sharer } from './admin-run.ts';
import { median, round } from './median.ts';
import type { Limit, Section } from './section.ts';
import { ours, script } from './sharers.ts';
import { type Column, renderTable } from './table.ts';

/** The SDK's back-off is random: its script runs so many times. */
const RUNS = 3;

const THROTTLED = { throttle: 'token-bucket', copies: 1, again: false } as const;
const SCENARIOS: readonly Scenario[] = [
  { ...THROTTLED, name: 'first run, no throttle', throttle: 'off' },
  { ...THROTTLED, name: 'first run, 8/min bucket' },
  { ...THROTTLED, name: 'first run, 8/min window', throttle: 'sliding-window' },
  { ...THROTTLED, name: 'nothing to do, 8/min bucket', again: true },
  { ...THROTTLED, name: 'two copies, 8/min bucket', copies: 2 },
];

const OURS: readonly Sharer[] = [
  { by: 'ours, told 8/min', rules: { limit: PER_WINDOW }, start: ours },
  { by: 'ours, default 6/min', rules: { limit: 6 }, start: ours },
];
const SCRIPTS: readonly Sharer[] = [
  { by: 'script, 2 retries (default)', start: (scene) => script(scene) },
  { by: 'script, 5 retries', start: (scene) => script(scene, { maxRetries: 5 }) },
];

interface Row extends Omit<Run, 'ended'> {
  readonly scenario: string;
  readonly by: string;
  /** Of so many runs. */
  readonly runs: number;
  readonly ended: number;
  /** Over the checkpoints that this run shared; null where none was to share. */
  readonly callsPerShared: number | null;
}

/** What sharing costs in admin calls, the scarce thing, beside a script that lists and then creates. */
export async function benchAdminCalls(): Promise<Section> {
  const rows: Row[] = [];
  const limits: Limit[] = [];
  for (const scenario of SCENARIOS) {
    const floor = floorOf(scenario);
    rows.push(rowOf(scenario, 'floor', [floor]));
    for (const sharer of OURS) {
      const run = await runOnce(scenario, sharer);
      rows.push(rowOf(scenario, sharer.by, [run]));
      limits.push(...limitsOf(`${scenario.name}, ${sharer.by}`, run, floor, looksOf(scenario)));
    }
    for (const sharer of SCRIPTS) {
      const runs: Run[] = [];
      while (runs.length < RUNS) runs.push(await runOnce(scenario, sharer));
      rows.push(rowOf(scenario, sharer.by, runs));
    }
  }
  const title = `Admin calls to share ${CHECKPOINTS} checkpoints with ${TARGETS.length} projects, beside list-then-create on the openai SDK`;
  return { name: 'adminCalls', rows, text: renderTable(title, COLUMNS, rows), limits };
}

const COLUMNS: readonly Column<Row>[] = [
  {
    head: 'scenario',
    cell: ({ scenario }) => scenario,
    meaning: 'bucket = 8 at once, then one each 7.5 s (kinder to retries); window = 8 in any 60 s; no Retry-After',
  },
  {
    head: 'by',
    cell: ({ by }) => by,
    meaning: 'the script sleeps as the SDK decides, on the same virtual clock as ours',
  },
  { head: 'calls', cell: ({ calls }) => calls, meaning: 'requests with the admin key, 429s included' },
  {
    head: 'a checkpoint',
    cell: ({ callsPerShared }) => callsPerShared?.toFixed(2) ?? '-',
    meaning: 'those calls over the checkpoints that the run shared; the floor is 1',
  },
  { head: '429', cell: ({ refused }) => refused, meaning: 'of them refused by the throttle' },
  {
    head: 'windows',
    cell: ({ windows }) => windows.toFixed(2),
    meaning: 'virtual time to the end, in windows of 60 s',
  },
  { head: 'shared', cell: ({ shared }) => shared, meaning: `permissions at OpenAI in the end, of ${PERMISSIONS}` },
  {
    head: 'ended',
    cell: ({ ended, runs }) => `${ended} of ${runs}`,
    meaning: 'runs that did not give up; the other columns are medians of the runs',
  },
];

/** One POST a checkpoint, as many in each window as pass; nothing for what is shared already. */
function floorOf({ throttle, again }: Scenario): Run {
  const calls = again ? 0 : CHECKPOINTS;
  const windows = throttle === 'off' || again ? 0 : Math.ceil(CHECKPOINTS / PER_WINDOW) - 1;
  return { calls, refused: 0, windows, shared: PERMISSIONS, ended: true };
}

/** One call more than is borne shows that no more is. */
function looksOf({ throttle, again }: Scenario): number {
  return throttle === 'off' || again ? 0 : 1;
}

function rowOf({ name, again }: Scenario, by: string, runs: readonly Run[]): Row {
  const calls = median(runs.map((run) => run.calls));
  const shared = median(runs.map((run) => run.shared));
  return {
    scenario: name,
    by,
    runs: runs.length,
    ended: runs.filter(({ ended }) => ended).length,
    calls,
    callsPerShared: again || shared === 0 ? null : round((calls * TARGETS.length) / shared, 2),
    refused: median(runs.map(({ refused }) => refused)),
    windows: round(median(runs.map(({ windows }) => windows)), 3),
    shared,
  };
}

function limitsOf(who: string, { calls, refused, shared }: Run, floor: Run, looks: number): readonly Limit[] {
  return [
    { what: `${who}: admin calls`, is: calls, atMost: floor.calls + looks },
    { what: `${who}: 429s`, is: refused, atMost: looks },
    { what: `${who}: permissions missing or doubled`, is: Math.abs(PERMISSIONS - shared), atMost: 0 },
  ];
}
