import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Tally } from '../../core/checkpoint/tally.ts';
import { RowRefusedError } from '../../core/errors.ts';
import type { LedgerEvent } from '../../core/events/event.ts';
import { LEDGER, PARTITION, SCHEMA } from '../../shared/contract/ledger-keys.ts';

/** What an item looks like in the table, and what DynamoDB takes. Pure, so that the ledger in memory takes no more. */
export type Attributes = Record<string, AttributeValue>;

export function keyOf(partition: string, id: string): Attributes {
  return { [LEDGER.partitionKey]: { S: partition }, [LEDGER.sortKey]: { S: id } };
}

/** What every item is written with. */
export const STAMP: Attributes = { [LEDGER.schema]: { N: String(SCHEMA) } };

/** For a write that has not read the item: that no newer version has written it. */
export const NOT_NEWER = {
  condition: '(attribute_not_exists(#schema) OR #schema <= :schema)',
  names: { '#schema': LEDGER.schema },
  values: { ':schema': { N: String(SCHEMA) } },
} as const;

/** The item, where this version understands it. Throws `RowRefusedError` where a newer one has written it. */
export function understood(item: Attributes): Attributes {
  const schema = Number(item[LEDGER.schema]?.N ?? 0);
  if (schema <= SCHEMA) return item;
  const row = item[LEDGER.sortKey]?.S ?? '';
  const problem = `a newer version has written ${row} under schema ${schema}, and this one knows ${SCHEMA}: deploy that version again`;
  throw new RowRefusedError(row, problem);
}

/** No model id has a `#`. */
export function historyPrefix(checkpoint: string): string {
  return `${checkpoint}#`;
}

/** A document under its version. Throws `RowRefusedError` where DynamoDB would not take it. */
export function documentItem(
  partition: string,
  id: string,
  { version: _, ...body }: { readonly version: number },
  version: number,
  indexed: Attributes,
): Attributes {
  const item = { ...keyOf(partition, id), ...indexed, version: { N: String(version) }, body: encode(body) };
  return checked(id, item);
}

/** What a write has changed of what there is, beside what tells of the write. */
export function countsAttribute(counts: Tally | undefined): Attributes {
  return counts === undefined ? {} : { counts: { S: JSON.stringify(counts) } };
}

/**
 * An event: by time, by the checkpoint that it is about, if it is about one, and once more until it is published. Throws
 * `RowRefusedError`.
 */
export function eventItems(event: LedgerEvent, counts?: Tally): readonly Attributes[] {
  const { checkpoint, id } = event;
  const histories = checkpoint === null ? [] : [keyOf(PARTITION.history, `${historyPrefix(checkpoint)}${id}`)];
  const body = encode(event);
  const byTime = { ...keyOf(PARTITION.event, id), ...countsAttribute(counts) };
  return [byTime, ...histories, keyOf(PARTITION.outbox, id)].map((item) =>
    checked(checkpoint ?? id, { ...item, body }),
  );
}

/**
 * From so many bytes of JSON on it is stored compressed: what is small stays readable, also to older code. What a row
 * has for its hundreds of targets is much the same each time, and shrinks to a tenth.
 */
const PLAIN_BYTES = 8 * 1024;

/** Good at what repeats far apart, as a project's id in the lists of a row does; 1 MB takes some 5 ms of a whole CPU. */
const COMPRESSION = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

function encode(body: object): AttributeValue {
  const json = JSON.stringify(body);
  const isSmall = Buffer.byteLength(json) < PLAIN_BYTES;
  return isSmall ? { S: json } : { B: brotliCompressSync(json, COMPRESSION) };
}

/** The JSON of a body, plain or compressed. Throws as `understood` does. */
export function decode(item: Attributes) {
  const { body } = understood(item);
  return JSON.parse(body?.B === undefined ? (body?.S ?? '') : brotliDecompressSync(body.B).toString());
}

/** DynamoDB's limits in bytes, the names of the attributes included. */
const MAX_ITEM = 400 * 1024;
const MAX_SORT_KEY = 1_024;

function checked(row: string, unstamped: Attributes): Attributes {
  const item = { ...unstamped, ...STAMP };
  const key = Buffer.byteLength(item[LEDGER.sortKey]?.S ?? '');
  if (key > MAX_SORT_KEY) throw tooLarge(row, 'its key', key, MAX_SORT_KEY);
  const bytes = Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + bytesOf(value), 0);
  if (bytes > MAX_ITEM) throw tooLarge(row, 'it', bytes, MAX_ITEM);
  return item;
}

/** A number takes fewer bytes than its digits. */
function bytesOf({ S, N, B }: AttributeValue): number {
  return B?.byteLength ?? Buffer.byteLength(S ?? N ?? '');
}

function tooLarge(row: string, what: string, bytes: number, most: number): RowRefusedError {
  return new RowRefusedError(row, `${what} would have ${bytes} bytes, and DynamoDB takes ${most}`);
}
