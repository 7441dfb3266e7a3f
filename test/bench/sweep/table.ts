import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { LEDGER } from '../../../lambdas/shared/contract/ledger-keys.ts';
import { itemSize, keysOf, writeUnits } from './item-size.ts';

export type Item = Readonly<Record<string, AttributeValue>>;

/** What the ledger writes, and only where its condition holds. */
export interface Put {
  readonly Item: Item;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>>;
}

/** Sort keys in order, each with its item. */
class Partition {
  readonly items = new Map<string, Item>();
  private readonly keys: string[] = [];

  put(key: string, item: Item): void {
    if (!this.items.has(key)) this.keys.splice(this.firstFrom(key), 0, key);
    this.items.set(key, item);
  }

  delete(key: string): void {
    if (this.items.delete(key)) this.keys.splice(this.firstFrom(key), 1);
  }

  /** The position of the first key that is not before this one. */
  firstFrom(key: string): number {
    let [low, high] = [0, this.keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  *from(position: number, step: 1 | -1): Generator<readonly [key: string, item: Item]> {
    for (let at = position; at >= 0 && at < this.keys.length; at += step) {
      const key = this.keys[at] ?? '';
      yield [key, this.items.get(key) ?? {}];
    }
  }
}

export interface Range {
  readonly from: string;
  readonly isIn: (key: string) => boolean;
  readonly after: string | null;
  readonly step: 1 | -1;
  readonly limit: number;
}

/** A page ends before it has more. */
const PAGE_BYTES = 2 ** 20;

/**
 * A ledger's table and its index, in order, so that a page of a hundred thousand rows takes no longer than one of a hundred.
 * What a write takes is reckoned as DynamoDB does.
 */
export class BenchTable {
  private readonly partitions = new Map<string, Partition>();
  private readonly lanes = new Map<string, Partition>();
  /** Bytes of the largest item so far. */
  largest = 0;

  get(pk: string, sk: string): Item | undefined {
    return this.partitions.get(pk)?.items.get(sk);
  }

  holds({ Item, ConditionExpression: condition, ...names }: Put): boolean {
    if (condition === undefined) return true;
    const stored = this.get(textOf(Item, LEDGER.partitionKey), textOf(Item, LEDGER.sortKey));
    const [, absent] = /^attribute_not_exists\((#\w+)\)$/.exec(condition) ?? [];
    if (absent !== undefined) return stored?.[names.ExpressionAttributeNames?.[absent] ?? ''] === undefined;
    if (condition !== '#version = :known') throw new Error(`The bench has no use for ${condition}.`);
    return stored?.version?.N === names.ExpressionAttributeValues?.[':known']?.N;
  }

  /** Gives the write units that it takes. */
  put(item: Item, inTransaction: boolean): number {
    const [pk, sk] = [textOf(item, LEDGER.partitionKey), textOf(item, LEDGER.sortKey)];
    const before = this.get(pk, sk);
    partOf(this.partitions, pk).put(sk, item);
    const size = itemSize(item);
    this.largest = Math.max(this.largest, size);
    this.index(item, before);
    return writeUnits(item, before ?? {}, inTransaction);
  }

  private index(item: Item, before: Item = {}): void {
    const [was, is] = [before, item].map((each) => `${each[LEDGER.dueLane]?.S} ${each[LEDGER.dueOrder]?.S}`);
    if (was === is) return;
    const sides = [before, item].filter((each) => each[LEDGER.dueLane] !== undefined);
    for (const each of sides) {
      const lane = partOf(this.lanes, textOf(each, LEDGER.dueLane));
      const key = indexKey(each);
      if (each === item) lane.put(key, keysOf(each));
      else lane.delete(key);
    }
  }

  query(pk: string, isIndex: boolean, { from, isIn, after, step, limit }: Range) {
    const partition = partOf(isIndex ? this.lanes : this.partitions, pk);
    const start = step === -1 ? (after ?? `${from}\uffff`) : after === null || after < from ? from : `${after}\0`;
    const items: Item[] = [];
    let bytes = 0;
    let isMore = false;
    for (const [key, item] of partition.from(partition.firstFrom(start) - (step === -1 ? 1 : 0), step)) {
      if (!isIn(key)) break;
      bytes += itemSize(item);
      isMore = items.length >= limit || (bytes > PAGE_BYTES && items.length > 0);
      if (isMore) break;
      items.push(item);
    }
    return { items, isMore };
  }
}

function partOf(parts: Map<string, Partition>, name: string): Partition {
  const part = parts.get(name) ?? new Partition();
  parts.set(name, part);
  return part;
}

export function textOf(item: Item, name: string): string {
  return item[name]?.S ?? '';
}

/** Rows of the same order are in that of their names. */
function indexKey(item: Item): string {
  return `${textOf(item, LEDGER.dueOrder)}\u0001${textOf(item, LEDGER.sortKey)}`;
}
