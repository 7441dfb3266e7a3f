import type { ActualPermission, CheckpointRecord, PermissionRecord, RefusedProject } from '../model/permission.ts';
import { nextBatch, openBatches, splitBatch } from './batches.ts';
import { laneOf } from './due.ts';
import { recordGrant } from './grant.ts';
import { changePermissions, permissionsOf, putUp } from './record.ts';
import { askAgain, type Doubt, putOff, refuse, reject } from './refused.ts';

export { reject } from './refused.ts';

/** How a creating call ended. */
export type CreateAnswer =
  | {
      readonly kind: 'created';
      readonly permissions: readonly ActualPermission[];
      /** False: OpenAI says that there is more than it shows. */
      readonly complete: boolean;
    }
  /** Refused. `named` are those of the call's projects that the refusal names, none if it names none. */
  | {
      readonly kind: 'refused';
      readonly reason: string;
      readonly named: readonly string[];
      readonly forGood: boolean;
      readonly doubt?: Doubt;
    }
  | { readonly kind: 'not-found'; readonly reason: string; readonly doubt?: Doubt }
  /** The checkpoint is not to be shared, with whomsoever. */
  | { readonly kind: 'forbidden'; readonly reason: string; readonly doubt?: Doubt }
  /** Certainly without effect; to be asked again. `blameless`: the row did nothing wrong, so it need not wait. */
  | { readonly kind: 'not-done'; readonly reason: string; readonly blameless: boolean }
  | { readonly kind: 'uncertain'; readonly reason: string };

/**
 * Picks the targets of the next creating call and marks them in flight. Targets whose project OpenAI has refused
 * elsewhere are set aside until that project's own next try. `projectIds` is empty when nothing is left to ask for, when a
 * LIST has to come first, or when an earlier call has not ended: whatever became of it, only its own end or a LIST makes
 * room for another.
 */
export function beginCreate(
  record: CheckpointRecord,
  refused: ReadonlyMap<string, RefusedProject>,
  now: number,
  deadlineMs: number,
): { readonly record: CheckpointRecord; readonly projectIds: readonly string[] } {
  if (record.inFlight !== null || record.lookFirst) return { record, projectIds: [] };
  const dueNow = permissionsOf(record).filter((permission) => isDueForCreate(permission, now));
  // What was refused before is asked for alone: it would spoil the call for the others.
  const ordinary = dueNow.filter(({ priority }) => priority !== 'retry');
  const chosen = (ordinary.length > 0 ? ordinary : dueNow).map(({ projectId }) => projectId);
  const setAside = chosen.flatMap((projectId) => refused.get(projectId) ?? []).filter(({ retryAt }) => retryAt > now);
  const cleaned = setAside.reduce(
    (current, { projectId, reason, retryAt }) =>
      changePermissions(current, [projectId], (permission) => reject(permission, reason, retryAt)),
    record,
  );
  const batches = openBatches(cleaned);
  const isSetAside = new Set(setAside.map(({ projectId }) => projectId));
  const projectIds = nextBatch(
    batches,
    chosen.filter((projectId) => !isSetAside.has(projectId)),
  );
  if (projectIds.length === 0) return { record: { ...cleaned, batches }, projectIds };
  const asked = changePermissions(cleaned, projectIds, (permission) => ({
    ...permission,
    state: 'unknown',
    reason: 'being asked for',
    notBefore: now + deadlineMs,
    askedAt: now,
    doubt: 'no-answer',
  }));
  const inFlight = { projectIds, startedAt: now, deadline: now + deadlineMs };
  return { record: { ...asked, batches, inFlight }, projectIds };
}

/**
 * Records how a creating call ended. It is told which call it was: by now the record may have moved on, and what
 * OpenAI granted must not be lost even so.
 */
export function endCreate(
  record: CheckpointRecord,
  call: { readonly projectIds: readonly string[]; readonly startedAt: number },
  answer: CreateAnswer,
  now: number,
): CheckpointRecord {
  const mine = record.inFlight?.startedAt === call.startedAt;
  const landed = mine ? { ...record, inFlight: null } : record;
  const awaited = call.projectIds.filter((projectId) => {
    const permission = landed.permissions[projectId];
    return permission?.state === 'unknown' && permission.askedAt === call.startedAt;
  });
  const change = (ids: Iterable<string>, next: (permission: PermissionRecord) => PermissionRecord | undefined) =>
    changePermissions(landed, ids, next);

  switch (answer.kind) {
    case 'created': {
      // It is known after all: a LIST tells what is there of all that was taken for gone.
      const known = answer.permissions.length > 0 && landed.gone !== null ? putUp(landed, 'repair', now) : landed;
      const recorded = answer.permissions.reduce((current, actual) => recordGrant(current, call, actual), known);
      const leftOut = awaited.filter((projectId) => recorded.permissions[projectId]?.state === 'unknown');
      return changePermissions(recorded, leftOut, (permission) => ({
        ...permission,
        doubt: answer.complete ? 'left-out' : 'no-answer',
        reason: 'OpenAI left this project out of its answer',
        notBefore: now,
      }));
    }
    case 'refused': {
      const guilty = answer.named.length > 0 ? answer.named : call.projectIds.length === 1 ? awaited : [];
      const judged = change(awaited, (permission) =>
        guilty.includes(permission.projectId)
          ? refuse(permission, 'refused', answer, now)
          : askAgain(permission, answer.reason, now),
      );
      return guilty.length > 0 ? judged : { ...judged, batches: splitBatch(judged.batches, awaited) };
    }
    case 'not-found':
    case 'forbidden':
      return change(awaited, (permission) => refuse(permission, answer.kind, answer, now));
    case 'not-done':
      return change(awaited, (permission) =>
        answer.blameless
          ? askAgain(permission, answer.reason, now)
          : putOff(permission, 'unavailable', answer.reason, now),
      );
    case 'uncertain':
      return change(awaited, (permission) => ({ ...permission, reason: answer.reason, notBefore: now }));
  }
}

function isDueForCreate(permission: PermissionRecord, now: number): boolean {
  const { notBefore, parked } = permission;
  return laneOf(permission) === 'create' && !parked && notBefore !== null && notBefore <= now;
}
