import { SecretUnusableError } from '../../../core/errors.ts';

/** Whose key it is to be. */
export type KeyKind = 'admin' | 'project';

/** What a secret's value looks like. `unfamiliar`: neither a key of OpenAI's nor a known mistake; a gateway may have any. */
export type KeyForm = KeyKind | 'webhook' | 'wrapped' | 'unfamiliar';

export function keyForm(value: string): KeyForm {
  if (/^[{["'`]|["'`]$|\s|^[A-Za-z_]+=/.test(value)) return 'wrapped';
  if (value.startsWith('whsec_')) return 'webhook';
  if (value.startsWith('sk-admin-')) return 'admin';
  if (/^sk-(?:proj|svcacct)-/.test(value)) return 'project';
  return 'unfamiliar';
}

const HOLDS: Readonly<Record<KeyForm, string>> = {
  admin: 'an admin key',
  project: 'a project key',
  webhook: 'a webhook secret',
  wrapped: 'more than the bare key: JSON, quotes, a name or white space',
  unfamiliar: 'something else',
};

/** Throws `SecretUnusableError` for what certainly is no key of this kind. Names what it is, and never repeats it. */
export function checkKeyForm(secretId: string, value: string, kind: KeyKind): KeyForm {
  const form = keyForm(value);
  if (form === kind || form === 'unfamiliar') return form;
  throw new SecretUnusableError(secretId, `holds ${HOLDS[form]} where ${HOLDS[kind]} is to be`);
}
