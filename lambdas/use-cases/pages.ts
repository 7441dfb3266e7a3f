import type { Page } from '../core/ports/ledger.ts';
/** Every item of a list that comes in pages, one page in memory at a time. */
export async function* everyItem<T>(readPage: (cursor: string | null) => Promise<Page<T>>): AsyncGenerator<T> {
  let cursor: string | null = null;
  do {
    const page: Page<T> = await readPage(cursor);
    yield* page.items;
    cursor = page.cursor;
  } while (cursor !== null);
}
