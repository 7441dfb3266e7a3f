import type { PermissionCreated, ProjectEvent } from '../../../lambdas/core/audit/event.ts';
import type { FoundDeletion } from '../../../lambdas/core/audit/permission-event.ts';
import { MODEL, T0 } from '../../builders/checkpoints.ts';

export const JANE = 'user jane@example.com';

export function created(projectId: string, permissionId: string, at = T0): PermissionCreated {
  const id = `audit_log-created-${permissionId}`;
  return { kind: 'permission-created', id, at, actor: JANE, permissionId, projectId, checkpoint: MODEL };
}

export function deleted(projectId: string, permissionId: string, at = T0): FoundDeletion {
  const id = `audit_log-deleted-${permissionId}`;
  return { kind: 'permission-deleted', id, at, actor: JANE, permissionId, projectId };
}

export function archived(projectId: string, at = T0): ProjectEvent {
  return { kind: 'project-archived', id: `audit_log-archived-${projectId}`, at, actor: null, projectId };
}
