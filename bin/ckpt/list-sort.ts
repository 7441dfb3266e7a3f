import { InvalidArgumentError } from 'commander';
import type { ListedPermission } from '../../lambdas/shared/contract/operator.ts';
import { LIST_COLUMNS, type ListColumn, readColumn, valueIn } from './list-columns.ts';

export interface SortKey {
  readonly column: ListColumn;
  readonly descending: boolean;
}

/** All that `--sort` takes. */
export const SORT_KEYS: readonly string[] = LIST_COLUMNS.flatMap((column) => [column, `${column}:desc`]);

/** For `--sort`, which may be repeated: `<column>` or `<column>:desc`. Throws commander's `InvalidArgumentError`. */
export function collectSort(value: string, before: readonly SortKey[] = []): readonly SortKey[] {
  const [name = '', ...order] = value.split(':');
  const column = readColumn(name);
  if (order.length === 0) return [...before, { column, descending: false }];
  if (order.length === 1 && order[0] === 'desc') return [...before, { column, descending: true }];
  throw new InvalidArgumentError(`Write "${column}", or "${column}:desc" for the other way round.`);
}

/**
 * Sorts by the first key, what is equal in it by the next, and leaves what is equal in all of them in the order it has.
 * What is not known comes last, whichever way round.
 */
export function sortPermissions(
  permissions: readonly ListedPermission[],
  keys: readonly SortKey[],
): readonly ListedPermission[] {
  return permissions.toSorted((a, b) => {
    for (const { column, descending } of keys) {
      const order = compare(valueIn(column, a), valueIn(column, b), descending);
      if (order !== 0) return order;
    }
    return 0;
  });
}

/** By code units, as the ledger sorts; times are all written alike, so that their order is that of their text. */
function compare(a: string | null, b: string | null, descending: boolean): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b === descending ? 1 : -1;
}
