import { UnavailableError } from '../../core/errors.ts';

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
    throw new UnavailableError('OpenAI says that a list goes on, but its next page does not: the list is incomplete');
  }
  return last;
}
