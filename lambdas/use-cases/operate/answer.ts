import type { IsoTime } from '../../shared/contract/operator.ts';

/** Lambda answers with no more than 6 MB; what is around the items is small. */
export const ANSWER_BYTES = 5_000_000;

/** The first of the items, as many as so many bytes of an answer hold. */
export function asManyAsFit<T>(items: readonly T[], bytes = ANSWER_BYTES): readonly T[] {
  let left = bytes;
  const tooMuch = items.findIndex((item) => {
    left -= sizeOf(item) + 1;
    return left < 0;
  });
  return tooMuch === -1 ? items : items.slice(0, tooMuch);
}

export function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/**
 * As much of a page of the ledger as one answer holds, at least its first item: a row takes a multiple of its bytes when it is
 * told. The next page begins after what was told last.
 */
export function fittingPage<Item, Told>(
  page: { readonly items: readonly Item[]; readonly cursor: string | null },
  tell: (item: Item) => Told,
  cursorOf: (item: Item) => string,
): { readonly told: readonly Told[]; readonly cursor: string | null } {
  const all = page.items.map(tell);
  const count = Math.max(1, asManyAsFit(all).length);
  const last = page.items[count - 1];
  if (count >= all.length || last === undefined) return { told: all, cursor: page.cursor };
  return { told: all.slice(0, count), cursor: cursorOf(last) };
}

/** Milliseconds since the epoch as text. */
export function toIso(ms: number): IsoTime {
  return new Date(ms).toISOString();
}

export function toIsoOrNull(ms: number | null): IsoTime | null {
  return ms === null ? null : toIso(ms);
}
