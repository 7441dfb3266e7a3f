import { newCheckpoint, newPermission } from '../../lambdas/core/checkpoint/record.ts';
import type {
  ActualPermission,
  CheckpointRecord,
  Hold,
  PermissionRecord,
  PermissionState,
  Want,
} from '../../lambdas/core/model/permission.ts';
import { wantInto } from '../../lambdas/core/plan/plan-checkpoint.ts';

export const T0 = Date.UTC(2026, 10, 20, 12);
export const SECOND = 1_000;
export const MINUTE = 60_000;
export const DAY = 86_400_000;

export const MODEL = 'ft:gpt-4o-mini-2024-07-18:org-xyz::ABcDeFgH';

export function aWant(projectId: string, parts: Partial<Want> = {}): Want {
  return { projectId, origin: 'policy', rule: 'everything', onDrift: 'repair', expiresAt: null, ...parts };
}

export function wants(...all: readonly Want[]): ReadonlyMap<string, Want> {
  return new Map(all.map((want) => [want.projectId, want]));
}

export function shows(projectId: string, permissionId: string, createdAt = T0): ActualPermission {
  return { projectId, permissionId, createdAt };
}

const WANTED_STATES: readonly PermissionState[] = ['pending', 'unknown', 'active', 'drifted', 'rejected'];
const GRANTED_STATES: readonly PermissionState[] = ['active', 'drifted', 'orphaned', 'revoking', 'revoked', 'foreign'];
const DUE_STATES: readonly PermissionState[] = ['pending', 'unknown', 'revoking'];

/** A permission as it is found in a state: wanted, granted as `cp_<project>` and due at T0 where the state says so. */
export function aPermission(
  projectId: string,
  state: PermissionState,
  parts: Partial<PermissionRecord> = {},
): PermissionRecord {
  const isGranted = GRANTED_STATES.includes(state);
  return {
    ...newPermission(projectId, state),
    want: WANTED_STATES.includes(state) ? aWant(projectId) : null,
    permissionId: isGranted ? `cp_${projectId}` : null,
    sharedAt: isGranted ? T0 - DAY : null,
    askedAt: isGranted || state === 'unknown' ? T0 - DAY : null,
    doubt: state === 'unknown' ? 'no-answer' : null,
    notBefore: DUE_STATES.includes(state) ? T0 : null,
    ...parts,
  };
}

export function aCheckpoint(...permissions: readonly PermissionRecord[]): CheckpointRecord {
  return {
    ...newCheckpoint(MODEL, { source: 'research', jobId: 'ftjob-1' }),
    permissions: Object.fromEntries(permissions.map((permission) => [permission.projectId, permission])),
  };
}

/** What a person has said, an hour before T0. */
export function aHold(kind: Hold['kind'], parts: Partial<Hold> = {}): Hold {
  return { kind, at: T0 - 60 * MINUTE, by: 'jane', ...parts };
}

/** The same checkpoint, with this said of one of its projects. */
export function held(record: CheckpointRecord, projectId: string, kind: Hold['kind']): CheckpointRecord {
  return { ...record, holds: { ...record.holds, [projectId]: aHold(kind) } };
}

/** The project's row; fails the test when there is none. */
export function rowOf(record: CheckpointRecord, projectId: string): PermissionRecord {
  const row = record.permissions[projectId];
  if (row === undefined) throw new Error(`The record has no row for ${projectId}`);
  return row;
}

/** The record when the rules want this of its checkpoint, as observe writes it. */
export function wantByRules(record: CheckpointRecord, wants: readonly Want[], now: number): CheckpointRecord {
  const jobs = new Set(record.jobId === null ? [] : [record.jobId]);
  const wanted = { wants: new Map([[record.checkpoint, wants]]), jobs, notes: new Map() };
  return wantInto(record, { rules: [], permissions: [] }, wanted, now);
}
