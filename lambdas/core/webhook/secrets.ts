import { formOf } from '../secrets/form.ts';

const PREFIX = 'whsec_';

/** Source: the Standard Webhooks specification, "between 24 bytes (192 bits) and 64 bytes (512 bits)". */
const MIN_BYTES = 24;
const MAX_BYTES = 64;

/** What an entry has to be; follows "is no". */
export const WELL_FORMED = `${PREFIX}… with canonical base64 of ${MIN_BYTES} to ${MAX_BYTES} bytes`;

/** The signing keys in one secret value; `malformed` counts the entries that are none. */
export interface ParsedSecrets {
  readonly keys: readonly Buffer[];
  readonly malformed: number;
}

/**
 * Reads a secret value that holds one or more `whsec_<base64>` entries separated by white space. Only canonical
 * base64 counts: a lenient decoder turns a mistyped secret into another key, and every event would look forged.
 * Nor does what is too short to be one: anybody can guess `whsec_changeme`.
 */
export function parseSecrets(value: string): ParsedSecrets {
  const entries = entriesOf(value);
  const keys = entries
    .map(decode)
    .filter((key) => key !== undefined)
    .filter(hasRightSize);
  return { keys, malformed: entries.length - keys.length };
}

/**
 * Why `parseSecrets` finds no key in a value, in words that follow "the secret" and never repeat it. A secret that was cut to
 * a length within the bounds looks like any other: only a delivery of OpenAI's tells.
 */
export function whyNoKeys(value: string): string {
  const entries = entriesOf(value);
  const decoded = entries.map(decode).find((key) => key !== undefined);
  if (decoded !== undefined) {
    return `holds a webhook secret of ${decoded.length} bytes, and OpenAI's have ${MIN_BYTES} to ${MAX_BYTES}: it was cut, or made up`;
  }
  const form = formOf(value);
  if (form !== null) return `${form}: store the bare ${PREFIX}… as the string`;
  if (entries.some((entry) => entry.startsWith('sk-'))) return 'holds an API key where a webhook secret is to be';
  if (entries.some((entry) => entry.lastIndexOf(PREFIX) > 0)) {
    return 'holds several webhook secrets in one: separate them by white space';
  }
  if (entries.some((entry) => entry.startsWith(PREFIX))) {
    return `holds a webhook secret that was not copied whole: what follows ${PREFIX} is no canonical base64`;
  }
  return `holds no webhook secret: ${PREFIX}… as OpenAI showed it, several separated by white space`;
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

function hasRightSize({ length }: Buffer): boolean {
  return length >= MIN_BYTES && length <= MAX_BYTES;
}
