import type { ListedPermission } from '../../lambdas/shared/contract/operator.ts';
import { type ListColumn, valueIn } from './list-columns.ts';
import type { Paint } from './paint.ts';
import { paintState } from './paint-state.ts';
import { type Column, table } from './table.ts';
import { showTime } from './times.ts';

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
