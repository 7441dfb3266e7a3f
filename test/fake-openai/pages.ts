import { badRequest } from './api-error.ts';
import { integer } from './query.ts';
import type { Quirks } from './quirks.ts';

/** The most that one page may be asked to hold, where the documents give a limit. */
const MOST = 100;

/** The query parameters that `pageOf` reads. */
export const PAGING = ['limit', 'after'] as const;

export interface Page<T> {
  readonly items: readonly T[];
  readonly hasMore: boolean;
}

/** The part of a list that `limit` and `after` ask for. An `after` that is not in the list is refused. */
export function pageOf<T extends { readonly id: string }>(
  items: readonly T[],
  query: URLSearchParams,
  defaultLimit: number,
  end: Quirks['listEnd'] = 'told',
): Page<T> {
  const limit = integer(query, 'limit') ?? defaultLimit;
  if (limit < 1 || limit > MOST) {
    throw badRequest(
      `Invalid 'limit': expected a value between 1 and ${MOST}, but got ${limit} instead.`,
      'limit',
      limit < 1 ? 'integer_below_min_value' : 'integer_above_max_value',
    );
  }
  const given = query.get('after');
  const after = end === 'circle' && given === items.at(-1)?.id ? null : given;
  const start = after === null ? 0 : items.findIndex(({ id }) => id === after) + 1;
  if (after !== null && start === 0) throw badRequest(`Invalid 'after': no such object '${after}'.`, 'after');
  return { items: items.slice(start, start + limit), hasMore: end !== 'told' || start + limit < items.length };
}

/** A list as most endpoints answer it. */
export function listBody<T extends { readonly id: string }>(items: readonly T[], hasMore: boolean) {
  return {
    object: 'list',
    data: items,
    first_id: items[0]?.id ?? null,
    last_id: items.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}

/** OpenAI counts time in whole seconds. */
export function unixSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}
