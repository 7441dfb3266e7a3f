import { z } from 'zod';
import { withoutStop } from '../../lambdas/core/text/sentence.ts';
import type { Problem } from '../../lambdas/shared/contract/operator.ts';
import type { Told } from '../../lambdas/shared/contract/parts.ts';

/** What any command prints with `--json` instead of its own document when it fails. */
export const errorDocument = z
  .strictObject({
    error: z
      .strictObject({
        name: z.string().describe('Of the kind of error, as in NoCredentialsError: for scripts.'),
        message: z.string().describe('What is wrong, whole sentences.'),
        next: z.string().describe('The next step to take, whole sentences.'),
      })
      .describe('What went wrong.'),
  })
  .describe('What any command prints instead when it fails; its exit code is 1 then.');
export type ErrorDocument = Told<typeof errorDocument>;

/** An error for the person at the terminal: what is wrong, and the next step to take. */
export class CliError extends Error {
  override readonly name: string;
  readonly next: string;
  /** Asked again after so many seconds, it may be done; null where asking again is of no use. */
  readonly retryAfterSeconds: number | null;
  /** What is wrong in detail, a line each. */
  readonly lines: readonly string[];
  constructor({ name, message, next }: Problem, options: CliErrorOptions = {}) {
    super(message, options);
    this.name = name;
    this.next = next;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
    this.lines = options.lines ?? [];
  }
}

interface CliErrorOptions extends ErrorOptions {
  readonly retryAfterSeconds?: number | undefined;
  readonly lines?: readonly string[];
}

/** Any error as one for a person. Its stack is for those who ask for it: see `debugText`. */
export function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  const problem = {
    name: 'UnexpectedError',
    message: `ckpt failed: ${firstLine(error)}.`,
    next: 'Set CKPT_DEBUG=1 to see where.',
  };
  return new CliError(problem, { cause: error });
}

/**
 * Where an error and its causes come from. Of the messages only the first line: AWS puts a whole signed request, a
 * session token in it, into some.
 */
export function debugText(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [`${error.name}: ${firstLine(error)}`, ...frames, debugText(error.cause)].filter(Boolean).join('\n');
}

/** The first line of an error's message, 300 characters at most, without a full stop. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  const line = text.trim().split('\n')[0] ?? '';
  return withoutStop(line.length > 300 ? `${line.slice(0, 300)}…` : line);
}
