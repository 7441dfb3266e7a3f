import type { CheckpointRecord, PermissionRecord } from '../../../lambdas/core/model/permission.ts';

/** One value of a trace line: short, and times as they are in the ledger. */
export function describeValue(value: unknown): string {
  if (value === undefined) return '-';
  if (typeof value === 'string') return value;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (isCheckpoint(value)) return describeCheckpoint(value);
  return JSON.stringify(value);
}

function isCheckpoint(value: unknown): value is CheckpointRecord {
  return typeof value === 'object' && value !== null && 'permissions' in value && 'inFlight' in value;
}

export function describeCheckpoint(record: CheckpointRecord): string {
  const { checkpoint, version, permissions, inFlight, batches, holds = {} } = record;
  const said = Object.entries(holds).map(([projectId, { kind }]) => `${projectId} ${kind}`);
  const rows = Object.values(permissions).map(describePermission);
  const parts = [
    inFlight === null ? '' : `in flight: ${inFlight.projectIds.join(',')}`,
    said.length === 0 ? '' : `said: ${said.join(',')}`,
    batches.length === 0 ? '' : `batches: ${JSON.stringify(batches)}`,
  ].filter((part) => part !== '');
  return `${checkpoint} v${version} {${rows.join('; ')}} ${parts.join(' ')}`.trimEnd();
}

function describePermission(permission: PermissionRecord): string {
  const { projectId, state, permissionId, duplicateIds, want, priority, attempts, failing, parked } = permission;
  const ids = [permissionId, ...duplicateIds].filter((id) => id !== null).join('+');
  const tries = attempts > 0 ? ` ${failing} x${attempts}` : '';
  return `${projectId} ${state}${want === null ? ' (unwanted)' : ''}${ids && ` ${ids}`} ${priority}${tries}${parked ? ' set aside' : ''}`;
}
