import { isCollection, isNode, isPair } from 'yaml';

export function rangeOf(node: unknown): { readonly start: number; readonly end: number } {
  const [start = 0, end = 0] = (isNode(node) && node.range) || [];
  return { start, end };
}

/** Where the last thing in a node ends. A block's own range goes on over the comments and empty lines after it. */
export function endOf(node: unknown): number {
  if (isPair(node)) return Math.max(endOf(node.key), endOf(node.value));
  if (isCollection(node) && node.flow !== true) return endOf(node.items.at(-1));
  return rangeOf(node).end;
}

/** The end of the line that holds what ends at this place. */
export function lineEnd(text: string, end: number): number {
  // What reaches into the next line, as a text in | does, ends with the line before.
  const from = text[end - 1] === '\n' ? end - 1 : end;
  const lineBreak = text.indexOf('\n', from);
  const at = lineBreak < 0 ? text.length : lineBreak;
  return text[at - 1] === '\r' ? at - 1 : at;
}

/** The spaces before a place, if nothing else is before it on its line; null otherwise. */
export function indentAt(text: string, at: number): string | null {
  const before = text.slice(text.lastIndexOf('\n', at - 1) + 1, at).replace('\uFEFF', '');
  return /^ *$/.test(before) ? before : null;
}

export function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
