import type { AttributeValue } from '@aws-sdk/client-dynamodb';

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
