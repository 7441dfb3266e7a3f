import { CliError } from '../errors.ts';
import type { Session } from '../session.ts';
import { oneLine } from '../text/paint.ts';

export interface Agreement {
  /** What is the case, and what would be done; whole sentences. */
  readonly what: string;
  readonly question: string;
  /** What to do where that is not wanted. */
  readonly next: string;
}

/** Comes back where somebody has agreed, in words or with `--yes`; throws `CliError` where nobody has. */
export async function agree(
  { terminal }: Pick<Session, 'terminal'>,
  yes: boolean,
  { what, question, next }: Agreement,
): Promise<void> {
  if (yes) return;
  if (terminal.ask === null) {
    throw new CliError({
      name: 'NoTerminalError',
      message: `${what} Nobody is there to be asked; that was not done.`,
      next: `Say so with --yes. ${next}`,
    });
  }
  terminal.err(`${oneLine(what)}\n`);
  if ((await terminal.ask(`${question} Only "yes" will do: `)).trim() === 'yes') return;
  throw new CliError({ name: 'NotAgreedError', message: 'That was not done.', next });
}
