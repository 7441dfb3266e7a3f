import { isFlapping } from '../checkpoint/flapping.ts';
import { idsOf } from '../checkpoint/record.ts';
import type { ActualPermission, CheckpointRecord, PermissionRecord, Want } from '../model/permission.ts';

/** One thing to do about one project's permission for one checkpoint, with the reason a person reads. */
export type Action = { readonly projectId: string; readonly reason: string } & (
  | { readonly kind: 'create'; readonly want: Want; readonly repair: boolean }
  | { readonly kind: 'adopt'; readonly want: Want; readonly actual: ActualPermission }
  | { readonly kind: 'rerecord'; readonly want: Want; readonly actual: ActualPermission }
  | { readonly kind: 'rewant'; readonly want: Want }
  /** Wanted no more while nobody can tell yet whether it was granted. */
  | { readonly kind: 'unwant' }
  | { readonly kind: 'report-drift'; readonly want: Want }
  /** `actual` is the permission to be taken into the record first, null where the record has it. */
  | { readonly kind: 'revoke'; readonly actual: ActualPermission | null }
  | { readonly kind: 'orphan'; readonly actual: ActualPermission | null }
  | { readonly kind: 'close' }
  | { readonly kind: 'report-foreign'; readonly actual: ActualPermission }
);

const OTHER_TERMS = 'wanted by another rule, or on other terms';

export interface PlanInput {
  /** Who is to have the checkpoint, by project id. */
  readonly wanted: ReadonlyMap<string, Want>;
  /** What the ledger has, by project id. */
  readonly recorded: Readonly<Record<string, PermissionRecord>>;
  /** Every permission that OpenAI shows, all pages; `unknown` = not listed. A partial list is no list. */
  readonly actual: readonly ActualPermission[] | 'unknown';
  /** Whether what nobody wants is revoked: all of it, none (it is only reported), or that of these projects. */
  readonly prune: boolean | ReadonlySet<string>;
  /** What people have said of single projects; it goes before what is wanted. */
  readonly holds: CheckpointRecord['holds'];
}

/**
 * Decides what would bring one checkpoint's permissions at OpenAI to what is wanted. Pure: no clock, no I/O.
 * A permission whose creating call has not been answered is left alone unless it shows in `actual`: whether it is
 * really absent is a question of time, which is not decided here.
 */
export function plan(input: PlanInput): readonly Action[] {
  const { wanted, recorded, actual } = input;
  const shown = actual === 'unknown' ? [] : actual.map(({ projectId }) => projectId);
  return [...new Set([...wanted.keys(), ...Object.keys(recorded), ...shown])].flatMap((projectId) => {
    const action = planOne(projectId, input);
    return action === undefined ? [] : [action];
  });
}

function planOne(projectId: string, { wanted, recorded, actual, prune, holds }: PlanInput): Action | undefined {
  const hold = holds?.[projectId]?.kind;
  if (hold === 'forgotten') return undefined;
  const isWithheld = hold === 'withheld';
  const want = isWithheld ? undefined : wanted.get(projectId);
  const record = recorded[projectId];
  const shown = actual === 'unknown' ? 'unknown' : pickShown(actual, projectId, record);
  if (hold === 'ignored') return record && planIgnored(record, shown);
  return want === undefined
    ? planUnwanted(projectId, record, shown, isWithheld || (typeof prune === 'boolean' ? prune : prune.has(projectId)))
    : planWanted(projectId, want, record, shown);
}

type Shown = ActualPermission | 'absent' | 'unknown';

function planWanted(
  projectId: string,
  want: Want,
  record: PermissionRecord | undefined,
  shown: Shown,
): Action | undefined {
  if (record !== undefined && isGranted(record)) return planGranted(projectId, want, record, shown);
  if (isThere(shown)) {
    return { kind: 'adopt', projectId, want, actual: shown, reason: 'wanted, and already there at OpenAI' };
  }
  if (record?.state === 'foreign' && record.permissionId !== null && shown === 'unknown') {
    const known = { permissionId: record.permissionId, projectId, createdAt: record.sharedAt ?? 0 };
    return { kind: 'adopt', projectId, want, actual: known, reason: 'wanted, and already there at OpenAI' };
  }
  if (record !== undefined && isUnderWay(record)) {
    if (sameWant(record.want, want)) return undefined;
    // It may be there: asking again is not for now.
    if (record.state === 'unknown' || idsOf(record).length > 0)
      return { kind: 'rewant', projectId, want, reason: OTHER_TERMS };
  }
  return { kind: 'create', projectId, want, repair: false, reason: `wanted by ${want.rule ?? want.origin}` };
}

function planGranted(projectId: string, want: Want, record: PermissionRecord, shown: Shown): Action | undefined {
  const changed = !sameWant(record.want, want);
  const isDrifted = record.state === 'drifted';
  if (shown === 'absent' || (isDrifted && shown === 'unknown')) {
    // Only what somebody wanted and had can drift; what was let go of is simply to be shared again.
    const drift = record.state === 'active' || isDrifted;
    // The audit log may have told who did it.
    const gone = (record.state === 'active' && record.reason) || 'gone at OpenAI';
    if (isDrifted && !changed && isFlapping(record)) return undefined;
    if (!drift || want.onDrift === 'repair') {
      return { kind: 'create', projectId, want, repair: drift, reason: `${gone}: to be shared again` };
    }
    if (isDrifted && !changed) return undefined;
    return { kind: 'report-drift', projectId, want, reason: `${gone}, and its rule says report` };
  }
  if (isThere(shown) && (shown.permissionId !== record.permissionId || isDrifted)) {
    const reason = isDrifted ? 'at OpenAI again' : 'OpenAI shows it under another permission id';
    return { kind: 'rerecord', projectId, want, actual: shown, reason };
  }
  return changed ? { kind: 'rewant', projectId, want, reason: OTHER_TERMS } : undefined;
}

