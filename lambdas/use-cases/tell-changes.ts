import { changesBetween } from '../core/events/changes.ts';
import type { CheckpointRecord } from '../core/model/permission.ts';
import type { Ledger } from '../core/ports/ledger.ts';
import type { Log } from '../core/ports/runtime.ts';
import { METRICS, measure } from '../shared/contract/metrics.ts';

const COUNTED = METRICS.Permissions.dimensions.Act;

/** A ledger that tells in the log what its writes do about permissions, as far as there are metrics of it. */
export function tellingChanges(ledger: Ledger, log: Log): Ledger {
  return {
    ...ledger,
    async saveCheckpoint(record, before) {
      const isSaved = await ledger.saveCheckpoint(record, before);
      if (isSaved) tell(log, record, before);
      return isSaved;
    },
  };
}

function tell(log: Log, record: CheckpointRecord, before: CheckpointRecord): void {
  const { checkpoint, jobId } = record;
  const byAct = Map.groupBy(changesBetween(before, record), ({ act }) => act);
  for (const act of COUNTED) {
    const permissions = byAct.get(act)?.length ?? 0;
    if (permissions === 0) continue;
    log.info('Permissions changed', { checkpoint, jobId, act, ...measure({ Permissions: permissions }, { Act: act }) });
  }
  const seconds = secondsSinceJob(record, before);
  if (seconds !== null) {
    log.info('First permissions of a job that has ended', {
      checkpoint,
      jobId,
      ...measure({ JobToPermission: seconds }, {}),
    });
  }
}

/** From the end of its job to the first permissions of a checkpoint, where this write tells of these; else null. */
function secondsSinceJob({ jobEndedAt, permissions }: CheckpointRecord, before: CheckpointRecord): number | null {
  if (jobEndedAt === undefined || sharedTimes(before.permissions).length > 0) return null;
  const times = sharedTimes(permissions);
  return times.length === 0 ? null : Math.max(0, Math.min(...times) - jobEndedAt) / 1_000;
}

function sharedTimes(permissions: CheckpointRecord['permissions']): readonly number[] {
  return Object.values(permissions).flatMap(({ sharedAt, state }) => {
    return sharedAt === null || state === 'foreign' ? [] : [sharedAt];
  });
}
