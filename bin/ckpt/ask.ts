import { type Command, Option } from 'commander';
import type { OperatorRequest, ResultOf } from '../../lambdas/shared/contract/operator.ts';
import { CliError } from './errors.ts';
import { readDuration } from './options.ts';
import type { Session } from './session.ts';
import type { Terminal } from './terminal.ts';
import { oneLine } from './text/paint.ts';
import { showDuration } from './text/times.ts';

/** What of a session it takes to ask, to wait and to say so. */
export type Asking = Pick<Session, 'operator' | 'terminal' | 'now' | 'sleep'>;

/** What `timeoutOption` puts among a command's options. */
export interface Patience {
  /** Milliseconds. */
  readonly timeout: number;
}

export const DEFAULT_TIMEOUT_MS = 5 * 60_000;

/** Adds `--timeout`, for a command that waits for slots of the admin API. */
export function timeoutOption(command: Command): Command {
  return command.addOption(
    new Option('--timeout <time>', 'how long to wait for free slots of the admin API, such as 90s, 10m or 1h')
      .argParser(readDuration)
      .default(DEFAULT_TIMEOUT_MS, '5m'),
  );
}

export interface AskOptions {
  /** How long to ask again, ms; left out, it is asked once. */
  readonly timeoutMs?: number;
  /** What is told every two seconds to whoever watches. */
  readonly saying?: string;
}

/**
 * Asks the operator function, and again whenever it says after how many seconds it may be done: the admin API has few
 * slots a minute. Throws the `CliError` of the last refusal when the next try would come after the time-out.
 */
export function ask<Request extends OperatorRequest>(
  session: Asking,
  request: Request,
  { timeoutMs = 0, saying }: AskOptions = {},
): Promise<ResultOf<Request['command']>> {
  const asked = () =>
    waitUntil(session, session.now() + timeoutMs, async () => {
      try {
        return { result: await session.operator.ask(request) };
      } catch (error) {
        if (!(error instanceof CliError) || error.retryAfterSeconds === null) throw error;
        const inMs = Math.max(1, error.retryAfterSeconds) * 1_000;
        const line = `${oneLine(error.message)} Asking again in ${showDuration(inMs / 1_000)} …`;
        const tooLate = () => {
          throw error;
        };
        return { inMs, line, tooLate };
      }
    });
  return saying === undefined ? asked() : withProgress(session.terminal, () => saying, asked);
}

/** Not done yet: it is to be tried again after so many milliseconds, none = there is no time left for that. */
export interface Again<Result> {
  readonly inMs: number;
  /** What is told meanwhile. */
  readonly line: string;
  /** Where there is no time for another try: what comes of it after all, or an error that it throws. */
  readonly tooLate: () => Result;
}

/** Tries, and again when it is told to, as long as the next try comes before the end (ms since the epoch). */
export async function waitUntil<Result>(
  { now, sleep, terminal }: Pick<Session, 'now' | 'sleep' | 'terminal'>,
  endsAt: number,
  attempt: () => Promise<{ readonly result: Result } | Again<Result>>,
  tell: (line: string) => void = tellOnChange(terminal),
): Promise<Result> {
  for (;;) {
    const step = await attempt();
    if ('result' in step) return step.result;
    if (step.inMs <= 0 || now() + step.inMs > endsAt) return step.tooLate();
    tell(step.line);
    await sleep(step.inMs);
  }
}

/** Tells whoever watches a line when it is another one. */
function tellOnChange({ watched, err }: Terminal): (line: string) => void {
  let told = '';
  return (line) => {
    if (watched && line !== told) err(`${line}\n`);
    told = line;
  };
}

const EVERY_MS = 2_000;

/** Runs some work, and tells whoever watches every two seconds what it is at. */
export async function withProgress<Result>(
  terminal: Terminal,
  say: () => string,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!terminal.watched) return work();
  const timer = setInterval(() => terminal.err(`${say()}\n`), EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

interface Page<Item> {
  readonly items: readonly Item[];
  /** Null = the last page. */
  readonly cursor: string | null;
}

/** The items of all pages, until there are `most`; on long work whoever watches is told how many `things` there are so far. */
export async function gatherPages<Item>(
  terminal: Terminal,
  things: string,
  read: (cursor: string | null, soFar: number) => Promise<Page<Item>>,
  most = Number.POSITIVE_INFINITY,
): Promise<Item[]> {
  const found: Item[] = [];
  return withProgress(
    terminal,
    () => `${found.length} ${things} so far …`,
    async () => {
      let cursor: string | null = null;
      do {
        const page: Page<Item> = await read(cursor, found.length);
        found.push(...page.items);
        cursor = page.cursor;
      } while (cursor !== null && found.length < most);
      return found;
    },
  );
}
