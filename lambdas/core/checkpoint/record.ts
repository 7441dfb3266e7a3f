import type { CheckpointRecord, PermissionRecord, PermissionState, Priority } from '../model/permission.ts';

/** A checkpoint that the ledger does not have yet. */
export function newCheckpoint(
  checkpoint: string,
  origin: { readonly source: string | null; readonly jobId: string | null },
): CheckpointRecord {
  return {
    checkpoint,
    version: 0,
    ...origin,
    permissions: {},
    inFlight: null,
    batches: [],
    listedAt: null,
    verifyAt: null,
    verifyPriority: 'verify',
    gone: null,
  };
}

/** To be listed from `at` on. A new time also where it is due already: a LIST on its way does not answer what this is for. */
export function putUp(record: CheckpointRecord, priority: Priority, at: number): CheckpointRecord {
  return { ...record, verifyAt: at, verifyPriority: priority };
}

/** A permission of which nothing is known but its project and state. */
export function newPermission(projectId: string, state: PermissionState): PermissionRecord {
  return {
    projectId,
    state,
    permissionId: null,
    duplicateIds: [],
    want: null,
    reason: null,
    priority: 'fresh',
    notBefore: null,
    attempts: 0,
    failing: null,
    askedAt: null,
    doubt: null,
    sharedAt: null,
    verifiedAt: null,
    repairs: [],
  };
}

/** The record with some of its permissions changed; `undefined` from `change` removes the row. */
export function changePermissions(
  record: CheckpointRecord,
  projectIds: Iterable<string>,
  change: (permission: PermissionRecord) => PermissionRecord | undefined,
): CheckpointRecord {
  const permissions = { ...record.permissions };
  for (const projectId of projectIds) {
    const current = permissions[projectId];
    if (current === undefined) continue;
    const next = change(current);
    if (next === undefined) delete permissions[projectId];
    else permissions[projectId] = next;
  }
  return { ...record, permissions };
}

export function withPermission(record: CheckpointRecord, permission: PermissionRecord): CheckpointRecord {
  return { ...record, permissions: { ...record.permissions, [permission.projectId]: permission } };
}

export function permissionsOf(record: CheckpointRecord): readonly PermissionRecord[] {
  return Object.values(record.permissions);
}

/** Every permission id that OpenAI has given this project's permission. */
export function idsOf({ permissionId, duplicateIds }: PermissionRecord): readonly string[] {
  return permissionId === null ? duplicateIds : [permissionId, ...duplicateIds];
}
