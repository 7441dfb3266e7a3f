import { type CheckpointRecord, PERMISSION_STATES, type PermissionState } from '../model/permission.ts';
import { isFlapping } from './flapping.ts';
import { permissionsOf } from './record.ts';

/** What some checkpoints come to, or by how much a write changes it. */
export interface Tally {
  readonly checkpoints: number;
  readonly flapping: number;
  /** By state, doubled ones as they are listed; a state of which there are none is left out. */
  readonly permissions: Readonly<Partial<Record<PermissionState, number>>>;
}

export const NO_TALLY: Tally = { checkpoints: 0, flapping: 0, permissions: {} };

export function addTally(a: Tally, b: Tally, times: 1 | -1 = 1): Tally {
  const permissions = PERMISSION_STATES.flatMap((state) => {
    const count = (a.permissions[state] ?? 0) + times * (b.permissions[state] ?? 0);
    return count === 0 ? [] : [[state, count] as const];
  });
  return {
    checkpoints: a.checkpoints + times * b.checkpoints,
    flapping: a.flapping + times * b.flapping,
    permissions: Object.fromEntries(permissions),
  };
}

export function tallyOf(records: readonly CheckpointRecord[]): Tally {
  const permissions: Partial<Record<PermissionState, number>> = {};
  let flapping = 0;
  for (const permission of records.flatMap(permissionsOf)) {
    const { state, duplicateIds } = permission;
    permissions[state] = (permissions[state] ?? 0) + 1 + duplicateIds.length;
    if (isFlapping(permission)) flapping++;
  }
  return { checkpoints: records.length, flapping, permissions };
}

/** By how much a write changes it; undefined where it does not. One of version 0 was not there. */
export function tallyChange(record: CheckpointRecord, before: CheckpointRecord): Tally | undefined {
  const change = addTally(tallyOf([record]), tallyOf(before.version === 0 ? [] : [before]), -1);
  const { checkpoints, flapping, permissions } = change;
  return checkpoints === 0 && flapping === 0 && Object.keys(permissions).length === 0 ? undefined : change;
}
