import { PER_WINDOW, PERMISSIONS, type Run, runOnce, type Scenario } from './admin-run.ts';
import { round } from './median.ts';
import type { Limit, Section } from './section.ts';
import { ours } from './sharers.ts';
import { renderTable } from './table.ts';

const BELIEVED = 20;
/** What each of these throttles takes today; learning must not get dearer. */
const FEW = 2;

const THROTTLES = [
  { throttle: 'sliding-window', refusedCount: false },
  { throttle: 'sliding-window', refusedCount: true },
  { throttle: 'token-bucket', refusedCount: true },
  { throttle: 'fixed-window', refusedCount: false },
] as const;

interface Row extends Run {
  readonly throttle: Scenario['throttle'];
  readonly refusedCount: boolean;
}

/** What a pacer that was told far too much costs until it has learned. */
export async function benchWrongGuess(): Promise<Section> {
  const rows: Row[] = [];
  for (const throttle of THROTTLES) {
    const scenario = { ...throttle, name: throttle.throttle, copies: 1, again: false };
    const run = await runOnce(scenario, { by: 'ours', limit: BELIEVED, start: ours });
    rows.push({ ...throttle, ...run, windows: round(run.windows, 3) });
  }
  const text = renderTable(
    `A pacer that believes ${BELIEVED}/min, against an API that bears ${PER_WINDOW}`,
    [
      { head: 'throttle', cell: ({ throttle }) => throttle },
      {
        head: '429s count',
        cell: ({ refusedCount }) => (refusedCount ? 'yes' : 'no'),
        meaning: 'against the rate as well',
      },
      { head: 'calls', cell: ({ calls }) => calls },
      { head: '429', cell: ({ refused }) => refused, meaning: `calls wasted until it has learned; at most ${FEW}` },
      {
        head: 'windows',
        cell: ({ windows }) => windows.toFixed(2),
        meaning: 'virtual time to the end; the floor is 4',
      },
      { head: 'shared', cell: ({ shared }) => shared, meaning: `permissions at OpenAI in the end, of ${PERMISSIONS}` },
    ],
    rows,
  );
  return { name: 'wrongGuess', rows, text, limits: rows.flatMap(limitsOf) };
}

function limitsOf({ throttle, refusedCount, refused, shared }: Row): readonly Limit[] {
  const who = `believes ${BELIEVED}/min, ${throttle}${refusedCount ? ' that counts 429s' : ''}`;
  return [
    { what: `${who}: 429s`, is: refused, atMost: FEW },
    { what: `${who}: permissions missing or doubled`, is: Math.abs(PERMISSIONS - shared), atMost: 0 },
  ];
}
