import { SecretUnusableError } from '../errors.ts';
import { holdsKey } from '../model/key-shape.ts';
import type { ReadSecretOptions, Secrets } from '../ports/secrets.ts';
import { formOf, holdsTypedKey } from './form.ts';

/** Whose key OpenAI made it. */
export type KeyKind = 'admin' | 'project';

/** Where a key begins. `sk-proj-sk-…` is a single one. */
const START = String.raw`(?:sk-(?:admin|proj|svcacct)-|(?<![\w-])sk-[\w-]{20}|whsec_)`;

/** More than one key, however they were put together. OpenAI has `T3BlbkFJ` ("OpenAI" in base64) once in most of its own. */
const SEVERAL = [
  new RegExp(`${START}.*${START}`, 's'),
  /^sk-.*[\s,;|&](?:sk-|whsec_)/s,
  /T3BlbkFJ.*T3BlbkFJ/s,
  /^sk-.{17,}sk-[A-Za-z0-9]{48}$/,
  /^(sk-.{17,})\1$/,
];

/**
 * The whole of what begins with `sk-`. Keys that tell their kind are OpenAI's: letters, digits, `-` and `_`, some 160 of
 * them. Of the others, which gateways make too, only what a bearer token may be made of is known (RFC 6750).
 */
const WHOLE = /^sk-(?:(?:admin|proj|svcacct)-[\w-]{1,256}|(?!(?:admin|proj|svcacct)-)[\w.~+/-]+=*)$/;

/**
 * Why a value is not to be sent as a key, to whomever: it may hold more than the key, and says so in words that follow "the
 * secret" and never repeat it. Null for what may be one: OpenAI's, of whichever kind, or a gateway's in a form of its own.
 */
export function keyProblem(value: string): string | null {
  if (/^whsec_[\w+/=-]+$/.test(value)) return 'holds a webhook secret where an API key is to be';
  const form = formOf(value) ?? extraIn(value);
  return form && `${form}: store the bare key as the string`;
}

function extraIn(value: string): string | null {
  if (SEVERAL.some((several) => several.test(value))) return 'holds several keys';
  if (/\s/.test(value)) return 'has white space in it';
  if (/^sk-[\w-]+[,;]$/.test(value)) return 'ends in a comma or a semicolon';
  const isOpenAIs = value.startsWith('sk-') || holdsKey(value) || holdsTypedKey(value);
  return isOpenAIs && !WHOLE.test(value) ? 'holds other text beside the key' : null;
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
