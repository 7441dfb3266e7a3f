import {
  forget as forgetThem,
  ignore as ignoreThem,
  isIgnorable,
  isInDoubt,
  releaseHold,
} from '../../core/checkpoint/hold.ts';
import { isBelievable } from '../../core/checkpoint/list-lag.ts';
import { SETTLE_MS } from '../../core/checkpoint/retries.ts';
import type { ActualPermission, CheckpointRecord } from '../../core/model/permission.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { changeCheckpoint, tryCheckpoint } from '../change.ts';
import type { Command } from './deps.ts';
import { type CommandDeps, wakeShare } from './deps.ts';
import { nameOf } from './names.ts';
import { BadRequestError, NotYetError } from './problem.ts';
import { describeProjects, projectsWhere, selectPermissions } from './select-permissions.ts';

/** `forget`: stops tracking permissions. OpenAI keeps them, and no rule wants them again by itself. */
export const forget: Command<'forget'> = async (deps, selection) => {
  const { ledger, policy, now, log, author } = deps;
  const { record, projectIds } = await selectPermissions(
    deps,
    selection,
    projectsWhere(() => true),
  );
  const projects = describeProjects(record, projectIds, policy);
  await changeCheckpoint(ledger, record, (current) => {
    refuseInDoubt(current, projectIds, policy, now());
    return forgetThem(current, projectIds, { kind: 'forgotten', at: now(), by: author.actor });
  });
  log.info('Permissions forgotten', { checkpoint: record.checkpoint, projectIds });
  return { checkpoint: record.checkpoint, kind: 'forgotten', undone: false, projects };
};

/** `ignore`: keeps permissions as they are, never repaired nor revoked, until it is undone; a dry run only tells. */
export const ignore: Command<'ignore'> = async (deps, { undo, dryRun, ...selection }) => {
  const { ledger, policy, now, log, author } = deps;
  const meantIn = undo ? ignoredIn : projectsWhere(isIgnorable);
  const { record, projectIds } = await selectPermissions(deps, selection, meantIn);
  const projects = describeProjects(record, projectIds, policy);
  await (dryRun ? tryCheckpoint : changeCheckpoint)(ledger, record, (current) => {
    if (undo) return releaseHold(current, projectIds, now());
    check(deps, current, projectIds);
    return ignoreThem(current, projectIds, { kind: 'ignored', at: now(), by: author.actor });
  });
  const held = { checkpoint: record.checkpoint, kind: 'ignored', undone: undo, projects } as const;
  if (dryRun) return held;
  log.info(undo ? 'Permissions ignored no more' : 'Permissions ignored', {
    checkpoint: record.checkpoint,
    projectIds,
  });
  if (undo) await wakeShare(deps);
  return held;
};

/** What is ignored need not be tracked any more: somebody else's is gone with its model. */
function ignoredIn({ holds = {} }: CheckpointRecord): readonly string[] {
  return Object.keys(holds).filter((projectId) => holds[projectId]?.kind === 'ignored');
}

function check({ policy, now }: CommandDeps, record: CheckpointRecord, projectIds: readonly string[]): void {
  refuseInDoubt(record, projectIds, policy, now());
  for (const projectId of projectIds) {
    const permission = record.permissions[projectId];
    if (permission === undefined || isIgnorable(permission)) continue;
    const name = nameOf(policy, projectId);
    throw new BadRequestError(
      `The permission of ${name} is ${permission.state}: there is nothing yet, or no more, that could be kept as it is.`,
      permission.state === 'pending'
        ? 'Wait until it is shared, or keep it from being shared with "ckpt forget".'
        : `See "ckpt show ${record.checkpoint}".`,
    );
  }
}

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
