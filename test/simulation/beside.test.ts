import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { CHECKOUT, NODE } from '../local-cloud/environment.ts';
import { earlierCommit } from './beside.ts';

const run = promisify(execFile);
const commit = earlierCommit();
const SEEDS = 60;

// A copy without a history has no earlier commit to live with.
it.skipIf(commit === null)(
  `functions of ${commit ?? 'an earlier commit'} and of this one share a ledger in ${SEEDS} worlds, and every invariant holds`,
  async () => {
    const args = [join(CHECKOUT, 'bin', 'simulate.ts'), '--beside', commit ?? '', '--seeds', String(SEEDS)];
    const { stdout } = await run(NODE, args).catch((failed: { readonly stdout: string }) => failed);
    const [, started] = /beside (\d+) functions of \w.*: every invariant holds\n$/.exec(stdout) ?? [];
    expect(Number(started), stdout).toBeGreaterThan(10 * SEEDS);
  },
  120_000,
);
