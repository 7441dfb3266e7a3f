import type { CheckpointRecord } from '../model/permission.ts';
import { idsOf, permissionsOf } from './record.ts';

/** Every permission id that a record has and an earlier one had not, each once, with the project it is for. */
export function newPermissionIds(
  record: CheckpointRecord,
  before: CheckpointRecord,
): readonly { readonly permissionId: string; readonly projectId: string }[] {
  const known = new Set(permissionsOf(before).flatMap(idsOf));
  return permissionsOf(record).flatMap((permission) =>
    idsOf(permission).flatMap((permissionId) => {
      if (known.has(permissionId)) return [];
      known.add(permissionId);
      return [{ permissionId, projectId: permission.projectId }];
    }),
  );
}
