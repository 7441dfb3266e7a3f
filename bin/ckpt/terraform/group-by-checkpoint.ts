import type { TerraformState } from './state.ts';

/** What several resources say of one checkpoint, merged. */
export interface CheckpointGroup {
  readonly checkpoint: string;
  readonly projectIds: readonly string[];
  /** `cp_…` only; fewer than projects where the provider lost some. */
  readonly permissionIds: readonly string[];
}

/** By checkpoint, in the order of the state; apart from them the permission ids of which the checkpoint is not known. */
export function groupByCheckpoint({ permissions }: Pick<TerraformState, 'permissions'>): {
  readonly checkpoints: readonly CheckpointGroup[];
  readonly orphanIds: readonly string[];
} {
  const groups = Map.groupBy(permissions, ({ checkpoint }) => checkpoint);
  const checkpoints = [...groups].flatMap(([checkpoint, members]) => {
    if (checkpoint === null) return [];
    const projectIds = [...new Set(members.flatMap((member) => member.projectIds))];
    return [{ checkpoint, projectIds, permissionIds: permissionIdsOf(members) }];
  });
  return { checkpoints, orphanIds: permissionIdsOf(groups.get(null) ?? []) };
}

function permissionIdsOf(members: TerraformState['permissions']): readonly string[] {
  return [...new Set(members.flatMap(({ permissionId }) => permissionId ?? []))];
}
