/** Enough of a key on either side that two keys do not look the same by chance. */
const LEAST_SHOWN = 6;

/**
 * Whether a value may be the key that OpenAI shows so (`sk-admin...def`): how many characters it leaves at either end is
 * OpenAI's to choose. Stars, dots and the ellipsis stand for what is left out.
 */
export function isRedactedOf(redacted: string, value: string): boolean {
  const [, head = '', tail = ''] = /^(.*?)(?:\.{2,}|…|\*+)(.*)$/.exec(redacted) ?? [];
  if (head.length + tail.length < LEAST_SHOWN || head.length + tail.length > value.length) return false;
  return value.startsWith(head) && value.endsWith(tail);
}
