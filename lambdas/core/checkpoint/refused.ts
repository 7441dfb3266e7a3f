import type { CheckpointRecord, Failure, PermissionRecord, RefusedProject } from '../model/permission.ts';
import { permissionsOf } from './record.ts';
import { backoffMs, countFailure, NOT_FOUND_TRIES, REFUSED_RETRY_MS } from './retries.ts';

/**
 * The projects that are themselves to blame for a refusal: those that OpenAI named, and those refused for a checkpoint
 * that others were granted. The owning project is refused for good and for this checkpoint only, so it is no such one;
 * nor is one whose calls were lost every time, or answered with "no such checkpoint".
 */
export function projectsToBlame(record: CheckpointRecord, named: readonly string[] = []): readonly RefusedProject[] {
  const others = permissionsOf(record).some(({ state }) => state === 'active');
  return permissionsOf(record).flatMap(({ projectId, state, failing, reason, notBefore }) => {
    const refused = state === 'rejected' && failing === null && notBefore !== null;
    const blamed = refused && (others || named.includes(projectId));
    return blamed ? [{ projectId, reason: reason ?? 'refused', retryAt: notBefore }] : [];
  });
}

/**
 * Why a refusal is not final: nobody can tell whose the admin key is. It may be meant as it is said while it is the `only` one,
 * but hardly where `several` are refused.
 */
export type Doubt = 'only' | 'several';

/**
 * To be asked for (again); undefined when nobody wants it any more. Ids that it has stay: that OpenAI refuses to make a
 * permission (for a project that was archived, say) does not mean that an earlier one is gone.
 */
export function askAgain(
  permission: PermissionRecord,
  reason: string,
  notBefore: number,
): PermissionRecord | undefined {
  if (permission.want === null) return undefined;
  return { ...permission, state: 'pending', reason, notBefore, doubt: null };
}

/**
 * Left for a day: refused by OpenAI, or `failing` too often, for which the project is not to blame. `retryAt` null = for
 * good, until the policy for it changes.
 */
export function reject(
  permission: PermissionRecord,
  reason: string,
  retryAt: number | null,
  failing: Failure | null = null,
): PermissionRecord | undefined {
  const asked = askAgain(permission, reason, 0);
  return asked && { ...asked, state: 'rejected', priority: 'retry', notBefore: retryAt, attempts: 0, failing };
}

/** OpenAI does not know the checkpoint: asked for some more times if it is new, then once a day. */
export function notFound(permission: PermissionRecord, reason: string, now: number): PermissionRecord | undefined {
  return refuse(permission, 'not-found', { reason }, now);
}

/** Refused: at once, where there is doubt not before some more tries, and where there is more of it not at all. */
export function refuse(
  permission: PermissionRecord,
  failing: 'refused' | 'not-found' | 'forbidden',
  { reason, doubt, forGood }: { readonly reason: string; readonly doubt?: Doubt; readonly forGood?: boolean },
  now: number,
): PermissionRecord | undefined {
  const mayPass =
    doubt === 'several' || ((doubt === 'only' || failing === 'not-found') && hasTriesLeft(permission, failing));
  if (mayPass) return putOff(permission, failing, reason, now);
  // Of a project that is refused, the project is to blame.
  return reject(permission, reason, forGood ? null : now + REFUSED_RETRY_MS, failing === 'refused' ? null : failing);
}

/** What a person has typed is as likely mistyped, and they wait for the answer. */
function hasTriesLeft(permission: PermissionRecord, failing: Failure): boolean {
  const { priority, want } = permission;
  const isFresh = priority !== 'retry' && want?.origin !== 'operator';
  return isFresh && countFailure(permission, failing).attempts < NOT_FOUND_TRIES;
}

/** Failed of what may pass: asked for again, later each time. */
export function putOff(
  permission: PermissionRecord,
  failing: Failure,
  reason: string,
  now: number,
): PermissionRecord | undefined {
  const counted = countFailure(permission, failing);
  return askAgain(counted, reason, now + backoffMs(counted.attempts));
}
