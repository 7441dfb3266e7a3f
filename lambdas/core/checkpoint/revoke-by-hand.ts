import type { CheckpointRecord, PermissionRecord } from '../model/permission.ts';
import { holdOf, isInDoubt } from './hold.ts';
import { changePermissions, idsOf } from './record.ts';

/** Whether a person's word lets a permission be revoked, and what that takes. */
export type Revocability =
  /** A DELETE for each of its permission ids. */
  | 'delete'
  /** It was never granted: the wish is dropped, and no call is needed. */
  | 'drop'
  | 'nothing-to-do'
  /** A call for it may be on its way: later. */
  | 'in-doubt'
  /** Somebody else's. */
  | 'foreign'
  | 'ignored';

export function revocability(record: CheckpointRecord, permission: PermissionRecord, now: number): Revocability {
  const { state, projectId } = permission;
  if (holdOf(record, projectId)?.kind === 'ignored') return 'ignored';
  if (state === 'revoked') return 'nothing-to-do';
  if (state === 'foreign') return 'foreign';
  if (isInDoubt(record, permission, now)) return state === 'revoking' ? 'nothing-to-do' : 'in-doubt';
  return idsOf(permission).length > 0 ? 'delete' : 'drop';
}

/** A person wants these projects to lose the checkpoint; of those that cannot be revoked now, nothing changes. */
export function revokeByHand(record: CheckpointRecord, projectIds: readonly string[], now: number): CheckpointRecord {
  return changePermissions(record, projectIds, (permission) => {
    switch (revocability(record, permission, now)) {
      case 'drop':
        return undefined;
      case 'delete': {
        // A person's word goes before a pause of the rule that had wanted it.
        const { parked: _, lastRule: __, letGoAt: ___, ...rest } = permission;
        return {
          ...rest,
          state: 'revoking',
          want: null,
          reason: 'revoked by a person',
          priority: 'repair',
          notBefore: now,
          attempts: 0,
          failing: null,
          doubt: null,
        };
      }
      default:
        return permission;
    }
  });
}
