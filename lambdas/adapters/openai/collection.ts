import * as z from 'zod/mini';
import { NotFoundError, RefusedError, UnavailableError, UncertainError } from '../../core/errors.ts';
import type { Deletion } from '../../core/key-ports.ts';
import type { KeyPage } from '../../core/keys/ports.ts';
import type { OpenAIHttp } from './http.ts';
import { nextCursor } from './page.ts';
import { deletion, PATH_ID, type Schema } from './schemas.ts';

/** Of OpenAI's own size, 20: the most that may be asked for is not always documented. More is a list that never ends. */
const MAX_PAGES = 100;

interface List<T> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly item: Schema<T>;
}

/** One page of a list. Throws `UnavailableError` where it says that it goes on, and does not. */
export async function onePage<T extends { readonly id: string }>(
  http: OpenAIHttp,
  list: List<T>,
  after: string | null,
): Promise<KeyPage<T>> {
  const answer = z.object({ data: z.array(list.item), has_more: z.boolean() });
  const query = after === null ? list.query : { ...list.query, after };
  const call = { method: 'GET', path: list.path, ...(query && { query }), answer } as const;
  const page: z.infer<typeof answer> = await http.call(call);
  return { items: page.data, next: nextCursor(page, after) };
}

/** Everything in a list, in its order. Throws `UnavailableError` where it cannot be read to its end. */
export async function allPages<T extends { readonly id: string }>(
  http: OpenAIHttp,
  list: List<T>,
): Promise<readonly T[]> {
  const items: T[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page: KeyPage<T> = await onePage(http, list, after);
    items.push(...page.items);
    after = page.next;
    if (after === null) return items;
  }
  throw new UnavailableError(`OpenAI's list does not end within ${MAX_PAGES} pages`);
}

/** What a GET finds; null where OpenAI has nothing of that id. */
export async function findOne<T>(http: OpenAIHttp, path: string, answer: Schema<T>): Promise<T | null> {
  try {
    return await http.call({ method: 'GET', path, answer });
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    throw error;
  }
}

/** Throws `UncertainError` where OpenAI tells of another thing than the last one of the path, which may be there still. */
export async function deleteOne(http: OpenAIHttp, path: string): Promise<Deletion> {
  try {
    const { id } = await http.call({ method: 'DELETE', path, answer: deletion });
    if (path.endsWith(`/${id}`)) return 'deleted';
    throw new UncertainError('OpenAI says that something else was deleted than what was asked for');
  } catch (error) {
    if (error instanceof NotFoundError) return 'absent';
    throw error;
  }
}

/** A path with ids in it. Throws `RefusedError` for what is no id, which might lead elsewhere. */
export function pathOf(parts: TemplateStringsArray, ...ids: readonly string[]): string {
  if (ids.every((id) => PATH_ID.test(id))) return String.raw({ raw: parts }, ...ids);
  throw new RefusedError('This is no id of OpenAI (letters, digits, - and _)');
}

export function millis(seconds: number | null | undefined): number | null {
  return seconds == null ? null : seconds * 1_000;
}
