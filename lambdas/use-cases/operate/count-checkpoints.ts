import { type Due, dueOf } from '../../core/checkpoint/due.ts';
import { isFlapping } from '../../core/checkpoint/flapping.ts';
import { permissionsOf } from '../../core/checkpoint/record.ts';
import { type CheckpointRecord, PERMISSION_STATES, type PermissionState } from '../../core/model/permission.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { LANES, type Lane } from '../../core/ports.ts';
import type { DueStatus, Status } from '../../shared/contract/operator.ts';
import { toIsoOrNull } from './iso-time.ts';
import { listedOf } from './listed.ts';

/**
 * Counts permissions by state and due work by lane, from the records: the index of due work may lag behind them, and
 * they are read anyway.
 */
export function countCheckpoints(
  records: Iterable<CheckpointRecord>,
  policy: Policy,
  now: number,
): Pick<Status, 'checkpoints' | 'permissions' | 'flapping' | 'due'> {
  const permissions = tally<PermissionState>(PERMISSION_STATES);
  const due: Due[] = [];
  let checkpoints = 0;
  let flapping = 0;
  for (const record of records) {
    checkpoints++;
    for (const { state } of listedOf(record, policy)) permissions[state]++;
    flapping += permissionsOf(record).filter(isFlapping).length;
    const next = dueOf(record);
    if (next !== null) due.push(next);
  }
  const lanes = LANES.map(
    (lane) =>
      [
        lane,
        dueStatus(
          due.filter((item) => item.lane === lane),
          now,
        ),
      ] as const,
  );
  return { checkpoints, permissions, flapping, due: Object.fromEntries(lanes) as Record<Lane, DueStatus> };
}

function dueStatus(due: readonly Due[], now: number): DueStatus {
  const ready = due.filter(({ at }) => at <= now);
  const later = due.filter(({ at }) => at > now);
  return {
    now: ready.length,
    oldestAt: toIsoOrNull(earliest(ready)),
    later: later.length,
    nextAt: toIsoOrNull(earliest(later)),
  };
}

function earliest(due: readonly Due[]): number | null {
  return due.reduce<number | null>((first, { at }) => (first === null || at < first ? at : first), null);
}

function tally<Key extends string>(keys: readonly Key[]): Record<Key, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<Key, number>;
}
