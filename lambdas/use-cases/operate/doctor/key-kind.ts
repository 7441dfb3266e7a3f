import { SecretUnusableError } from '../../../core/errors.ts';
import { type KeyKind, kindOfKey } from '../../../core/secrets/api-key.ts';

const A_KEY: Readonly<Record<KeyKind, string>> = { admin: 'an admin key', project: 'a project key' };

/**
 * Throws `SecretUnusableError` for one of OpenAI's keys of the other kind. Where keys are used it is sent all the same: at
 * OpenAI it opens nothing, and costs no more than a 401.
 */
export function checkKeyKind(secretId: string, key: string, wanted: KeyKind): KeyKind | null {
  const kind = kindOfKey(key);
  if (kind === null || kind === wanted) return kind;
  throw new SecretUnusableError(secretId, `holds ${A_KEY[kind]} where ${A_KEY[wanted]} is to be`);
}
