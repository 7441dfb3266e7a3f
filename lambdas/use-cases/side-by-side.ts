import { ContentionError } from '../core/errors.ts';
import type { Log } from '../core/ports/runtime.ts';
import { type UnwrittenRow, unwrittenRow, unwrittenRows } from '../core/row-failure.ts';

/** So many writes to the ledger are under way at once. */
const WRITERS = 8;

/** What came of work on many rows. */
export interface Written {
  /** For how many it was begun. */
  readonly begun: number;
  readonly unwritten: readonly UnwrittenRow[];
}

/**
 * Does the work for every row, some side by side, until `goesOn` says no. One that cannot be written stops no other: it is
 * told of in the end. Throws where the trouble is not that of single rows.
 */
export async function sideBySide<T>(
  items: readonly T[],
  rowOf: (item: T) => string,
  work: (item: T) => Promise<unknown>,
  goesOn: () => boolean = () => true,
): Promise<Written> {
  const waiting = items.values();
  const unwritten: UnwrittenRow[] = [];
  let begun = 0;
  let isBroken = false;
  const worker = async () => {
    while (!isBroken && goesOn()) {
      const { value, done } = waiting.next();
      if (done) return;
      begun++;
      const failed = await tryRow(rowOf(value), () => work(value)).catch((error: unknown) => {
        isBroken = true;
        throw error;
      });
      if (failed !== undefined) unwritten.push(failed);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, worker));
  return { begun, unwritten };
}

/** Undefined when the work on the row is done; what kept the row from being written. Any other failure is thrown on. */
export async function tryRow(row: string, work: () => Promise<unknown>): Promise<UnwrittenRow | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    const failed = unwrittenRow(row, error);
    if (failed === undefined) throw error;
    return failed;
  }
}

/**
 * Where several rows were tried, and none was taken that might be taken later: that is no trouble of single rows, and has to
 * ring.
 */
export function failIfNoneIsTaken(tried: number, unwritten: readonly UnwrittenRow[]): void {
  const passing = unwritten.filter((row) => row.passing);
  const [first] = passing;
  if (first === undefined || tried < 2 || passing.length < tried) return;
  throw new ContentionError(`The ledger takes none of ${tried} rows just now: ${first.reason}`);
}

/** Says which rows could not be written, the first of them each, under the signal that an alarm counts. */
export function tellUnwritten(log: Log, unwritten: readonly UnwrittenRow[]): void {
  const { count, rows } = unwrittenRows(unwritten);
  for (const { row, reason } of rows)
    log.error('Row not written', { signal: 'row-unwritable', row, reason, of: count });
}
