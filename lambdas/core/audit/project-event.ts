import { changePermissions, permissionsOf } from '../checkpoint/record.ts';
import { REFUSED_RETRY_MS } from '../checkpoint/retries.ts';
import type { CheckpointRecord, PermissionRecord, RefusedProject } from '../model/permission.ts';
import { type ProjectEvent, tellOf } from './event.ts';

const IN_FORCE = new Set<PermissionRecord['state']>(['active', 'orphaned', 'drifted', 'revoking']);

/** Whether the record has anything to do with the project that is ours. */
export function concernsProject(record: CheckpointRecord, projectId: string): boolean {
  const state = record.permissions[projectId]?.state;
  return state !== undefined && state !== 'foreign' && state !== 'revoked';
}

/** Whether OpenAI has granted the project something since: whoever closed it, it is open again. */
export function isOpenSince({ permissions }: CheckpointRecord, { projectId, at }: ProjectEvent): boolean {
  return (permissions[projectId]?.sharedAt ?? 0) > at;
}

/** A project that is closed is asked for no more until a day after. */
export function refusedBy(event: ProjectEvent): RefusedProject {
  return { projectId: event.projectId, reason: reasonOf(event), retryAt: event.at + REFUSED_RETRY_MS };
}

/**
 * Closes what a closed project has: what a rule wants is refused, to be tried again in a day, and keeps its id, since
 * nobody says whether OpenAI deletes the permission; what nobody wants is revoked with a project that was deleted. One that
 * was archived may be opened again, and then has what it had: that is still deleted, or listed, as if nothing had happened.
 * The same record where there is nothing.
 */
export function closeProject(record: CheckpointRecord, event: ProjectEvent, now: number): CheckpointRecord {
  const concerned = permissionsOf(record).filter(
    ({ projectId, state, want }) =>
      projectId === event.projectId &&
      record.holds?.[projectId]?.kind !== 'ignored' &&
      IN_FORCE.has(state) &&
      (want !== null || event.kind === 'project-deleted'),
  );
  if (concerned.length === 0) return record;
  return changePermissions(record, [event.projectId], (permission) =>
    permission.want === null
      ? { ...permission, state: 'revoked', reason: reasonOf(event), notBefore: null, verifiedAt: now }
      : {
          ...permission,
          state: 'rejected',
          reason: reasonOf(event),
          priority: 'retry',
          notBefore: refusedBy(event).retryAt,
          attempts: 0,
          failing: null,
        },
  );
}

function reasonOf(event: ProjectEvent): string {
  return tellOf(event.kind === 'project-archived' ? 'project archived' : 'project deleted', event);
}
