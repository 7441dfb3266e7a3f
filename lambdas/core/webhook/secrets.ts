const PREFIX = 'whsec_';

/** The signing keys in one secret value; `malformed` counts the entries that are none. */
export interface ParsedSecrets {
  readonly keys: readonly Buffer[];
  readonly malformed: number;
}

/**
 * Reads a secret value that holds one or more `whsec_<base64>` entries separated by white space. Only canonical
 * base64 counts: a lenient decoder turns a mistyped secret into another key, and every event would look forged.
 */
export function parseSecrets(value: string): ParsedSecrets {
  const entries = value.split(/\s+/).filter((entry) => entry !== '');
  const keys = entries.map(readKey).filter((key) => key !== undefined);
  return { keys, malformed: entries.length - keys.length };
}

function readKey(entry: string): Buffer | undefined {
  if (!entry.startsWith(PREFIX)) return undefined;
  const base64 = entry.slice(PREFIX.length);
  const key = Buffer.from(base64, 'base64');
  return key.length > 0 && key.toString('base64') === base64 ? key : undefined;
}
