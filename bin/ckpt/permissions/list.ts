import { InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { PERMISSION_STATES } from '../../../lambdas/core/model/permission.ts';
import type { Asked, ListedPermission } from '../../../lambdas/shared/contract/operator.ts';
import { listedPermission } from '../../../lambdas/shared/contract/permissions.ts';
import { ask, gatherPages } from '../ask.ts';
import { suggest } from '../completion/suggest.ts';
import { collect } from '../options.ts';
import type { CliCommand, Session } from '../session.ts';
import { collectColumns, LIST_COLUMNS, type ListColumn, readColumn, showPermissions, valueIn } from './list-table.ts';

type PermissionFilter = NonNullable<Asked<'list'>['filter']>;

const document = z
  .array(listedPermission)
  .describe('The permissions of the ledger, one object each. What is not known is null.');

interface ListOptions extends PermissionFilter {
  readonly sort?: readonly SortKey[];
  readonly columns?: readonly ListColumn[];
}

const HELP = `
A filter may be given more than once: any of its values will do.

The columns are ${LIST_COLUMNS.join(', ')}.
--sort may be given more than once: a later column breaks the ties of the earlier ones. What is not known comes last.
--columns is for the table alone: with --json each permission has always the same keys. "all" stands for all columns.`;

export const list: CliCommand<ListOptions> = {
  document,
  define: (program) =>
    program
      .command('list')
      .description('list the permissions of the ledger, sorted by checkpoint and project')
      .option('--project <alias or id>', 'only of this target project', collect)
      .option('--source <alias>', 'only of jobs of this source project', collect)
      .addOption(stateOption())
      .option('--rule <name>', 'only what this rule wants', collect)
      .option('--job <ftjob-id>', 'only of this job', collect)
      .option('--checkpoint <glob>', 'only of checkpoints that match; * and ? stand for any characters', collect)
      .addOption(sortOption())
      .addOption(columnsOption())
      .addHelpText('after', HELP),

  async run(session, { sort = [], columns, ...filter }) {
    const sorted = sortPermissions(await gather(session, filter), sort);
    return { document: sorted, text: () => show(sorted, columns, session) };
  },
};

/** Which states there are is the operator function's to say: its stack may be of another version. */
function stateOption(): Option {
  const option = new Option('--state <state>', `only in this state: ${PERMISSION_STATES.join(', ')}`);
  return suggest(option.argParser(collect), PERMISSION_STATES);
}

function sortOption(): Option {
  const option = new Option('--sort <column>', 'sort by this column, or by <column>:desc the other way round');
  return suggest(option.argParser(collectSort), SORT_KEYS);
}

function columnsOption(): Option {
  const option = new Option('--columns <names>', 'show these columns in this order, with commas between them');
  return suggest(option.argParser(collectColumns), [...LIST_COLUMNS, 'all'], { commas: true });
}

function gather(session: Session, filter: PermissionFilter): Promise<ListedPermission[]> {
  return gatherPages(session.terminal, 'permissions', async (cursor) => {
    const page = await ask(session, { command: 'list', filter, cursor });
    return { items: page.permissions, cursor: page.cursor };
  });
}

function show(
  permissions: readonly ListedPermission[],
  columns: readonly ListColumn[] | undefined,
  { terminal, paint }: Session,
): string {
  if (permissions.length > 0) return showPermissions(permissions, { paint, columns, width: terminal.columns });
  terminal.err('No permission is there, or none that fits.\n');
  return '';
}

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
