import { EndlessListError } from '../core/errors.ts';
import type { Page } from '../core/ports/ledger.ts';

/** Throws `EndlessListError` where the cursor of OpenAI's next page is something that the pages before it have shown. */
export function expectOnward(next: string | null, shown: Iterable<string | null>): void {
  if (next !== null && new Set(shown).has(next)) {
    throw new EndlessListError("OpenAI's list comes back to what it has shown: it would never end");
  }
}

/** Every item of a list that comes in pages, one page in memory at a time. */
export async function* everyItem<T>(readPage: (cursor: string | null) => Promise<Page<T>>): AsyncGenerator<T> {
  let cursor: string | null = null;
  do {
    const page: Page<T> = await readPage(cursor);
    yield* page.items;
    cursor = page.cursor;
  } while (cursor !== null);
}
