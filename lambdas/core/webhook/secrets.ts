import { createSecretKey, type KeyObject } from 'node:crypto';
import { formOf } from '../secrets/form.ts';

const PREFIX = 'whsec_';

/** Source: the Standard Webhooks specification, "between 24 bytes (192 bits) and 64 bytes (512 bits)". */
const MIN_BYTES = 24;
const MAX_BYTES = 64;

/** What an entry has to be; follows "is no". */
export const WELL_FORMED = `${PREFIX}… with canonical base64 of ${MIN_BYTES} to ${MAX_BYTES} bytes`;

/** The signing keys in one secret value; `malformed` counts the entries that are none. */
export interface ParsedSecrets {
  readonly keys: readonly KeyObject[];
  readonly malformed: number;
}

/**
 * Reads a secret value that holds one or more `whsec_<base64>` entries separated by white space. Only canonical
 * base64 counts: a lenient decoder turns a mistyped secret into another key, and every event would look forged.
 * Nor does what is too short to be one, or a word in place of one: anybody can guess `whsec_changeme` and `whsec_xxxx…`.
 */
export function parseSecrets(value: string): ParsedSecrets {
  const known = lately.get(value);
  if (known !== undefined) return known;
  const entries = entriesOf(value);
  const keys = entries
    .flatMap((entry) => (formOf(entry) === null ? (keyOf(entry) ?? []) : []))
    .map((key) => createSecretKey(key));
  const parsed = { keys, malformed: entries.length - keys.length };
  if (lately.size >= KEPT) lately.clear();
  lately.set(value, parsed);
  return parsed;
}

/** What was parsed, by value: to make a key takes several times as long as to sign with it. */
const lately = new Map<string, ParsedSecrets>();
/** More than the sources of one stack have, the previous values included. */
const KEPT = 64;

/**
 * Why `parseSecrets` finds no key in a value, in words that follow "the secret" and never repeat it. A secret that was cut to
 * a length within the bounds looks like any other: only a delivery of OpenAI's tells.
 */
export function whyNoKeys(value: string): string {
  const entries = entriesOf(value);
  const misfit = entries.map(decode).find((key) => key !== undefined && !hasRightSize(key));
  if (misfit !== undefined) {
    return `holds a webhook secret of ${misfit.length} bytes, and OpenAI's have ${MIN_BYTES} to ${MAX_BYTES}: it was cut, or made up`;
  }
  const form = formOf(value);
  if (form !== null) return `${form}: store the bare ${PREFIX}… as the string`;
  if (entries.length > 1 && keyOf(entries.join(''))) return 'has white space within the webhook secret: remove it';
  const flaw = entries.map(flawOf).find((told) => told !== null);
  if (flaw !== undefined) return flaw;
  return entries.some((entry) => entry.startsWith(PREFIX))
    ? `holds a webhook secret that was not copied whole: what follows ${PREFIX} is no canonical base64`
    : `holds no webhook secret: ${PREFIX}… as OpenAI showed it, several separated by white space`;
}

/** What can be told of one entry that is none; null for no more than that. */
function flawOf(entry: string): string | null {
  const [before = '', after, ...others] = entry.split(PREFIX);
  if (/^(?:whsec_)?sk-/.test(entry)) return 'holds an API key where a webhook secret is to be';
  if (after === undefined) {
    const isKey = keyOf(PREFIX + entry.replace(/^whsec\W?/i, '').replace(/^_/, '')) !== undefined;
    return isKey ? `does not begin with ${PREFIX} as OpenAI showed it: store ${PREFIX} and what follows it` : null;
  }
  if (before + after === '') return `has ${PREFIX} twice before it: store it with one`;
  if (others.length > 0) return 'holds several webhook secrets in one: separate them by white space';
  const [whole = ''] = /^[A-Za-z0-9+/]+=*/.exec(after) ?? [];
  if (before !== '' || (whole !== after && keyOf(PREFIX + whole))) {
    return `holds other text beside the webhook secret: store the bare ${PREFIX}… as the string`;
  }
  const key = Buffer.from(after, 'base64');
  if (hasRightSize(key) && key.toString('base64').replace(/=+$/, '') === after.replace(/=+$/, '')) {
    return 'holds a webhook secret with an = too few or too many at its end: copy it as OpenAI showed it';
  }
  if (!isUrlSafe(after)) return null;
  return 'holds a webhook secret in URL-safe base64 (- and _ in place of + and /): copy it as OpenAI showed it';
}

function isUrlSafe(base64: string): boolean {
  const bare = base64.replace(/=+$/, '');
  const key = Buffer.from(bare, 'base64url');
  return /[-_]/.test(bare) && hasRightSize(key) && key.toString('base64url') === bare;
}

function entriesOf(value: string): readonly string[] {
  return value.split(/\s+/).filter((entry) => entry !== '');
}

/** The bytes of an entry, however many; undefined for what is no `whsec_` with canonical base64. */
function decode(entry: string): Buffer | undefined {
  if (!entry.startsWith(PREFIX)) return undefined;
  const base64 = entry.slice(PREFIX.length);
  const key = Buffer.from(base64, 'base64');
  return key.length > 0 && key.toString('base64') === base64 ? key : undefined;
}

/** The key in an entry; undefined for what is none of OpenAI's. */
function keyOf(entry: string): Buffer | undefined {
  const key = decode(entry);
  return key && hasRightSize(key) ? key : undefined;
}

function hasRightSize({ length }: Buffer): boolean {
  return length >= MIN_BYTES && length <= MAX_BYTES;
}
