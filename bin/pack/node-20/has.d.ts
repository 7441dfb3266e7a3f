/** What Node 20 has beyond TypeScript's `es2023`, by itself or by add.ts. */
interface String {
  isWellFormed(): boolean;
  toWellFormed(): string;
}

interface ArrayConstructor {
  fromAsync<T>(items: AsyncIterable<T> | Iterable<T>): Promise<T[]>;
}

interface MapConstructor {
  groupBy<Item, Key>(items: Iterable<Item>, keyOf: (item: Item, index: number) => Key): Map<Key, Item[]>;
}

interface PromiseConstructor {
  withResolvers<T>(): { promise: Promise<T>; resolve(value: T | PromiseLike<T>): void; reject(reason?: unknown): void };
}

interface Set<T> {
  union<U>(other: ReadonlySet<U>): Set<T | U>;
  difference<U>(other: ReadonlySet<U>): Set<T>;
}

interface ReadonlySet<T> {
  union<U>(other: ReadonlySet<U>): Set<T | U>;
  difference<U>(other: ReadonlySet<U>): Set<T>;
}
