import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { LEDGER } from '../../../lambdas/shared/contract/ledger-keys.ts';

type Item = Readonly<Record<string, AttributeValue>>;

/**
 * Bytes of an item as DynamoDB counts them: names and texts in UTF-8, two digits a byte. Only for the attributes that the
 * ledger has: texts, bytes and whole numbers. Source: "DynamoDB item sizes and formats" in the DynamoDB developer guide.
 */
export function itemSize(item: Readonly<Record<string, AttributeValue>>): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.B !== undefined) return value.B.byteLength;
  if (value.N !== undefined) return Math.ceil(value.N.replace(/^0+|0+$/g, '').length / 2) + 1;
  throw new Error(`The ledger has no attributes such as ${Object.keys(value).join()}.`);
}

/** Read units of one request over so many bytes: 4 KB each, half of that where the read need not be consistent. */
export function readUnits(bytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5);
}

/**
 * Write units of one row: 1 KB each, of the larger of what was and what is, twice in a transaction; and one for each place in the
 * index that it leaves or takes.
 */
export function writeUnits(after: Item, before: Item, inTransaction: boolean): number {
  const bytes = Math.max(itemSize(after), itemSize(before));
  const [was, is] = [before, after].map(
    (item) => item[LEDGER.dueOrder] && `${item[LEDGER.dueLane]?.S} ${item[LEDGER.dueOrder]?.S}`,
  );
  const moved = was === is ? 0 : [was, is].filter((place) => place !== undefined).length;
  return Math.max(1, Math.ceil(bytes / 1024)) * (inTransaction ? 2 : 1) + moved;
}

/** What the index has of a row. */
export function keysOf(item: Item): Item {
  const names = [LEDGER.partitionKey, LEDGER.sortKey, LEDGER.dueLane, LEDGER.dueOrder];
  return Object.fromEntries(names.map((name) => [name, { S: item[name]?.S ?? '' }]));
}
