import { isInDoubt } from '../../core/checkpoint/hold.ts';
import { isBelievable } from '../../core/checkpoint/list-lag.ts';
import { SETTLE_MS } from '../../core/checkpoint/retries.ts';
import type { ActualPermission, CheckpointRecord } from '../../core/model/permission.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { NotYetError } from './problem.ts';
import { nameOf } from './projects.ts';

/** Calls take seconds; a LIST that has to tell what became of one may wait two minutes. */
const RETRY_SECONDS = 5;

/** Throws `NotYetError` while a call for one of these may be on its way: its end must find the row as it was. */
export function refuseInDoubt(
  record: CheckpointRecord,
  projectIds: readonly string[],
  policy: Policy,
  now: number,
): void {
  for (const projectId of projectIds) {
    const permission = record.permissions[projectId];
    if (permission === undefined || !isInDoubt(record, permission, now)) continue;
    throw new NotYetError(
      `A call for ${nameOf(policy, projectId)} is on its way (${permission.state}): its end has to be known first.`,
      RETRY_SECONDS,
    );
  }
}

/** The same for the checkpoint as a whole. */
export function refuseInFlight({ checkpoint, inFlight }: CheckpointRecord): void {
  if (inFlight === null) return;
  throw new NotYetError(`A call for ${checkpoint} is on its way: its end has to be known first.`, RETRY_SECONDS);
}

/** The same where another list has begun later, and told already: an older one may show what is gone by now. */
export function refuseOlderList({ checkpoint, listedAt }: CheckpointRecord, begunAt: number): void {
  if (listedAt === null || listedAt <= begunAt) return;
  throw new NotYetError(`${checkpoint} was listed by somebody else meanwhile: it has to be listed again.`, 1);
}

/**
 * The same for permissions that a list shows which began at `begunAt` (ms since the epoch): also where it may show what was
 * deleted a moment before.
 */
export function refuseUnsettled(
  record: CheckpointRecord,
  actual: readonly ActualPermission[],
  policy: Policy,
  begunAt: number,
): void {
  refuseInDoubt(
    record,
    actual.map(({ projectId }) => projectId),
    policy,
    begunAt,
  );
  for (const permission of actual) {
    if (isBelievable(record, permission, begunAt)) continue;
    const name = nameOf(policy, permission.projectId);
    throw new NotYetError(
      `The permission of ${name} was deleted a moment ago, and a list may still show it.`,
      Math.ceil(SETTLE_MS / 1_000),
    );
  }
}
