/** How a key tells its kind; the same in all of them. */
const KIND = /^sk-(?:(?:admin|proj|svcacct)-?)?/;

/** What stands for the characters that are left out. */
const MASK = /(?:\.{2,}|…|\*+|•+)+/;

/** So few characters are shared by chance by one in some hundred thousand keys. OpenAI's own example shows three. */
const LEAST_SHOWN = 3;

/**
 * Whether a value is the key that OpenAI shows so (`sk-admin...def`): how many characters it leaves at either end is OpenAI's
 * to choose. Null: what is shown does not tell.
 */
export function isRedactedOf(redacted: string, value: string): boolean | null {
  const shown = redacted.trim().split(MASK);
  const [head = '', tail = ''] = [shown[0], shown.at(-1)];
  if (shown.length === 1) return null;
  const fits = head.length + tail.length <= value.length && value.startsWith(head) && value.endsWith(tail);
  if (!fits || !shown.every((part) => value.includes(part))) return false;
  return shown.join('').replace(KIND, '').length < LEAST_SHOWN ? null : true;
}

/** Of a shorter value this would show too much: a gateway's key may be a word. */
const LEAST_LENGTH = 24;

/** A value as OpenAI shows it; null where it is too short for that. */
export function redact(value: string): string | null {
  return value.length < LEAST_LENGTH ? null : `${value.slice(0, 8)}...${value.slice(-4)}`;
}
