import type { OddItem } from '../model/job.ts';
import type { ActualPermission, CheckpointRecord, PermissionRecord, Want } from '../model/permission.ts';
import { plan } from '../plan/plan.ts';
import { doubtAbsence } from './absence.ts';
import { applyActions } from './apply.ts';
import { endLostCall, postponeList } from './list-failed.ts';
import { isBelievable, maybeUnread } from './list-lag.ts';
import { changePermissions, idsOf, permissionsOf } from './record.ts';
import { deleteAgain, noteShown, revived, wantsOf } from './resolve.ts';

/** A LIST, all pages, some of which nobody can read. Times are milliseconds since the epoch. */
export interface PartOfList {
  readonly shown: readonly ActualPermission[];
  readonly odd: readonly OddItem[];
  readonly begunAt: number;
}

/**
 * Brings the record to what such a LIST shows, and to nothing that it does not show, which may be what cannot be read: what
 * is in doubt stays so, nothing is gone, and nothing more is granted before a whole list has told who has it.
 */
export function resolveByPart(
  record: CheckpointRecord,
  { shown: actual, odd, begunAt }: PartOfList,
  now: number,
  adopted: readonly Want[] = [],
): CheckpointRecord {
  const reason = unreadReason(odd);
  const { listing: _, ...landed } = endLostCall(record, begunAt);
  const seen = actual.filter((other) => isBelievable(landed, other, begunAt));
  const told = new Set(seen.map(({ projectId }) => projectId));
  const known = revived(landed, told);
  const shown = [...seen, ...maybeUnread(known, seen, begunAt)];
  const wanted = new Map([...wantsOf(known), ...adopted.map((want) => [want.projectId, want] as const)]);
  const { permissions: recorded, holds } = known;
  const actions = plan({ wanted, recorded, actual: shown, prune: false, holds });
  const ofTold = actions.filter(({ projectId }) => told.has(projectId));
  const resolved = changePermissions(applyActions(known, ofTold, begunAt), told, (permission) => {
    if (permission.state === 'revoking') return stillThere(permission, seen, begunAt);
    return noteShown(permission, recorded[permission.projectId], actual, shown, begunAt);
  });
  const waiting = permissionsOf(resolved).filter(({ state }) => state === 'pending');
  const held = changePermissions(
    resolved,
    waiting.map(({ projectId }) => projectId),
    (permission) => ({ ...permission, reason }),
  );
  const looked: CheckpointRecord = { ...postponeList(held, now, reason), gone: null, lookFirst: true };
  return doubtAbsence(looked, 'in-part', { reason, held: false }, now);
}

/** For a person to read. */
export function unreadReason(odd: readonly OddItem[]): string {
  const [first] = odd;
  const others = odd.length > 1 ? ` and ${odd.length - 1} more` : '';
  return `OpenAI lists what cannot be read (${first?.id ?? 'an entry without an id'}${others}: ${first?.problem}), so that nobody can tell who is not listed`;
}

/** Of one whose DELETE was answered with a 404. */
function stillThere(permission: PermissionRecord, seen: readonly ActualPermission[], now: number): PermissionRecord {
  if (permission.doubt !== 'not-there') return permission;
  const ids = idsOf(permission);
  const isSeen = (id: string) => seen.some(({ permissionId }) => permissionId === id);
  const [first] = ids.filter(isSeen);
  return first === undefined ? permission : deleteAgain(permission, [first, ...ids.filter((id) => id !== first)], now);
}
