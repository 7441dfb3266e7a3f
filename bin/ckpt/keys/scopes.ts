import type { Command } from 'commander';
import { isScope, READ_ONLY, scopesOf } from '../../../lambdas/core/keys/scopes.ts';
import { CliError } from '../errors.ts';
import { collect } from '../options.ts';

/** What a project key may do: one of these, or nothing for all rights. */
export interface ScopeOptions {
  readonly readOnly?: true;
  readonly permission?: readonly string[];
  readonly scopes?: string;
}

/** Adds `--read-only`, `--permission` and `--scopes`. */
export function scopeOptions(command: Command): Command {
  return command
    .option('--read-only', 'let it read everything, and change nothing')
    .option('--permission <area=access>', 'let it read or write an area, such as fine_tuning=read', collect)
    .option('--scopes <names>', "OpenAI's own scopes, with commas between them");
}

/** The scopes that were asked for; null where none were, which is all rights. Throws `CliError`: never an empty list. */
export function readScopes({ readOnly, permission, scopes }: ScopeOptions): readonly string[] | null {
  const given = [readOnly, permission, scopes].filter((each) => each !== undefined);
  if (given.length > 1) {
    throw unclear('--read-only, --permission and --scopes exclude each other.', 'Say it in one of these ways.');
  }
  if (readOnly) return READ_ONLY;
  if (permission !== undefined) return [...new Set(permission.flatMap(scopesOfPermission))];
  if (scopes === undefined) return null;
  const names = scopes.split(',').map((name) => name.trim());
  if (names.every((name) => name === '')) {
    throw unclear(
      'An empty list of scopes means all rights at OpenAI, and not none; nothing was done.',
      'Name at least one scope, or leave --scopes out for a key with all rights.',
    );
  }
  const strange = names.find((name) => !isScope(name));
  if (strange === undefined) return [...new Set(names)];
  throw unclear(
    `"${strange}" is no scope.`,
    'Write them as OpenAI does, api.fine_tuning.jobs.read, with commas between them and no spaces.',
  );
}

function scopesOfPermission(permission: string): readonly string[] {
  const found = scopesOf(permission);
  if ('scopes' in found) return found.scopes;
  throw unclear(found.problem, found.next);
}

function unclear(message: string, next: string): CliError {
  return new CliError({ name: 'ScopesError', message, next });
}
