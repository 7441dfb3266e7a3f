import type { PermissionState } from '../../lambdas/core/model/permission.ts';
import type { ListedHold, ListedPermission } from '../../lambdas/shared/contract/operator.ts';

/**
 * How a permission stands, a person's word on it included, which goes before what the system last thought of it. `other`: in a way
 * that a later version of the stack may tell of.
 */
export type CellState = PermissionState | ListedHold['kind'] | 'other';

/** Every state in the order of the legend, and what it means. */
export const MEANINGS: Readonly<Record<CellState, string>> = {
  active: 'OpenAI has granted it',
  pending: 'wanted, and waiting for its turn',
  unknown: 'a call is on its way, or its answer never came: a look will tell',
  drifted: 'gone at OpenAI, and left so',
  rejected: 'OpenAI refuses it; tried again once a day',
  orphaned: 'no rule wants it any more; kept',
  revoking: 'to be deleted at OpenAI',
  foreign: 'made by somebody else; never touched',
  ignored: 'kept as it is, because a person said so',
  withheld: 'revoked by a person; no rule shares it again',
  forgotten: 'not tracked any more, because a person said so',
  revoked: 'deleted at OpenAI',
  other: 'in a state that this page does not know: update ckpt to the version of the stack',
};

export const CELL_STATES = Object.keys(MEANINGS) as readonly CellState[];

/** Those of a project that somebody shares with, or has shared with and still could use what was shared. */
export const IN_USE: ReadonlySet<CellState> = new Set([
  'active',
  'pending',
  'unknown',
  'drifted',
  'rejected',
  'orphaned',
  'revoking',
  'ignored',
  'withheld',
]);

/** One checkpoint for one project. */
export interface Cell {
  readonly projectId: string;
  readonly project: string | null;
  readonly state: CellState;
  /** Null where there is only a person's word on it. */
  readonly permission: ListedPermission | null;
  /** Further permissions that OpenAI has made for the same project. */
  readonly duplicates: readonly ListedPermission[];
}

/** The cells of one checkpoint by project id, from its permissions and what people have said of them. */
export function cellsOf(
  permissions: readonly ListedPermission[],
  holds: readonly Pick<ListedHold, 'projectId' | 'project' | 'kind'>[],
): ReadonlyMap<string, Cell> {
  const cells = new Map<string, Cell>();
  for (const permission of permissions) {
    const { projectId, project } = permission;
    const state = known(permission.state);
    const first = cells.get(projectId);
    const cell = first
      ? { ...first, duplicates: [...first.duplicates, permission] }
      : { projectId, project, state, permission, duplicates: [] };
    cells.set(projectId, cell);
  }
  for (const { projectId, project, kind } of holds) {
    const cell = cells.get(projectId) ?? { projectId, project, permission: null, duplicates: [] };
    // What is on its way to be revoked because of a person's word is not yet what the person wants.
    const isUnderWay = 'state' in cell && cell.state === 'revoking';
    cells.set(projectId, { ...cell, state: isUnderWay ? 'revoking' : known(kind) });
  }
  return cells;
}

function known(state: CellState): CellState {
  return Object.hasOwn(MEANINGS, state) ? state : 'other';
}

/** An alias where there is one. */
export function nameOf({
  project,
  projectId,
}: {
  readonly project: string | null;
  readonly projectId: string;
}): string {
  return project ?? projectId;
}
