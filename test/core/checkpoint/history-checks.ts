import { expect } from 'vitest';
import { dueOf, laneOf } from '../../../lambdas/core/checkpoint/due.ts';
import { idsOf, permissionsOf } from '../../../lambdas/core/checkpoint/record.ts';
import { changesBetween } from '../../../lambdas/core/events/changes.ts';
import type { CheckpointRecord, PermissionRecord, PermissionState } from '../../../lambdas/core/model/permission.ts';

/** What must hold of any record that is ever written. */
export function checkRecord(record: CheckpointRecord): void {
  for (const row of permissionsOf(record)) {
    const waits = ['pending', 'unknown', 'revoking'].includes(row.state);
    if (waits) expect(row.notBefore, `${row.projectId} is ${row.state}, and when it is due`).not.toBeNull();
    if (waits && !row.parked) expect(dueOf(record)).not.toBeNull();
    if (row.state === 'revoking') expect(idsOf(row)).not.toEqual([]);
    if (row.state === 'active') {
      expect(row).toMatchObject({ permissionId: expect.any(String), want: expect.anything() });
    }
    if (row.state === 'pending') expect(row.want).not.toBeNull();
    if (row.parked) expect(['create', 'delete'], `${row.projectId} is set aside`).toContain(laneOf(row));
    expect(new Set(idsOf(row)).size).toBe(idsOf(row).length);
    checkHeld(record, row);
  }
}

/** What a person has said of a permission holds until somebody takes it back. */
function checkHeld({ holds }: CheckpointRecord, { projectId, state, want }: PermissionRecord): void {
  const kind = holds?.[projectId]?.kind;
  expect(kind, `${projectId} is tracked as ${state}`).not.toBe('forgotten');
  if (kind === 'withheld') expect(want, `${projectId} is withheld, and ${state}`).toBeNull();
  if (kind === 'ignored') expect(['pending', 'unknown', 'revoking']).not.toContain(state);
}

const SETTLED: readonly PermissionState[] = ['active', 'drifted', 'orphaned', 'revoking', 'revoked', 'foreign'];

/** Reads off the events of every write what has become of each permission: nothing happens that is not told. */
export class Told {
  readonly #states = new Map<string, PermissionState | null>();

  write(before: CheckpointRecord, record: CheckpointRecord): void {
    for (const { projectId, act, from, to, permissionId } of changesBetween(before, record)) {
      expect([from, to]).toEqual([stateIn(before, projectId), stateIn(record, projectId)]);
      if (act === 'shared' || act === 'adopted' || act === 'found') expect(permissionId).not.toBeNull();
      this.#states.set(projectId, to);
    }
    for (const projectId of new Set([...this.#states.keys(), ...Object.keys(record.permissions)])) {
      const state = stateIn(record, projectId);
      if (state === null || SETTLED.includes(state)) expect(this.#states.get(projectId) ?? null).toBe(state);
    }
  }
}

function stateIn({ permissions }: CheckpointRecord, projectId: string): PermissionState | null {
  return permissions[projectId]?.state ?? null;
}
