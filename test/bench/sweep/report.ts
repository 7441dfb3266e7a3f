import type { Section } from '../section.ts';
import { type Column, renderTable } from '../table.ts';
import { costOf, DAYS_A_MONTH, monthlyCostOf, PRICES, SWEEPS_A_DAY } from './cost.ts';
import { limitsOf } from './limits.ts';
import { type Measured, type Row, WHATS } from './measure.ts';
import { TARGETS } from './workload.ts';

const count = (value: number) => value.toLocaleString('en');

const COLUMNS: readonly Column<Row>[] = [
  { head: 'checkpoints', cell: ({ checkpoints }) => count(checkpoints) },
  {
    head: 'what',
    cell: ({ what }) => what,
    meaning:
      'list = every checkpoint; plan = what `ckpt plan` decides on; status = what it counts; full pass = the sweep of a day, or by another policy, that looks at ' +
      'everything; sweep = those between; nothing to do = but the verification that is due; one more project = a policy that wants it ' +
      'for every checkpoint',
  },
  { head: 'admin', cell: ({ adminCalls }) => adminCalls, meaning: 'calls at OpenAI with the admin key' },
  {
    head: 'project',
    cell: ({ projectCalls }) => projectCalls,
    meaning: 'calls with a project key: pages of 100 jobs since a day before the newest, and models whose turn it is',
  },
  { head: 'requests', cell: ({ requests }) => count(requests), meaning: 'to DynamoDB' },
  {
    head: 'writes each',
    cell: ({ writes, checkpoints }) => (writes / checkpoints).toFixed(2),
    meaning: 'requests that write, for each checkpoint; a record and its event are written by one',
  },
  {
    head: 'read units',
    cell: ({ readUnits }) => count(Math.round(readUnits)),
    meaning: 'by the size of the items read: 4 KB each, half of it where the read need not be consistent',
  },
  {
    head: 'write units',
    cell: ({ writeUnits }) => count(writeUnits),
    meaning: '1 KB each, twice in a transaction, the event and the index included',
  },
  { head: 'calls', cell: ({ invocations }) => invocations, meaning: 'of the function, each of at most five minutes' },
  {
    head: 's',
    cell: ({ seconds }) => seconds.toFixed(2),
    meaning:
      'all of them here, with a table on loopback that takes 4 ms to read a row, 10 a page, and 6 to 12 to write',
  },
  { head: 'CPU s', cell: ({ cpuSeconds }) => cpuSeconds.toFixed(2), meaning: "the function's own part of that" },
  {
    head: 'Lambda s',
    cell: ({ longestSeconds }) => longestSeconds.toFixed(1),
    meaning: 'of the longest one, the longer of the two: s as it is, and CPU s at the 0.29 vCPU of 512 MB',
  },
  {
    head: 'MB',
    cell: ({ rssMb }) => rssMb,
    meaning: 'the most memory of the process, with the heap of a 512 MB function',
  },
  { head: 'heap MB', cell: ({ heapMb }) => heapMb, meaning: 'the most that its heap held, of at most 256' },
  {
    head: '$ once',
    cell: (row) => costOf(row).toFixed(5),
    meaning: `DynamoDB at $${PRICES.read} and $${PRICES.write} per million units read and written, on demand`,
  },
  {
    head: '$ a month',
    cell: (row) => monthlyCostOf(row)?.toFixed(2) ?? '-',
    meaning: `the same at ${SWEEPS_A_DAY} sweeps and one full pass a day, ${DAYS_A_MONTH} days`,
  },
];

/** What was measured at each size, and what each size must keep to. */
export function sweepSection(measured: readonly Measured[]): Section {
  const rows = measured.flatMap((each) => each.rows);
  const { CHECKPOINT = 0, JOB = 0, MODEL = 0 } = measured.at(-1)?.itemBytes ?? {};
  const title =
    `One sweep over so many checkpoints × ${TARGETS} targets; ` +
    `an item is ${count(CHECKPOINT)} bytes (checkpoint), ${count(JOB)} (job), ${count(MODEL)} (model)`;
  const all = rows.map((row) => ({ ...row, dollars: costOf(row) }));
  return { name: 'sweep', rows: all, text: renderTable(title, COLUMNS, rows), limits: rows.flatMap(limitsOf) };
}

/** What is watched growing, and its head in the table. */
const GROWING = {
  adminCalls: 'admin',
  projectCalls: 'project',
  requests: 'requests',
  readUnits: 'read units',
  writeUnits: 'write units',
  seconds: 's',
  cpuSeconds: 'CPU s',
  rssMb: 'MB',
} as const;

type Growing = keyof typeof GROWING;
const GROWING_NAMES = Object.keys(GROWING) as readonly Growing[];

export type Growth = { readonly what: Row['what']; readonly from: number; readonly to: number } & Readonly<
  Record<Growing, number | null>
>;

/** By how much each figure grows from one size to the next; null where there was nothing before. */
export function growthSection(measured: readonly Measured[]): Section {
  const rows = WHATS.flatMap((what) => {
    const sizes = measured.flatMap((each) => each.rows.filter((row) => row.what === what));
    return sizes.slice(1).map((after, index) => growthOf(sizes[index] ?? after, after));
  });
  const columns: readonly Column<Growth>[] = [
    { head: 'what', cell: ({ what }) => what },
    { head: 'from', cell: ({ from }) => count(from) },
    { head: 'to', cell: ({ to }) => count(to) },
    ...GROWING_NAMES.map((name) => ({ head: GROWING[name], cell: (row: Growth) => row[name]?.toFixed(1) ?? '-' })),
  ];
  const title = 'How many times more of each, as the ledger grows tenfold (- where it was none)';
  return { name: 'growth', rows, text: renderTable(title, columns, rows), limits: [] };
}

export function growthOf(before: Row, after: Row): Growth {
  const times = GROWING_NAMES.map((name) => [name, before[name] === 0 ? null : after[name] / before[name]] as const);
  const factors = Object.fromEntries(times) as Record<Growing, number | null>;
  return { what: after.what, from: before.checkpoints, to: after.checkpoints, ...factors };
}
