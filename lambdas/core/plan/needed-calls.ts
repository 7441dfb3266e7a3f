import { MAX_TARGETS_PER_POST } from '../checkpoint/batches.ts';
import { laneOf } from '../checkpoint/due.ts';
import { idsOf, permissionsOf } from '../checkpoint/record.ts';
import { isUnderWay } from '../checkpoint/under-way.ts';
import type { CheckpointRecord, Lane, RefusedProject } from '../model/permission.ts';
import type { Calls } from '../pacing/forecast.ts';

/** OpenAI lists so many permissions a page, and each page is a call. */
const PAGE = 100;

export type CallsByLane = Readonly<Record<Lane, Calls>>;

/**
 * The admin calls that a checkpoint needs as its record stands, if all goes well. What is not in the record is not known:
 * a refusal, or a lost answer, takes more.
 */
export function neededCalls(
  record: CheckpointRecord,
  refused: ReadonlyMap<string, RefusedProject>,
  now: number,
): CallsByLane {
  const busy = permissionsOf(record).filter((permission) => isUnderWay(permission, now));
  const toCreate = busy
    .filter((permission) => laneOf(permission) === 'create')
    .filter(({ projectId }) => (refused.get(projectId)?.retryAt ?? 0) <= now);
  // What was refused before is asked for apart from the rest.
  const again = toCreate.filter(({ priority }) => priority === 'retry');
  const first = toCreate.filter(({ priority }) => priority !== 'retry').map(({ projectId }) => projectId);
  const inFlight = new Set(
    record.inFlight !== null && record.inFlight.deadline > now ? record.inFlight.projectIds : [],
  );
  const inDoubt = busy.some((permission) => laneOf(permission) === 'list' && !inFlight.has(permission.projectId));
  const isUrgent = inDoubt || (record.verifyAt !== null && record.verifyPriority !== 'verify');
  const pages = inDoubt || record.verifyAt !== null ? listPages(record) : 0;
  const ids = busy.filter((permission) => laneOf(permission) === 'delete').flatMap(idsOf);
  return {
    create: { fresh: posts(record, first), retry: Math.ceil(again.length / MAX_TARGETS_PER_POST) },
    list: isUrgent ? { repair: pages } : { verify: pages },
    delete: { repair: ids.length },
  };
}

/** The calls that it takes to list a checkpoint, as far as its permissions are known. */
export function listPages({ permissions }: Pick<CheckpointRecord, 'permissions'>): number {
  return Math.max(1, Math.ceil(Object.keys(permissions).length / PAGE));
}

/** Each batch that a refusal has left over is tried alone. */
function posts({ batches }: CheckpointRecord, targets: readonly string[]): number {
  const alone = batches.filter((batch) => batch.some((projectId) => targets.includes(projectId)));
  const rest = targets.filter((projectId) => !alone.some((batch) => batch.includes(projectId)));
  return alone.length + Math.ceil(rest.length / MAX_TARGETS_PER_POST);
}
