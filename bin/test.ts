import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Counts, closingLine, NO_COUNTS, sum } from '../test/support/counts.ts';
import { packCkpt } from '../test/support/packed-ckpt.ts';

const VITEST = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));

/** What waits for a deployed stack, two of them, runs beside what computes: one after the other would take nearly twice as long. */
const SIDE_BY_SIDE: readonly (readonly string[])[] = [
  ['--project=unit', '--project=browser', '--project=ledger'],
  ['--project=e2e', '--shard=1/2'],
  ['--project=e2e', '--shard=2/2'],
];

interface Ended {
  readonly code: number;
  readonly counts: Counts;
  readonly output: string;
}

/** One run of vitest. `shown`: its output is shown as it comes, else kept for the end, so that the two do not mix. */
function run(args: readonly string[], shown: boolean): Promise<Ended> {
  return new Promise((resolve) => {
    const child = fork(VITEST, ['run', ...args], { stdio: ['ignore', shown ? 'inherit' : 'pipe', 'inherit', 'ipc'] });
    let counts: Counts | undefined;
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('message', (message: Counts) => {
      counts = message;
    });
    // One that ends before it has counted has failed as a whole.
    child.on('close', (code) => resolve({ code: code ?? 1, counts: counts ?? { ...NO_COUNTS, failed: 1 }, output }));
  });
}

await using packed = await packCkpt();
process.env.CKPT_LAUNCHER = packed.launcher;
const asked = process.argv.slice(2);
const runs = asked.length > 0 ? [asked] : SIDE_BY_SIDE;
const ended = await Promise.all(runs.map((args, index) => run(args, index === 0)));
for (const { output } of ended) process.stdout.write(output);
process.stdout.write(closingLine(sum(ended.map(({ counts }) => counts))));
process.exitCode = Math.max(...ended.map(({ code }) => code));
