import { type Command, Option } from 'commander';
import type { OperatorRequest, ResultOf } from '../../lambdas/shared/contract/operator.ts';
import { CliError } from './errors.ts';
import { oneLine } from './one-line.ts';
import { readDuration } from './options.ts';
import type { Session } from './session.ts';
import { showDuration } from './times.ts';

/** What `timeoutOption` puts among a command's options. */
export interface Patience {
  /** Milliseconds. */
  readonly timeout: number;
}

const DEFAULT_TIMEOUT_MS = 5 * 60_000;

/** Adds `--timeout`, for a command that asks patiently. */
export function timeoutOption(command: Command): Command {
  return command.addOption(
    new Option('--timeout <time>', 'how long to wait for free slots of the admin API, such as 90s, 10m or 1h')
      .argParser(readDuration)
      .default(DEFAULT_TIMEOUT_MS, '5m'),
  );
}

/**
 * Asks the operator function, and again whenever it says after how many seconds it may be done: the admin API has few
 * slots a minute. Throws the `CliError` of the last refusal when the next try would come after the time-out.
 */
export async function askPatiently<Request extends OperatorRequest>(
  session: Session,
  request: Request,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<ResultOf<Request['command']>> {
  const endsAt = session.now() + timeoutMs;
  for (;;) {
    try {
      return await session.operator.ask(request);
    } catch (error) {
      if (!(error instanceof CliError) || error.retryAfterSeconds === null) throw error;
      const waitMs = Math.max(1, error.retryAfterSeconds) * 1_000;
      if (session.now() + waitMs > endsAt) throw error;
      await waitFor(session, waitMs, error.message);
    }
  }
}

/** Sleeps, and tells whoever watches why. */
export async function waitFor({ terminal, sleep }: Session, ms: number, why: string): Promise<void> {
  if (terminal.watched) terminal.err(`${oneLine(why)} Asking again in ${showDuration(ms / 1_000)} …\n`);
  await sleep(ms);
}
