import type { CheckpointRecord, PermissionRecord, Want } from '../model/permission.ts';
import { plan } from '../plan/plan.ts';
import { applyActions } from './apply.ts';
import { recall } from './hold.ts';
import { changePermissions, idsOf } from './record.ts';
import { repairByHand } from './repair.ts';
import { wantsOf } from './resolve.ts';

/**
 * A person wants these projects to have the checkpoint: what is not there becomes due at once, whatever was refused, held
 * or gone before. The wishes take the place of those that stood for the same projects.
 */
export function shareByHand(record: CheckpointRecord, wants: readonly Want[], now: number): CheckpointRecord {
  const projectIds = wants.map(({ projectId }) => projectId);
  const free = { ...recall(record, projectIds, now), gone: null };
  const wanted = new Map([...wantsOf(free), ...wants.map((want) => [want.projectId, want] as const)]);
  const { permissions: recorded, holds } = free;
  const actions = plan({ wanted, recorded, actual: 'unknown', prune: false, holds });
  const chosen = actions.filter(({ projectId }) => projectIds.includes(projectId));
  const applied = repairByHand(applyActions(free, chosen, now), projectIds, now);
  return changePermissions(applied, projectIds, (permission) => atOnce(permission, now));
}

/** What was refused is asked for again, without waiting for its daily retry. */
function atOnce(permission: PermissionRecord, now: number): PermissionRecord {
  const { state } = permission;
  if (state !== 'rejected' && state !== 'pending') return permission;
  if (idsOf(permission).length > 0) return { ...permission, priority: 'repair', notBefore: now };
  return { ...permission, state: 'pending', priority: 'fresh', notBefore: now, attempts: 0, failing: null };
}
