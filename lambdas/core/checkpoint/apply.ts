import type { CheckpointRecord, PermissionRecord } from '../model/permission.ts';
import type { Action } from '../plan/plan.ts';
import { oneMoreRepair, REPAIRS_A_DAY } from './flapping.ts';
import { foreign, granted } from './grant.ts';
import { changePermissions, idsOf, newPermission, withPermission } from './record.ts';
import { maybeDeleted } from './revoke.ts';

/** Carries planned actions into the record. What needs OpenAI becomes due; the rest is done with the write. */
export function applyActions(record: CheckpointRecord, actions: readonly Action[], now: number): CheckpointRecord {
  return actions.reduce((current, action) => applyAction(current, action, now), record);
}

function applyAction(record: CheckpointRecord, action: Action, now: number): CheckpointRecord {
  const current = record.permissions[action.projectId];
  const change = (next: (permission: PermissionRecord) => PermissionRecord | undefined) =>
    changePermissions(record, [action.projectId], next);
  switch (action.kind) {
    case 'create':
      return withPermission(record, toBeCreated(current, action, now));
    case 'adopt':
    case 'rerecord':
      return withPermission(record, { ...granted(knowingAll(current), action.want, action.actual), verifiedAt: now });
    case 'rewant':
      return change((permission) => rewant(permission, action.want, now));
    case 'unwant':
      return change((permission) => unwanted(permission, now));
    case 'report-drift':
      return change((permission) => ({
        ...permission,
        state: 'drifted',
        want: action.want,
        reason: action.reason,
        notBefore: null,
      }));
    case 'revoke':
      return change((permission) => ({
        ...unwanted(tracked(permission, action), now),
        state: 'revoking',
        reason: action.reason,
        priority: 'repair',
        notBefore: now,
        attempts: 0,
        failing: null,
        doubt: null,
      }));
    case 'orphan':
      return change((permission) => ({
        ...unwanted(tracked(permission, action), now),
        state: 'orphaned',
        reason: action.reason,
        notBefore: null,
      }));
    case 'close':
      return change((permission) =>
        idsOf(permission).length === 0 || permission.state === 'foreign'
          ? undefined
          : { ...unwanted(permission, now), state: 'revoked', reason: action.reason, notBefore: null, verifiedAt: now },
      );
    case 'report-foreign':
      return withPermission(record, foreign(action.actual, action.reason));
  }
}

/** While nobody can tell what became of a permission, its id is kept beside another that shows. */
function knowingAll(permission: PermissionRecord | undefined): PermissionRecord | undefined {
  return permission?.state === 'unknown' ? { ...permission, duplicateIds: idsOf(permission) } : permission;
}

/** One that is gone too often is not shared again, but reported. */
function toBeCreated(
  current: PermissionRecord | undefined,
  { projectId, want, reason, repair }: Extract<Action, { kind: 'create' }>,
  now: number,
): PermissionRecord {
  const repairs = repair && current !== undefined ? oneMoreRepair(current, now) : [];
  if (current !== undefined && repairs === undefined) {
    const flapping = `gone again after ${REPAIRS_A_DAY} repairs in a day: left as it is until a person says otherwise`;
    return { ...current, state: 'drifted', want, reason: flapping, notBefore: null };
  }
  return {
    ...newPermission(projectId, 'pending'),
    want,
    reason,
    priority: repair ? 'repair' : 'fresh',
    notBefore: now,
    askedAt: current?.askedAt ?? null,
    // When it was deleted: a list may show it for a while yet.
    verifiedAt: current?.state === 'revoked' ? current.verifiedAt : null,
    repairs: repairs ?? [],
  };
}

/** Nobody wants it any more; who did, by which rule, and whether its time was up, is remembered. */
function unwanted(permission: PermissionRecord, now: number): PermissionRecord {
  const { want, lastRule: _, lapsed: __, letGoAt: ___, ...rest } = permission;
  if (want === null) return permission;
  const isOver = want.expiresAt !== null && want.expiresAt <= now;
  return {
    ...rest,
    want: null,
    lastOrigin: want.origin,
    ...(want.rule !== null && { lastRule: want.rule }),
    ...(isOver && { lapsed: true }),
  };
}

/** One that was let go of is kept after all; of one that was refused and may be there, a LIST tells now. */
function rewant(permission: PermissionRecord, want: PermissionRecord['want'], now: number): PermissionRecord {
  if (permission.state === 'revoking') return maybeDeleted({ ...permission, want }, now);
  if (permission.state === 'rejected') return { ...permission, want, priority: 'repair', notBefore: now };
  if (permission.state !== 'orphaned') return { ...permission, want };
  return { ...permission, want, state: 'active', reason: null, notBefore: null, attempts: 0, failing: null };
}

/** The record with the permission that OpenAI shows for it, where it had none yet. */
function tracked(permission: PermissionRecord, { actual }: Extract<Action, { kind: 'revoke' | 'orphan' }>) {
  return actual === null ? permission : granted(knowingAll(permission), null, actual);
}
