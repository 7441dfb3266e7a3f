import { EndlessListError } from '../../core/errors.ts';
import type { OddItem } from '../../core/model/job.ts';
import { formProblem } from './read-answer.ts';
import { PATH_ID, type Schema, withId } from './schemas.ts';

/** The most that a page is asked to hold; OpenAI's own defaults are 10 and 20. */
export const PAGE_SIZE = '100';

/**
 * The cursor of the page after this one, or null at the end. A list that says it goes on and does not move is an
 * error: to end there would pass off a part of it as the whole.
 */
export function nextCursor(
  page: { readonly data: readonly { readonly id: string }[]; readonly has_more: boolean },
  after: string | null,
): string | null {
  if (!page.has_more) return null;
  const last = page.data.at(-1)?.id;
  if (last === undefined || last === after) {
    throw new EndlessListError('OpenAI says that a list goes on, but its next page does not: the list is incomplete');
  }
  return last;
}

/** The items of a loose page that a cursor can be made of. */
export function withIds(data: readonly unknown[]): readonly { readonly id: string }[] {
  return data.flatMap((item) => withId.safeParse(item).data ?? []);
}

/** The items of a page, each as it is to be read or why it cannot be, and the cursor of the page after it. */
export interface ReadPage<T> {
  readonly items: readonly (T | OddItem)[];
  readonly next: string | null;
}

export function readPage<T>(
  { data, has_more }: { readonly data: readonly unknown[]; readonly has_more: boolean },
  after: string | null,
  schema: Schema<T>,
): ReadPage<T> {
  const next = nextCursor({ data: withIds(data), has_more }, after);
  // What comes after the cursor is shown again by the next page.
  const end = next === null ? data.length : data.findLastIndex((item) => withId.safeParse(item).success) + 1;
  return { items: data.slice(0, end).map((item) => readItem(item, schema)), next };
}

export function readItem<T>(item: unknown, schema: Schema<T>): T | OddItem {
  const read = schema.safeParse(item);
  if (read.success) return read.data;
  const id = withId.safeParse(item).data?.id;
  return { id: id !== undefined && PATH_ID.test(id) ? id : null, problem: formProblem(read.error) };
}
