import type { CheckpointRecord, Hold, PermissionRecord } from '../model/permission.ts';
import { changePermissions, newPermission, withPermission } from './record.ts';
import { SETTLE_MS } from './retries.ts';
import { isUnderWay } from './under-way.ts';

/** What a person has said of this project's permission; undefined when nobody has. */
export function holdOf({ holds }: Pick<CheckpointRecord, 'holds'>, projectId: string): Hold | undefined {
  return holds?.[projectId];
}

/** Takes note of what a person says of these projects. */
export function withHold(record: CheckpointRecord, projectIds: readonly string[], hold: Hold): CheckpointRecord {
  const said = Object.fromEntries(projectIds.map((projectId) => [projectId, hold]));
  return { ...record, holds: { ...record.holds, ...said } };
}

/** The policy, or whoever else wants them, decides again. The very record where nobody had said anything. */
export function withoutHold(record: CheckpointRecord, projectIds: readonly string[]): CheckpointRecord {
  const held = Object.entries(record.holds ?? {});
  const left = held.filter(([projectId]) => !projectIds.includes(projectId));
  if (left.length === held.length) return record;
  const { holds: _, ...rest } = record;
  return left.length === 0 ? rest : { ...rest, holds: Object.fromEntries(left) };
}

/**
 * Takes back what was said of these projects. What was forgotten may well be at OpenAI, and a second POST could make a second
 * permission: a LIST has to tell first, once it can be believed. The very record where nobody had said anything.
 */
export function recall(record: CheckpointRecord, projectIds: readonly string[], now: number): CheckpointRecord {
  const lookedUp = projectIds.flatMap((projectId): readonly PermissionRecord[] => {
    const hold = holdOf(record, projectId);
    if (hold?.kind !== 'forgotten' || record.permissions[projectId] !== undefined) return [];
    return [
      {
        ...newPermission(projectId, 'unknown'),
        reason: 'was forgotten, and may be at OpenAI',
        priority: 'repair',
        notBefore: Math.max(now, hold.at + SETTLE_MS),
        // Whatever was asked of OpenAI before had come to its end by then.
        askedAt: hold.at,
        doubt: 'forgotten',
      },
    ];
  });
  return lookedUp.reduce(withPermission, withoutHold(record, projectIds));
}

/** Stops tracking these projects' permissions. Nothing is asked of OpenAI, and nobody's rule wants them again. */
export function forget(record: CheckpointRecord, projectIds: readonly string[], hold: Hold): CheckpointRecord {
  const permissions = Object.fromEntries(
    Object.entries(record.permissions).filter(([projectId]) => !projectIds.includes(projectId)),
  );
  return withHold({ ...record, permissions }, projectIds, hold);
}

/**
 * Whether a call for it may be on its way, so that what a person says of it has to wait: an id that such a call brings
 * must find its row. A list may show what a POST has made before its answer comes.
 */
export function isInDoubt(
  { inFlight }: Pick<CheckpointRecord, 'inFlight'>,
  permission: PermissionRecord,
  now: number,
): boolean {
  const { state, projectId } = permission;
  if (state === 'unknown' || inFlight?.projectIds.includes(projectId)) return true;
  return state === 'revoking' && isUnderWay(permission, now);
}

/** Whether there is anything to be left as it is. */
export function isIgnorable({ state }: PermissionRecord): boolean {
  return (
    state === 'active' || state === 'orphaned' || state === 'drifted' || state === 'rejected' || state === 'foreign'
  );
}

/** Leaves these projects' permissions as they are; what OpenAI has refused is not tried again. */
export function ignore(record: CheckpointRecord, projectIds: readonly string[], hold: Hold): CheckpointRecord {
  const rested = changePermissions(record, projectIds, (permission) =>
    permission.state === 'rejected' ? { ...permission, notBefore: null } : permission,
  );
  return withHold(rested, projectIds, hold);
}

/** The policy decides again over what was ignored; other words on these projects stand. */
export function releaseHold(record: CheckpointRecord, projectIds: readonly string[], now: number): CheckpointRecord {
  const ignored = projectIds.filter((projectId) => holdOf(record, projectId)?.kind === 'ignored');
  if (ignored.length === 0) return record;
  return changePermissions(withoutHold(record, ignored), ignored, (permission) =>
    permission.state === 'rejected' ? { ...permission, notBefore: now } : permission,
  );
}
