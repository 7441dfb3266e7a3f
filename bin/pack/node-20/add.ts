/**
 * What the code calls and Node 20 has not, as the standard says it; goes before everything that is packed. The functions do without
 * it: they run on Lambda's Node. Not enumerable, as the real ones. `has.d.ts` says the same to TypeScript, by which a test finds what is missing.
 */
function add(target: object, name: string, value: unknown): void {
  if (name in target) return;
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
}

add(Map, 'groupBy', <Item, Key>(items: Iterable<Item>, keyOf: (item: Item, index: number) => Key): Map<Key, Item[]> => {
  const groups = new Map<Key, Item[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
});

add(Array, 'fromAsync', async <Item>(items: AsyncIterable<Item> | Iterable<Item>): Promise<Item[]> => {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
});

add(Promise, 'withResolvers', <T>() => {
  let resolve: unknown;
  let reject: unknown;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
});

add(Set.prototype, 'union', function union<T>(this: ReadonlySet<T>, other: ReadonlySet<T>) {
  return new Set([...this, ...other]);
});

add(Set.prototype, 'difference', function difference<T>(this: ReadonlySet<T>, other: ReadonlySet<T>) {
  return new Set([...this].filter((item) => !other.has(item)));
});
