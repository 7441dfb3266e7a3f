import type { Run } from './simulate.ts';

const LAST_LINES = 40;

/** What a person needs to see of a run: the invariant that failed, how it came to it, and how to see it again. */
export function describeRun(run: Run, wholeTrace: boolean, without: string | null): string {
  const { seed, violation, trace } = run;
  const lines = wholeTrace ? trace('all') : violation === null ? [] : trace(LAST_LINES);
  if (violation === null) return [...lines, `seed ${seed}: every invariant holds (${run.events} events)`].join('\n');
  const replay = `npm run simulate -- --seed ${seed}${without === null ? '' : ` --without ${without}`}`;
  return [
    `seed ${seed} FAILS: ${violation.invariant}`,
    `  ${violation.detail}`,
    '',
    wholeTrace ? 'The whole trace:' : `The last ${LAST_LINES} things that changed anything:`,
    ...lines,
    '',
    `Replay it:       ${replay}`,
    `The whole trace: ${replay} --trace`,
  ].join('\n');
}
