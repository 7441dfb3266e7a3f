import { parseArgs } from 'node:util';
import { functionsOf } from '../test/simulation/beside.ts';
import { describeRun } from '../test/simulation/report.ts';
import { SABOTAGES } from '../test/simulation/sabotage/sabotages.ts';
import { simulate } from '../test/simulation/simulate.ts';
import { simulateMany } from '../test/simulation/simulate-many.ts';

const HELP = `Plays the system in worlds that are drawn from seeds, and checks that what it promises holds in each.

  npm run simulate                           the seeds 1 to 1000
  npm run simulate -- --seeds N [--seed S]   N seeds, from S on
  npm run simulate -- --seed S [--trace]     one seed again, with everything that happens in it
  npm run simulate -- --beside COMMIT        with every second function of that commit, on the same ledger
  npm run simulate -- --without RULE         with a rule of the design taken away: shows that it is needed

RULE is one of:
${Object.entries(SABOTAGES)
  .map(([name, { without }]) => `  ${name.padEnd(22)} ${without}`)
  .join('\n')}`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    without: { type: 'string' },
    beside: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else process.exitCode = (await run()) ? 0 : 1;

async function run(): Promise<boolean> {
  const without = values.without ?? null;
  if (without !== null && !(without in SABOTAGES)) throw new Error(`There is no rule ${without}.\n\n${HELP}`);
  const first = numberOf('seed', values.seed, 1);
  const isOne = values.seed !== undefined && values.seeds === undefined;
  const count = numberOf('seeds', values.seeds, 1_000);
  if (values.beside !== undefined) return playBeside(values.beside, first, isOne ? 1 : count);
  if (isOne) return replay(first, without);

  const startedAt = performance.now();
  const total = { seeds: 0, events: 0 };
  const failing = await simulateMany({ first, count, without }, ({ events }) => {
    total.seeds++;
    total.events += events;
    if (process.stderr.isTTY && total.seeds % 100 === 0) process.stderr.write(`\r${total.seeds} of ${count} seeds`);
  });
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  if (process.stderr.isTTY) process.stderr.write('\r');
  if (failing !== null) return replay(failing, without);
  console.log(`${total.seeds} seeds from ${first} on, ${total.events} events, ${seconds} s: every invariant holds`);
  return true;
}

/** On one core, since the functions of another commit are loaded here. */
async function playBeside(commit: string, first: number, count: number): Promise<boolean> {
  const others = await functionsOf(commit);
  let started = 0;
  const counted = Object.entries(others).map(([name, start]) => [
    name,
    (...args: readonly unknown[]) => {
      started++;
      return start(...args);
    },
  ]);
  for (let seed = first; seed < first + count; seed++) {
    const played = await simulate(seed, undefined, Object.fromEntries(counted));
    if (played.violation === null) continue;
    console.log(describeRun(played, values.trace, null));
    return false;
  }
  console.log(`${count} seeds from ${first} on, beside ${started} functions of ${commit}: every invariant holds`);
  return true;
}

async function replay(seed: number, without: string | null): Promise<boolean> {
  const played = await simulate(seed, without === null ? undefined : SABOTAGES[without]);
  console.log(describeRun(played, values.trace, without));
  return played.violation === null;
}

function numberOf(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} takes a number from 1 on, not ${text}`);
  return Number(text);
}
