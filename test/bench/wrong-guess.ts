import { NO_GROWTH } from '../../lambdas/core/pacing/forecast.ts';
import { PER_WINDOW, PERMISSIONS, type Run, runOnce, type Scenario } from './admin-run.ts';
import { round } from './median.ts';
import type { Limit, Section } from './section.ts';
import { ours } from './sharers.ts';
import { renderTable } from './table.ts';

const THROTTLES = [
  { throttle: 'sliding-window', refusedCount: false },
  { throttle: 'sliding-window', refusedCount: true },
  { throttle: 'fixed-window', refusedCount: false },
  { throttle: 'token-bucket', refusedCount: false },
  { throttle: 'token-bucket', refusedCount: true },
] as const;

/**
 * What each guess may cost. Whoever is told too little pays one 429 to learn how much is borne. A bucket from which refused
 * calls take is empty for a window more.
 */
const GUESSES = [
  { told: 6, refused: 1, windows: 5.1, inDebt: { refused: 2, windows: 5.13 } },
  { told: 20, refused: 2, windows: 4.1, inDebt: { refused: 2, windows: 5.13 } },
] as const;

interface Row extends Run {
  readonly told: number;
  readonly throttle: Scenario['throttle'];
  readonly refusedCount: boolean;
  /** The same under a limit that does not grow. */
  readonly steady: Pick<Run, 'refused' | 'windows'>;
}

/** What a pacer that was told too little or far too much costs until it has learned. */
export async function benchWrongGuess(): Promise<Section> {
  const rows: Row[] = [];
  for (const { told } of GUESSES) {
    for (const throttle of THROTTLES) {
      const scenario = { ...throttle, name: throttle.throttle, copies: 1, again: false };
      const run = (rules = {}) => runOnce(scenario, { by: 'ours', rules: { limit: told, ...rules }, start: ours });
      const { refused, windows } = await run(NO_GROWTH);
      const learning = await run();
      const steady = { refused, windows: round(windows, 3) };
      rows.push({ told, ...throttle, ...learning, windows: round(learning.windows, 3), steady });
    }
  }
  const text = renderTable(
    `A pacer that is told too little or too much, against an API that bears ${PER_WINDOW}`,
    [
      { head: 'told', cell: ({ told }) => told, meaning: 'adminRequestsPerMinute' },
      { head: 'throttle', cell: ({ throttle }) => throttle },
      {
        head: '429s count',
        cell: ({ refusedCount }) => (refusedCount ? 'yes' : 'no'),
        meaning: 'against the rate as well',
      },
      { head: 'calls', cell: ({ calls }) => calls },
      { head: '429', cell: ({ refused }) => refused, meaning: 'calls wasted until it has learned' },
      { head: 'without growth', cell: ({ steady }) => steady.refused, meaning: 'the same where only 429s teach' },
      {
        head: 'windows',
        cell: ({ windows }) => windows.toFixed(3),
        meaning: 'virtual time to the end; the floor is 4',
      },
      { head: 'without growth', cell: ({ steady }) => steady.windows.toFixed(3) },
      { head: 'shared', cell: ({ shared }) => shared, meaning: `permissions at OpenAI in the end, of ${PERMISSIONS}` },
    ],
    rows,
  );
  return { name: 'wrongGuess', rows, text, limits: rows.flatMap(limitsOf) };
}

function limitsOf({ told, throttle, refusedCount, refused, windows, shared }: Row): readonly Limit[] {
  const who = `told ${told}/min, ${throttle}${refusedCount ? ' that counts 429s' : ''}`;
  const isInDebt = throttle === 'token-bucket' && refusedCount;
  return [
    ...GUESSES.filter((guess) => guess.told === told).flatMap((guess) => {
      const most = isInDebt ? guess.inDebt : guess;
      return [
        { what: `${who}: 429s`, is: refused, atMost: most.refused },
        { what: `${who}: windows`, is: windows, atMost: most.windows },
      ];
    }),
    { what: `${who}: permissions missing or doubled`, is: Math.abs(PERMISSIONS - shared), atMost: 0 },
  ];
}
