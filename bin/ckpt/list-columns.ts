import { InvalidArgumentError } from 'commander';
import { nearest } from '../../lambdas/core/policy/nearest.ts';
import type { ListedPermission } from '../../lambdas/shared/contract/operator.ts';

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
