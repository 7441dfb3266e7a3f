import { SecretUnusableError } from '../errors.ts';
import type { ReadSecretOptions, Secrets } from '../ports.ts';
import { formOf } from './form.ts';

/** Whose key OpenAI made it. */
export type KeyKind = 'admin' | 'project';

/** More than one key, however they were put together. In OpenAI's own there is none of these separators. */
const SEVERAL = /[\s,;|&](?:sk-|whsec_)|^sk-.*sk-(?:proj|admin|svcacct)-|^(sk-.{17,})\1$/s;

/**
 * Why a value is not to be sent as a key, to whomever: it may hold more than the key, and says so in words that follow "the
 * secret" and never repeat it. Null for what may be one: OpenAI's, of whichever kind, or a gateway's in a form of its own.
 */
export function keyProblem(value: string): string | null {
  const form = formOf(value) ?? extraIn(value);
  if (form !== null) return `${form}: store the bare key as the string`;
  return value.startsWith('whsec_') ? 'holds a webhook secret where an API key is to be' : null;
}

function extraIn(value: string): string | null {
  if (SEVERAL.test(value)) return 'holds several keys';
  if (/\s/.test(value)) return 'has white space in it';
  return /^sk-[\w-]+[,;]$/.test(value) ? 'ends in a comma or a semicolon' : null;
}

/** Null for what OpenAI did not make, or made before keys told their kind. */
export function kindOfKey(value: string): KeyKind | null {
  if (value.startsWith('sk-admin-')) return 'admin';
  return /^sk-(?:proj|svcacct)-/.test(value) ? 'project' : null;
}

/**
 * The key in a secret, fit to be sent. Throws `SecretUnusableError`, with the form of what is there in place of a key, after a
 * look past the cache: it may just have been mended.
 */
export async function readKey(
  secrets: Pick<Secrets, 'current'>,
  secretId: string,
  { fresh = false }: ReadSecretOptions = {},
): Promise<string> {
  const value = await secrets.current(secretId, { fresh });
  const problem = keyProblem(value);
  if (problem === null) return value;
  if (fresh) throw new SecretUnusableError(secretId, problem);
  return readKey(secrets, secretId, { fresh: true });
}
