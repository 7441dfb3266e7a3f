import { fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { installMiniStack } from '../test/local-cloud/install.ts';
import { type Counts, closingLine, NO_COUNTS, sum } from '../test/support/counts.ts';
import { packCkpt } from '../test/support/packed-ckpt.ts';

const VITEST = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));

interface Part {
  readonly args: readonly string[];
  /** Whether it needs the local cloud. */
  readonly cloud: boolean;
  /** Whether it computes all the time. The others, which mostly wait for a deployed stack, go before it. */
  readonly computes: boolean;
}

/** One after the other they would take more than twice as long. */
const SIDE_BY_SIDE: readonly Part[] = [
  // A worker a processor: vitest would leave one of two free, and the last minutes are this part's alone.
  { args: ['--project=unit', '--maxWorkers=100%'], cloud: false, computes: true },
  { args: ['--project=browser', '--project=ledger'], cloud: true, computes: true },
  { args: ['--project=e2e', '--shard=1/2'], cloud: true, computes: false },
  { args: ['--project=e2e', '--shard=2/2'], cloud: true, computes: false },
];

interface Ended {
  readonly code: number;
  readonly counts: Counts;
  readonly output: string;
}

/** One run of vitest. `shown`: its output is shown as it comes, else kept for the end, so that they do not mix. */
function run({ args, computes }: Omit<Part, 'cloud'>, shown: boolean): Promise<Ended> {
  return new Promise((resolve) => {
    const child = fork(VITEST, ['run', ...args], { stdio: ['ignore', shown ? 'inherit' : 'pipe', 'inherit', 'ipc'] });
    if (computes && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
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

/** All parts at once. Those that need the local cloud wait until it is installed, or each would install it for itself. */
function runAll(): Promise<Ended[]> {
  // Where it cannot be, each says why.
  const installed = installMiniStack().catch(() => undefined);
  return Promise.all(
    SIDE_BY_SIDE.map(async ({ cloud, ...part }, index) => {
      if (cloud) await installed;
      return run(part, index === 0);
    }),
  );
}

await using packed = await packCkpt();
process.env.CKPT_LAUNCHER = packed.launcher;
const asked = process.argv.slice(2);
const ended = await (asked.length > 0 ? Promise.all([run({ args: asked, computes: false }, true)]) : runAll());
for (const { output } of ended) process.stdout.write(output);
process.stdout.write(closingLine(sum(ended.map(({ counts }) => counts))));
process.exitCode = Math.max(...ended.map(({ code }) => code));
