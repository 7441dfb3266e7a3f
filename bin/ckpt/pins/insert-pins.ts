import { isMap, isScalar, isSeq, type Pair, parseDocument } from 'yaml';
import type { Pin } from '../../../lambdas/core/policy/policy.ts';
import { blockItems, flowItems } from './pin-text.ts';
import { endOf, indentAt, lineEnd, newlineOf, rangeOf } from './places.ts';

/** Puts a text in the place of a part of another. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The text of a policy file (YAML or JSON) with pins put at the end of its `permissions`. Everything else stays as it
 * is, byte by byte: written anew by the parser's own printer, comments would lose their columns. Null where the text is
 * laid out so that nothing can be put in; the caller has to see whether the result says what it should.
 */
export function insertPins(text: string, pins: readonly Pin[]): string | null {
  const document = parseDocument(text, { schema: 'core', prettyErrors: false, resolveKnownTags: false });
  const root = document.contents;
  if (!isMap(root)) return null;
  const pair = root.items.find(({ key }) => isScalar(key) && key.value === 'permissions');
  const edit = root.flow === true ? inFlow(text, pair, root.items.at(-1), pins) : inBlock(text, root, pair, pins);
  return edit && text.slice(0, edit.start) + edit.text + text.slice(edit.end);
}

function inBlock(text: string, root: unknown, pair: Pair | undefined, pins: readonly Pin[]): Edit | null {
  const newline = newlineOf(text);
  const indent = indentAt(text, rangeOf(root).start);
  if (indent === null) return null;
  const below = blockItems(pins, `${indent}  `, newline);
  if (pair === undefined) {
    const gap = text.endsWith('\n') ? newline : newline + newline;
    return insertion(text.length, `${gap}${indent}permissions:${newline}${below}${newline}`);
  }
  const { value } = pair;
  if (isSeq(value) && value.flow !== true) {
    const own = indentAt(text, rangeOf(value).start);
    return own === null ? null : insertion(lineEnd(text, endOf(pair)), newline + blockItems(pins, own, newline));
  }
  if (isSeq(value) && (value.items.length > 0 || /\n/.test(sourceOf(text, value)))) return inList(text, value, pins);
  if (!isSeq(value) && !(isScalar(value) && value.value === null)) return null;
  const { start, end } = rangeOf(value);
  const rest = lineEnd(text, end);
  if (start === end) return insertion(rest, newline + below);
  // null or [ ] goes; what is after it on its line, a comment perhaps, stays.
  return {
    start: text.slice(0, start).trimEnd().length,
    end: rest,
    text: text.slice(end, rest).trimEnd() + newline + below,
  };
}

function inFlow(text: string, pair: Pair | undefined, last: Pair | undefined, pins: readonly Pin[]): Edit | null {
  if (last === undefined) return null;
  // The line breaks that are there tell how it is laid out: also `permissions` begins a line where the last key does.
  const separator = separatorAt(text, rangeOf(last.key).start);
  const list = flowList(pins, separator);
  if (pair === undefined) return insertion(endOf(last), `,${separator}"permissions": ${list}`);
  const { value } = pair;
  if (isSeq(value) && value.items.length > 0) return inList(text, value, pins);
  const isEmpty = isSeq(value) || (isScalar(value) && value.value === null);
  return isEmpty ? { ...rangeOf(value), text: list } : null;
}

function flowList(pins: readonly Pin[], separator: string): string {
  const items = flowItems(pins);
  if (separator === ' ') return `[${items.join(', ')}]`;
  return `[${separator}  ${items.join(`,${separator}  `)}${separator}]`;
}

/** At the end of a list in `[ ]`; each item on a line of its own where its last one is. */
function inList(text: string, list: { readonly items: readonly unknown[] }, pins: readonly Pin[]): Edit {
  const last = list.items.at(-1);
  if (last === undefined) return insertion(rangeOf(list).end - 1, flowItems(pins).join(', '));
  const separator = `,${separatorAt(text, rangeOf(last).start)}`;
  return insertion(endOf(last), separator + flowItems(pins).join(separator));
}

/** What is before an item: a space, or the line break and the indentation where it begins a line. */
function separatorAt(text: string, start: number): string {
  const indent = indentAt(text, start);
  return indent === null || !text.slice(0, start).includes('\n') ? ' ' : newlineOf(text) + indent;
}

function sourceOf(text: string, node: unknown): string {
  const { start, end } = rangeOf(node);
  return text.slice(start, end);
}

function insertion(at: number, text: string): Edit {
  return { start: at, end: at, text };
}
