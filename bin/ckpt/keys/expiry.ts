import { type Command, InvalidArgumentError } from 'commander';
import { CliError } from '../errors.ts';
import { readDays } from '../options.ts';
import type { Session } from '../session.ts';

/** When a new key is to end. */
export interface ExpiryOptions {
  /** Milliseconds. */
  readonly expiresIn?: number;
  /** Seconds since the epoch. */
  readonly expiresAt?: number;
}

/** Adds `--expires-in` and `--expires-at`. */
export function expiryOptions(command: Command): Command {
  return command
    .option('--expires-in <time>', 'let it end after this time, such as 12h or 90d (a year at most)', readDays)
    .option('--expires-at <unix>', 'let it end then, in seconds since 1970 as Terraform has it', readUnixSeconds);
}

const YEAR_SECONDS = 365 * 86_400;

/** Seconds from now, as OpenAI takes them; null = never. Throws `CliError`. */
export function secondsOf({ expiresIn, expiresAt }: ExpiryOptions, { now }: Pick<Session, 'now'>): number | null {
  if (expiresIn !== undefined && expiresAt !== undefined) {
    throw unclear('--expires-in and --expires-at say the same thing twice.', 'Leave one of them out.');
  }
  if (expiresIn === undefined && expiresAt === undefined) return null;
  const seconds = expiresIn === undefined ? (expiresAt ?? 0) - Math.floor(now() / 1_000) : expiresIn / 1_000;
  if (seconds < 1) throw unclear('That time has passed.', 'Name a time to come: "date +%s" tells the present one.');
  if (seconds <= YEAR_SECONDS) return seconds;
  throw unclear('OpenAI lets a key live for a year at most.', 'Name a time of 365 days or less, or none.');
}

function readUnixSeconds(text: string): number {
  if (/^\d{9,10}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A time is seconds since 1970, as "date +%s" prints them; --expires-in takes 90d.');
}

function unclear(message: string, next: string): CliError {
  return new CliError({ name: 'ExpiryError', message, next });
}
