import { z } from 'zod';
import { count, isoTime, permissionCounts, where } from '../../../lambdas/shared/contract/parts.ts';
import { pauseStatus } from '../../../lambdas/shared/contract/pause.ts';
import { waitingPlan } from '../../../lambdas/shared/contract/plan.ts';
import { ask } from '../ask.ts';
import { readDuration } from '../options.ts';
import { type CliCommand, type Session, whereIs } from '../session.ts';
import { type WaitOptions, waitForReconcile } from './wait-for-reconcile.ts';
import { showSettled } from './wait-text.ts';

const askedAt = isoTime.describe("When it was asked for, by the operator function's clock.");

const started = z
  .strictObject({
    ...where,
    verifyAll: z.boolean().describe('Whether every tracked checkpoint is listed at OpenAI.'),
    askedAt,
  })
  .describe('A reconcile was started.');

const settled = z
  .strictObject({
    ...where,
    askedAt,
    seconds: count.describe('How long it took.'),
    at: isoTime.describe('As of when the rest is told.'),
    permissions: permissionCounts,
    flapping: count.describe('Permissions that were repaired so often that they are left alone; drifted, too.'),
    waitingPlan: waitingPlan.nullable().describe('Null when no plan waits for a person.'),
    paused: pauseStatus,
  })
  .describe('With --wait: nothing is due any more.');

const document = z
  .union([started, settled])
  .describe('That a reconcile was started; with --wait, how all of it came to its end.');

interface ReconcileOptions {
  readonly wait?: true;
  readonly verify?: true;
  readonly timeout?: number;
}

const DEFAULT_TIMEOUT_MS = 15 * 60_000;

export const reconcile: CliCommand<ReconcileOptions> = {
  document,
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
    const verifyAll = verify === true;
    if (wait === true) return waitUntilSettled(session, { verifyAll, timeoutMs: timeout });
    const begun = await ask(session, { command: 'reconcile', verifyAll });
    return {
      document: { ...(await whereIs(session)), verifyAll, ...begun },
      text: () => 'Started: "ckpt reconcile --wait" waits for the end, "ckpt status" shows how it stands.\n',
    };
  },
};

async function waitUntilSettled(session: Session, options: WaitOptions) {
  const done = await waitForReconcile(session, options);
  return { document: { ...(await whereIs(session)), ...done }, text: () => showSettled(done, session.paint) };
}
