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

/** A document as plain objects, lists and scalars. */
export interface Unfolded {
  /** Undefined where an alias cannot be followed. */
  readonly value: unknown;
  /** Where each part begins in the text, by its path as JSON; `key` is the value's beginning where there is no key. */
  readonly offsets: ReadonlyMap<string, { readonly key: number; readonly value: number }>;
  readonly problems: readonly { readonly offset: number; readonly path: Path; readonly message: string }[];
}

/** More makes no sense in a policy, and stays far away from the end of the stack. */
const MAX_DEPTH = 32;
/** Parts that aliases may repeat, all together: against a few lines that unfold into millions. */
const MAX_REPEATED = 20_000;

/** Follows aliases and merge keys. `textLength` bounds how many parts the text can hold by itself. */
export function unfold(document: Document, textLength: number): Unfolded {
  const targets = targetsOf(document);
  const offsets = new Map<string, { key: number; value: number }>();
  const problems: { offset: number; path: Path; message: string }[] = [];
  let budget = textLength + MAX_REPEATED;
  let broken = false;

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
    return targets.get(node) ?? giveUp(node, path, 'no anchor of this name before it: write the value itself');
  }

  /** `key` is where the part's key begins; undefined for the document and for items of lists. */
  function plain(node: unknown, path: Path, key?: number): unknown {
    if (!isNode(node)) {
      offsets.set(JSON.stringify(path), { key: key ?? 0, value: key ?? 0 });
      return null;
    }
    const target = follow(node, path, path.length);
    if (!target) return undefined;
    const start = startOf(target);
    const empty = isScalar(target) && target.range?.[1] === start;
    offsets.set(JSON.stringify(path), { key: key ?? start, value: empty ? (key ?? start) : start });
    if (isSeq(target)) return target.items.map((item, i) => plain(item, [...path, i]));
    if (!isMap(target)) return isScalar(target) ? target.value : undefined;
    const fields = [...fieldsOf(target, path, path.length)];
    return Object.fromEntries(fields.map(([name, { start, value }]) => [name, plain(value, [...path, name], start)]));
  }

  /** The fields of a mapping and of those that it merges in; its own come first and win. */
  function fieldsOf(map: YAMLMap, path: Path, depth: number): Map<string, { start: number; value: unknown }> {
    const fields = new Map<string, { start: number; value: unknown }>();
    const merges: Node[] = [];
    for (const { key, value } of map.items) {
      if (!isScalar(key) || typeof key.value !== 'string') {
        problems.push({ offset: isNode(key) ? startOf(key) : startOf(map), path, message: 'a key must be text' });
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
        fields.set(name, { start, value });
      }
    }
    for (const merge of merges) {
      for (const [name, field] of fieldsMerged(merge, path, depth + 1)) {
        if (!fields.has(name)) fields.set(name, field);
      }
    }
    return fields;
  }

  function fieldsMerged(merge: Node, path: Path, depth: number): Map<string, { start: number; value: unknown }> {
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
  return { value: broken ? undefined : value, offsets, problems };
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
