import { applyActions } from '../checkpoint/apply.ts';
import { permissionsOf } from '../checkpoint/record.ts';
import type { CheckpointRecord, PermissionRecord, Want } from '../model/permission.ts';
import type { Policy } from '../policy/policy.ts';
import { type Action, plan } from './plan.ts';
import { isRead, type Wanted } from './wanted.ts';

/**
 * What is to be done about one checkpoint so that the ledger wants what the policy wants. No call is needed to decide it.
 *
 * - Of a checkpoint whose job was not read, nothing that a rule wants is let go of.
 * - An operator's wish stands beside the policy's; what was adopted is the policy's as soon as it wants it, too.
 * - What a person has said of a single project goes before both.
 * - Nothing is asked of OpenAI for a checkpoint that is gone there.
 */
export function planCheckpoint(
  policy: Pick<Policy, 'prune' | 'rules' | 'permissions'>,
  { wants, jobs }: Wanted,
  record: CheckpointRecord,
  now: number,
): readonly Action[] {
  if (record.gone !== null) return [];
  const isKnown = isRead({ jobs }, record);
  const kept = permissionsOf(record).flatMap(({ want }) => {
    if (want === null) return [];
    const fromPolicy = want.origin === 'pinned' || (want.origin === 'policy' && isKnown);
    return fromPolicy || isExpired(want, now) ? [] : [want];
  });
  const others = kept.filter(({ origin }) => origin !== 'adopted');
  const byPolicy = wants.get(record.checkpoint) ?? [];
  const wanted = new Map([...kept, ...byPolicy, ...others].map((want) => [want.projectId, want]));
  const prune = new Set(
    permissionsOf(record)
      .filter((permission) => mayPrune(policy, permission) || isOver(permission, now))
      .map(({ projectId }) => projectId),
  );
  return plan({ wanted, recorded: record.permissions, actual: 'unknown', prune, holds: record.holds });
}

/**
 * Carries what the policy wants into one record, so that what is new is due. Nothing is revoked: that is for a plan over the
 * whole ledger, which guards it. Returns the very same record when nothing changes.
 */
export function wantInto(
  record: CheckpointRecord,
  policy: Pick<Policy, 'rules' | 'permissions'>,
  wanted: Wanted,
  now: number,
): CheckpointRecord {
  const actions = planCheckpoint({ ...policy, prune: false }, wanted, record, now);
  const allowed = actions.filter(({ kind }) => kind !== 'revoke');
  return allowed.length === 0 ? record : applyActions(record, allowed, now);
}

export function isExpired({ expiresAt }: Want, now: number): boolean {
  return expiresAt !== null && expiresAt <= now;
}

/** Whether it is the policy alone that lets go of this permission: neither its time is up, nor has a person withheld it. */
export function isPruned({ permissions, holds }: CheckpointRecord, projectId: string, now: number): boolean {
  const permission = permissions[projectId];
  return permission !== undefined && !isOver(permission, now) && holds?.[projectId]?.kind !== 'withheld';
}

/** Its time is up; or it was while nobody could tell whether it had been granted. */
function isOver({ want, lapsed }: PermissionRecord, now: number): boolean {
  return want === null ? lapsed === true : isExpired(want, now);
}

/**
 * An empty list of rules, or of pins, is more likely a mistake than the wish to revoke everything that it once held. Where
 * nobody can tell which of them it was, neither may be empty.
 */
function mayPrune(
  { prune, rules, permissions }: Pick<Policy, 'prune' | 'rules' | 'permissions'>,
  { want, lastOrigin, lastRule }: PermissionRecord,
) {
  const origin = want?.origin ?? lastOrigin;
  const isPinned = origin === 'pinned';
  const isUnknown = origin === undefined && lastRule === undefined;
  return prune && (isPinned || rules.length > 0) && (!(isPinned || isUnknown) || permissions.length > 0);
}
