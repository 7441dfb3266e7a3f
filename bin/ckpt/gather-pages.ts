import { withProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

interface Page<Item> {
  readonly items: readonly Item[];
  /** Null = the last page. */
  readonly cursor: string | null;
}

/** The items of all pages, until there are `most`; on long work the terminal tells how many `things` there are so far. */
export async function gatherPages<Item>(
  terminal: Terminal,
  things: string,
  read: (cursor: string | null, soFar: number) => Promise<Page<Item>>,
  most = Number.POSITIVE_INFINITY,
): Promise<Item[]> {
  const found: Item[] = [];
  return withProgress(
    terminal,
    () => `${found.length} ${things} so far …`,
    async () => {
      let cursor: string | null = null;
      do {
        const page: Page<Item> = await read(cursor, found.length);
        found.push(...page.items);
        cursor = page.cursor;
      } while (cursor !== null && found.length < most);
      return found;
    },
  );
}
