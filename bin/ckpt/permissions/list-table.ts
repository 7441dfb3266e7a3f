import { InvalidArgumentError } from 'commander';
import { nearest } from '../../../lambdas/core/policy/nearest.ts';
import type { ListedPermission } from '../../../lambdas/shared/contract/operator.ts';
import type { Paint } from '../text/paint.ts';
import { paintState } from '../text/paint.ts';
import { type Column, table } from '../text/table.ts';
import { showTime } from '../text/times.ts';

const USUAL: readonly ListColumn[] = [
  'checkpoint',
  'project',
  'state',
  'permission',
  'shared',
  'expires',
  'rule',
  'reason',
];

export interface TableOptions {
  readonly paint: Paint;
  /** To be shown whatever is in them; undefined = the usual ones, without those in which no permission has anything. */
  readonly columns: readonly ListColumn[] | undefined;
  /** Width of the terminal; null where there is none. */
  readonly width: number | null;
}

/** The permissions as a table for people. */
export function showPermissions(
  permissions: readonly ListedPermission[],
  { paint, columns, width }: TableOptions,
): string {
  if (columns === undefined) return table(permissions, USUAL.map(usualColumn(paint)), width);
  // The last column is cut to the width; ids are copied.
  const last = columns.at(-1);
  const isProse = last === 'rule' || last === 'reason';
  const chosen = columns.map((name) => ({ ...tableColumn(name, paint), always: true as const }));
  return table(permissions, chosen, isProse ? width : null);
}

/** There is no column for the origin among the usual ones: it stands in for the rule. */
function usualColumn(paint: Paint): (name: ListColumn) => Column<ListedPermission> {
  return (name) => ({
    ...tableColumn(name, paint),
    ...(name === 'rule' && { text: ({ rule, origin }) => rule ?? (origin && `(${origin})`) }),
  });
}

function tableColumn(name: ListColumn, paint: Paint): Column<ListedPermission> {
  const isTime = name === 'shared' || name === 'verified' || name === 'expires';
  return {
    heading: name.toUpperCase(),
    text: (permission) => (isTime ? showTime(valueIn(name, permission)) : valueIn(name, permission)),
    ...(name === 'state' && { paint: (cell: string, { state }: ListedPermission) => paintState(paint, state, cell) }),
  };
}

/** What a permission has in each column of `ckpt list`, in the order in which `all` shows them; null is what is not known. */
const VALUES = {
  checkpoint: ({ checkpoint }) => checkpoint,
  project: ({ project, projectId }) => project ?? projectId,
  state: ({ state }) => state,
  permission: ({ permissionId }) => permissionId,
  shared: ({ sharedAt }) => sharedAt,
  verified: ({ verifiedAt }) => verifiedAt,
  expires: ({ expiresAt }) => expiresAt,
  rule: ({ rule }) => rule,
  origin: ({ origin }) => origin,
  source: ({ source }) => source,
  job: ({ jobId }) => jobId,
  reason: ({ reason }) => reason,
} as const satisfies Record<string, (permission: ListedPermission) => string | null>;

export type ListColumn = keyof typeof VALUES;

export const LIST_COLUMNS = Object.keys(VALUES) as readonly ListColumn[];

export function valueIn(column: ListColumn, permission: ListedPermission): string | null {
  return VALUES[column](permission);
}

/** Throws commander's `InvalidArgumentError`. */
export function readColumn(name: string): ListColumn {
  const column = LIST_COLUMNS.find((each) => each === name);
  if (column !== undefined) return column;
  const meant = nearest(name, LIST_COLUMNS);
  const hint = meant === undefined ? `The columns are ${LIST_COLUMNS.join(', ')}.` : `Did you mean "${meant}"?`;
  throw new InvalidArgumentError(`There is no column "${name}". ${hint}`);
}

/** For `--columns`, which may be repeated: names joined by commas, each once; `all` stands for all that are not named. */
export function collectColumns(value: string, before: readonly ListColumn[] = []): readonly ListColumn[] {
  const names = value.split(',').map((name) => name.trim());
  const columns = names.flatMap((name) => (name === 'all' ? LIST_COLUMNS : [readColumn(name)]));
  return [...new Set([...before, ...columns])];
}
