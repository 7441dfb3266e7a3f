import type { ErrorCode } from 'yaml';

/** What text in quotes may look like, by the character that YAML takes for something else where they are missing. */
const EXAMPLES = {
  '*': '*-prod',
  '&': '&co-*',
  '|': '|x',
  '>': '>x',
  '{': '{x}',
  '[': '[x]',
  '?': '?x',
  '-': '- x',
} as const;
type Indicator = keyof typeof EXAMPLES;

/** What the parser says of a text that lacks its quotes, mostly somewhere behind it. */
const SYMPTOMS: readonly ErrorCode[] = ['BAD_ALIAS', 'MISSING_CHAR', 'UNEXPECTED_TOKEN', 'NON_STRING_KEY'];

/** After these a value or a key begins. */
const BEFORE = /^$|[\s:?{[,-]/;
/** An alias, an anchor or the head of a block, up to where the parser could not go on. */
const UNQUOTED = /(?<=^|[\s:?{[,-])(?<indicator>[*&|>])(?<name>[^\s:,\]}]*)[\s:,]*$/;

/** A list or a mapping on one line, where a value or a key begins: a text that goes on behind it is a glob of other tools. */
const CLOSED = /(?<=^\s*|[\s:?{[,-])(?<opening>[[{])[^[\]{}\n]*[\]}]$/;

/** Where a text without its quotes begins that is the cause of an error, and what to write; undefined where none is. */
export function findUnquoted(
  text: string,
  { code, offset }: { readonly code: ErrorCode; readonly offset: number },
): { readonly offset: number; readonly message: string } | undefined {
  const here = text[offset] ?? '';
  if (code === 'BAD_SCALAR_START') {
    return { offset, message: `text that begins with this character needs quotes, as in "${here}x"` };
  }
  if (!SYMPTOMS.includes(code)) return undefined;
  if ((here === '*' || here === '&') && BEFORE.test(text.charAt(offset - 1)))
    return { offset, message: inQuotes(here) };
  if (here === '-' && code === 'UNEXPECTED_TOKEN' && /:[ \t]+$/.test(text.slice(0, offset))) {
    return { offset, message: inQuotes('-') };
  }
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  const bracket = CLOSED.exec(before);
  if (bracket && /[^\s,\]}:#]/.test(here)) {
    const { opening } = bracket.groups ?? {};
    return { offset: lineStart + bracket.index, message: inQuotes(opening as Indicator) };
  }
  const match = UNQUOTED.exec(before);
  const { indicator, name } = match?.groups ?? {};
  const isAlias = indicator === '*' && text.includes(`&${name}`);
  if (!match || isAlias) return undefined;
  return { offset: lineStart + match.index, message: inQuotes(indicator as Indicator) };
}

export function inQuotes(indicator: Indicator): string {
  return `put text that begins with ${indicator} in quotes, as in "${EXAMPLES[indicator]}"`;
}