/** It stays as it is: a list only tells whether it is there. */
function planIgnored(record: PermissionRecord, shown: Shown): Action | undefined {
  const { projectId, state, want } = record;
  // What is refused since its project was closed may be there all the same, and so what was gone with its checkpoint.
  const isClosed = (state === 'rejected' && idsOf(record).length > 0) || (state === 'revoked' && want !== null);
  const isHeld = state === 'active' || state === 'orphaned' || isClosed;
  if (shown === 'absent' && state === 'foreign') return { kind: 'close', projectId, reason: 'gone at OpenAI' };
  if (shown === 'absent' && isHeld) {
    if (want === null) return { kind: 'close', projectId, reason: 'gone at OpenAI' };
    return { kind: 'report-drift', projectId, want, reason: 'gone at OpenAI, and ignored' };
  }
  if (!isThere(shown) || want === null || !(isHeld || state === 'drifted')) return undefined;
  const isAsRecorded = state !== 'drifted' && !isClosed && shown.permissionId === record.permissionId;
  if (isAsRecorded) return undefined;
  return { kind: 'rerecord', projectId, want, actual: shown, reason: 'at OpenAI, and ignored' };
}

function planUnwanted(
  projectId: string,
  record: PermissionRecord | undefined,
  shown: Shown,
  prune: boolean,
): Action | undefined {
  const letGo = (actual: ActualPermission | null): Action =>
    prune
      ? { kind: 'revoke', projectId, actual, reason: 'no rule wants it any more' }
      : { kind: 'orphan', projectId, actual, reason: 'no rule wants it any more; pruning is off' };
  const anothers = isThere(shown) && !(record !== undefined && idsOf(record).includes(shown.permissionId));
  const reportForeign = (): Action | undefined =>
    anothers ? { kind: 'report-foreign', projectId, actual: shown, reason: 'at OpenAI, and not ours' } : undefined;
  const closeUngranted = (): Action =>
    reportForeign() ?? { kind: 'close', projectId, reason: 'wanted no more, and never granted' };

  if (record === undefined) return reportForeign();
  switch (record.state) {
    case 'foreign':
      return shown === 'absent' ? { kind: 'close', projectId, reason: 'gone at OpenAI' } : reportForeign();
    case 'revoking':
      return undefined;
    case 'unknown':
      // What a call of ours was for is ours; what was forgotten, and is looked up again, was for none.
      if (isThere(shown)) return record.doubt === 'forgotten' ? reportForeign() : letGo(shown);
      return record.want === null ? undefined : { kind: 'unwant', projectId, reason: 'wanted no more' };
    case 'revoked':
      return isThere(shown) && !anothers ? letGo(shown) : reportForeign();
    case 'pending':
      return closeUngranted();
    default: {
      if (record.state === 'rejected' && idsOf(record).length === 0) return closeUngranted();
      if (anothers) return reportForeign();
      const isGone = shown === 'absent' || (shown === 'unknown' && record.state === 'drifted');
      if (isGone) return { kind: 'close', projectId, reason: 'gone at OpenAI, and wanted no more' };
      return record.state === 'orphaned' && !prune ? undefined : letGo(null);
    }
  }
}

/** The ledger's own permission where OpenAI still shows it, else the newest for the project. */
function pickShown(
  actual: readonly ActualPermission[],
  projectId: string,
  record: PermissionRecord | undefined,
): ActualPermission | 'absent' {
  const ofProject = actual.filter((permission) => permission.projectId === projectId);
  const ownIds = record === undefined ? [] : idsOf(record);
  const own = ownIds.flatMap((id) => ofProject.filter(({ permissionId }) => permissionId === id));
  const newest = ofProject.reduce<ActualPermission | undefined>(
    (best, next) => (best === undefined || next.createdAt > best.createdAt ? next : best),
    undefined,
  );
  return own[0] ?? newest ?? 'absent';
}

function isThere(shown: Shown): shown is ActualPermission {
  return shown !== 'absent' && shown !== 'unknown';
}

/** Was granted and, for all the ledger knows, still is; one being revoked counts until OpenAI has deleted it. */
function isGranted({ state }: PermissionRecord): boolean {
  return state === 'active' || state === 'drifted' || state === 'orphaned' || state === 'revoking';
}

function isUnderWay(record: PermissionRecord): boolean {
  return record.state === 'pending' || record.state === 'unknown' || record.state === 'rejected';
}

export function sameWant(a: Want | null, b: Want | null): boolean {
  if (a === null || b === null) return a === b;
  return a.origin === b.origin && a.rule === b.rule && a.onDrift === b.onDrift && a.expiresAt === b.expiresAt;
}
