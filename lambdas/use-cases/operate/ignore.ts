import { heed, ignore as ignoreThem, isIgnorable } from '../../core/checkpoint/hold.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import { changeCheckpoint } from '../change-checkpoint.ts';
import type { Command } from './command.ts';
import { type CommandDeps, wakeShare } from './deps.ts';
import { refuseInDoubt } from './in-doubt.ts';
import { BadRequestError } from './problem.ts';
import { nameOf } from './projects.ts';
import { describeProjects, projectsWhere, selectPermissions } from './select-permissions.ts';

/** `ignore`: keeps permissions as they are, never repaired nor revoked, until it is undone. */
export const ignore: Command<'ignore'> = async (deps, { undo, ...selection }) => {
  const { ledger, policy, now, log, author } = deps;
  const meantIn = undo ? ignoredIn : projectsWhere(isIgnorable);
  const { record, projectIds } = await selectPermissions(deps, selection, meantIn);
  const projects = describeProjects(record, projectIds, policy);
  await changeCheckpoint(ledger, record, (current) => {
    if (undo) return heed(current, projectIds, now());
    check(deps, current, projectIds);
    return ignoreThem(current, projectIds, { kind: 'ignored', at: now(), by: author.actor });
  });
  log.info(undo ? 'Permissions ignored no more' : 'Permissions ignored', {
    checkpoint: record.checkpoint,
    projectIds,
  });
  if (undo) await wakeShare(deps);
  return { checkpoint: record.checkpoint, kind: 'ignored', undone: undo, projects };
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
