import { setTimeout as sleep } from 'node:timers/promises';
import type { ReconcileStarted } from '../../lambdas/shared/contract/operator.ts';
import { readDuration } from './options.ts';
import type { CliCommand, Session } from './session.ts';
import { type Settled, type WaitOptions, waitForReconcile } from './wait.ts';
import { showSettled } from './wait-text.ts';

/** What `ckpt reconcile --json` prints: that it was started, or with `--wait` how all of it came to its end. */
export type ReconcileDocument = StartedDocument | SettledDocument;

export interface StartedDocument extends ReconcileStarted {
  readonly stack: string;
  readonly region: string;
  readonly verifyAll: boolean;
}

export interface SettledDocument extends Settled {
  readonly stack: string;
  readonly region: string;
}

interface ReconcileOptions {
  readonly wait?: true;
  readonly verify?: true;
  readonly timeout?: number;
}

const DEFAULT_TIMEOUT_MS = 15 * 60_000;

export const reconcile: CliCommand<ReconcileOptions> = {
  define: (program) =>
    program
      .command('reconcile')
      .description('find what was missed, repair it, and verify what was not looked at for long')
      .option('--wait', 'come back when nothing is due any more')
      .option('--verify', 'list every tracked checkpoint at OpenAI, not only the stalest within the budget')
      .option('--timeout <time>', 'how long to wait, such as 90s, 10m or 1h (default: 15m)', readDuration)
      .addHelpText(
        'after',
        '\nDrifted or rejected permissions, or a plan that waits for confirmation, are told and not waited for.',
      ),

  async run(session, { wait, verify, timeout = DEFAULT_TIMEOUT_MS }) {
    const { operator, stack } = session;
    const verifyAll = verify === true;
    if (wait === true) return waitUntilSettled(session, { verifyAll, timeoutMs: timeout });
    const started = await operator.ask({ command: 'reconcile', verifyAll });
    const document: StartedDocument = { stack, region: await operator.region(), verifyAll, ...started };
    return {
      document,
      text: () => 'Started: "ckpt reconcile --wait" waits for the end, "ckpt status" shows how it stands.\n',
    };
  },
};

async function waitUntilSettled({ operator, stack, terminal, paint }: Session, options: WaitOptions) {
  const settled = await waitForReconcile(operator, options, {
    now: Date.now,
    sleep: (ms) => sleep(ms),
    say: (line) => terminal.err(`${line}\n`),
    watched: terminal.watched,
  });
  const document: SettledDocument = { stack, region: await operator.region(), ...settled };
  return { document, text: () => showSettled(settled, paint) };
}
