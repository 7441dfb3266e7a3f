import { idsOf } from '../checkpoint/record.ts';
import type { CheckpointRecord, PermissionRecord, PermissionState, Want } from '../model/permission.ts';
import { sameWant } from '../plan/plan.ts';
import type { Act, PermissionChange } from './event.ts';

/**
 * What one write did about each permission: what a person wants to know of it afterwards. Calls under way, retries and
 * looks that found nothing new are no acts. Since it is read off the two records, no act can be left out.
 */
export function changesBetween(before: CheckpointRecord, after: CheckpointRecord): readonly PermissionChange[] {
  const projectIds = new Set(
    [before, after].flatMap(({ permissions, holds }) => [...Object.keys(permissions), ...Object.keys(holds ?? {})]),
  );
  return [...projectIds].sort().flatMap((projectId) => {
    const [old, now] = [before.permissions[projectId], after.permissions[projectId]];
    const held = heldAct(before, after, projectId);
    const acts = [stateAct(old, now, held), held].filter((act) => act !== null);
    return acts.map((act) => tell(act, projectId, old, now));
  });
}

function tell(
  act: Act,
  projectId: string,
  old: PermissionRecord | undefined,
  now: PermissionRecord | undefined,
): PermissionChange {
  const want = now?.want ?? old?.want ?? null;
  return {
    act,
    projectId,
    permissionId: now?.permissionId ?? old?.permissionId ?? null,
    duplicateIds: now?.duplicateIds ?? old?.duplicateIds ?? [],
    from: old?.state ?? null,
    to: now?.state ?? null,
    rule: want?.rule ?? null,
    origin: want?.origin ?? null,
    reason: now?.reason ?? null,
  };
}

/** What a person said, or took back, in this write. */
function heldAct(before: CheckpointRecord, after: CheckpointRecord, projectId: string): Act | null {
  const [old, now] = [before.holds?.[projectId]?.kind, after.holds?.[projectId]?.kind];
  if (old === now) return null;
  return now ?? 'heeded';
}

function stateAct(old: PermissionRecord | undefined, now: PermissionRecord | undefined, held: Act | null): Act | null {
  if (now === undefined) {
    if (old === undefined || held === 'forgotten') return null;
    // A row of somebody else's permission only goes when that is gone.
    return old.state === 'foreign' ? 'revoked' : 'dropped';
  }
  if (old === undefined || old.state !== now.state) return ACT_OF[now.state](old, now);
  return isChanged(old, now) ? 'changed' : null;
}

function isChanged(old: PermissionRecord, now: PermissionRecord): boolean {
  if (!sameWant(old.want, now.want) || idsOf(now).some((id) => !idsOf(old).includes(id))) return true;
  return old.permissionId !== null && now.permissionId !== null && old.permissionId !== now.permissionId;
}

const IN_FORCE: readonly (PermissionState | undefined)[] = ['active', 'orphaned', 'drifted', 'revoking'];
const UNDER_WAY: readonly (PermissionState | undefined)[] = ['unknown', 'pending', 'rejected'];

/** By the state that it has come to. */
const ACT_OF: Readonly<
  Record<PermissionState, (old: PermissionRecord | undefined, now: PermissionRecord) => Act | null>
> = {
  pending: (old) => {
    // Asked for again: the call before had no effect, or was refused.
    if (UNDER_WAY.includes(old?.state)) return null;
    return IN_FORCE.includes(old?.state) ? 'repair' : 'wanted';
  },
  // A call is on its way: its end tells.
  unknown: (old, now) => (isGained(old?.want ?? null, now.want) ? 'wanted' : null),
  active: (old, now) => {
    if (old === undefined || old.state === 'foreign') return 'adopted';
    if (old.state === 'drifted') return 'found';
    if (isKnown(old, now)) return UNDER_WAY.includes(old.state) ? 'found' : 'changed';
    if (old.state === 'orphaned') return 'changed';
    const isLookedUp = old.state === 'unknown' && old.doubt === 'forgotten';
    return UNDER_WAY.includes(old.state) && old.askedAt !== null && !isLookedUp ? 'shared' : 'adopted';
  },
  drifted: () => 'drifted',
  // The daily retry of what was refused is refused again.
  rejected: (old) => (old?.state === 'unknown' && old.priority === 'retry' ? null : 'rejected'),
  orphaned: (old, now) =>
    old === undefined || (old.state === 'unknown' && !isKnown(old, now)) ? 'shared' : 'orphaned',
  revoking: () => 'revoking',
  revoked: () => 'revoked',
  foreign: () => 'foreign',
};

/** Whether it stands under an id that it had. */
function isKnown(old: PermissionRecord, now: PermissionRecord): boolean {
  return now.permissionId !== null && idsOf(old).includes(now.permissionId);
}

function isGained(old: Want | null, now: Want | null): boolean {
  return old === null && now !== null;
}
