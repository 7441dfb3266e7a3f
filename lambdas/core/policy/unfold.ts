import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  visit,
  type YAMLMap,
} from 'yaml';
import type { Path } from './mistake.ts';
import { SYNTAX_MISTAKES } from './syntax.ts';
import { inQuotes } from './unquoted.ts';

/** A document as plain objects, lists and scalars. */
export interface Unfolded {
  /** Undefined where an alias cannot be followed. */
  readonly value: unknown;
  /** Where each part is in the text, by its path as JSON. */
  readonly offsets: ReadonlyMap<string, Place>;
  readonly problems: readonly Problem[];
  /** What may be meant so. */
  readonly doubts: readonly Problem[];
}

interface Problem {
  readonly offset: number;
  readonly path: Path;
  readonly message: string;
}

/** Where a part begins, and where the texts of its key and its value end. Without a key, `key` is the value's beginning. */
export interface Place {
  readonly key: number;
  readonly keyEnd: number;
  readonly value: number;
  readonly valueEnd: number;
}

/** A field of a mapping, and where its key is. */
interface Field {
  readonly start: number;
  readonly end: number;
  readonly value: unknown;
}

/** More makes no sense in a policy, and stays far away from the end of the stack. */
const MAX_DEPTH = 32;
/** Parts that aliases may repeat, all together: against a few lines that unfold into millions. */
const MAX_REPEATED = 20_000;

const NO_ANCHOR =
  'no anchor of this name before it: write the value itself, in quotes where it begins with *, as in "*-prod"';
const UNUSED_ANCHOR =
  'what begins with & is an anchor here, and no part of the text: remove it, or put the text in quotes, as in "&co-*"';
const EMPTY_ANCHOR = 'an anchor without a value: put text that begins with & in quotes, as in "&co-*"';

/** Follows aliases and merge keys. The length of the text bounds how many parts it can hold by itself. */
export function unfold(document: Document, text: string): Unfolded {
  const targets = targetsOf(document);
  const used = new Set(targets.values());
  const offsets = new Map<string, Place>();
  const problems: Problem[] = [];
  const doubts: Problem[] = [];
  let budget = text.length + MAX_REPEATED;
  let broken = false;
  let unresolved = false;

  function giveUp(node: Node, path: Path, message: string): undefined {
    // A path that goes round in circles is cut short: the place tells.
    if (!broken) problems.push({ offset: startOf(node), path: path.slice(0, 4), message });
    broken = true;
  }

  /** What the node stands for; undefined once something cannot be followed. */
  function follow(node: Node, path: Path, depth: number): Node | undefined {
    if (broken) return undefined;
    if (--budget < 0) return giveUp(node, path, 'aliases repeat too much of the file: write the values themselves');
    if (depth > MAX_DEPTH) return giveUp(node, path, 'nested too deeply: is an alias part of what it stands for?');
    if (!isAlias(node)) return node;
    const target = targets.get(node);
    if (target) return target;
    // No reason to stop: where one glob is written without quotes, so are the others.
    problems.push({ offset: startOf(node), path, message: NO_ANCHOR });
    unresolved = true;
    return undefined;
  }

  /** `key` is where the part's key is; undefined for the document and for items of lists. */
  function plain(node: unknown, path: Path, key?: { readonly start: number; readonly end: number }): unknown {
    if (!isNode(node)) {
      const { start, end } = key ?? { start: 0, end: 0 };
      offsets.set(JSON.stringify(path), { key: start, keyEnd: end, value: start, valueEnd: end });
      return null;
    }
    const target = follow(node, path, path.length);
    if (!target) return undefined;
    const start = startOf(target);
    const valueEnd = target.range?.[1] ?? start;
    const empty = isScalar(target) && valueEnd === start;
    if (isScalar(target) && target.anchor !== undefined && !used.has(target)) {
      const offset = text.lastIndexOf('&', start);
      if (empty) problems.push({ offset, path, message: EMPTY_ANCHOR });
      else doubts.push({ offset, path, message: UNUSED_ANCHOR });
    }
    if (isScalar(target) && target.tag === '!') {
      problems.push({ offset: text.lastIndexOf('!', start), path, message: SYNTAX_MISTAKES.TAG_RESOLVE_FAILED });
    }
    offsets.set(JSON.stringify(path), {
      key: key?.start ?? start,
      keyEnd: key?.end ?? start,
      value: empty ? (key?.start ?? start) : start,
      valueEnd,
    });
    if (isSeq(target)) return target.items.map((item, i) => plain(item, [...path, i]));
    if (!isMap(target)) return isScalar(target) ? target.value : undefined;
    const fields = [...fieldsOf(target, path, path.length)];
    return Object.fromEntries(fields.map(([name, field]) => [name, plain(field.value, [...path, name], field)]));
  }

  /** The fields of a mapping and of those that it merges in; its own come first and win. */
  function fieldsOf(map: YAMLMap, path: Path, depth: number): Map<string, Field> {
    const fields = new Map<string, Field>();
    const merges: Node[] = [];
    for (const { key, value } of map.items) {
      if (!isScalar(key) || typeof key.value !== 'string') {
        const indicator = isAlias(key) ? '*' : isMap(key) ? (key.flow ? '{' : '?') : undefined;
        const message = indicator === undefined ? SYNTAX_MISTAKES.NON_STRING_KEY : inQuotes(indicator);
        problems.push({ offset: isNode(key) ? startOf(key) : startOf(map), path, message });
        continue;
      }
      const name = key.value;
      const start = startOf(key);
      const problem = (message: string) => problems.push({ offset: start, path: [...path, name], message });
      if (name === '<<' && key.type === 'PLAIN') {
        if (isNode(value)) merges.push(value);
      } else if (name === '__proto__') {
        // Such a key is easily lost on the way, and with it the condition that it was to be.
        problem('a key cannot have this name: choose another');
      } else if (fields.has(name)) {
        problem('this key was given before: keep one');
      } else {
        fields.set(name, { start, end: key.range?.[1] ?? start, value });
      }
    }
    for (const merge of merges) {
      for (const [name, field] of fieldsMerged(merge, path, depth + 1)) {
        if (!fields.has(name)) fields.set(name, field);
      }
    }
    return fields;
  }

  function fieldsMerged(merge: Node, path: Path, depth: number): Map<string, Field> {
    const target = follow(merge, [...path, '<<'], depth);
    if (isMap(target)) {
      budget -= target.items.length;
      return fieldsOf(target, path, depth);
    }
    if (isSeq(target)) {
      const merged = target.items.filter(isNode).map((item) => fieldsMerged(item, path, depth + 1));
      return new Map(merged.reverse().flatMap((fields) => [...fields]));
    }
    if (target) giveUp(merge, [...path, '<<'], 'only mappings can be merged: write *name of one, or a list of those');
    return new Map();
  }

  const value = plain(document.contents, []);
  return { value: broken || unresolved ? undefined : value, offsets, problems, doubts };
}

/** What each alias stands for: the last anchor of its name before it. */
function targetsOf(document: Document): Map<Alias, Node | undefined> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node | undefined>();
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) targets.set(node, anchors.get(node.source));
      else if (node.anchor) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}
