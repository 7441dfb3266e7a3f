import { withHold } from '../../core/checkpoint/hold.ts';
import { idsOf } from '../../core/checkpoint/record.ts';
import { type Revocability, revocability, revokeByHand } from '../../core/checkpoint/revoke-by-hand.ts';
import type { CheckpointRecord, PermissionRecord, Want } from '../../core/model/permission.ts';
import { aliasOf } from '../../core/policy/policy.ts';
import type { ToRevoke } from '../../shared/contract/operator.ts';
import { changeCheckpoint } from '../change.ts';
import type { Command } from './deps.ts';
import { type CommandDeps, tryKeyAgain, wakeShare } from './deps.ts';
import { refuseInDoubt } from './hold.ts';
import { nameOf } from './names.ts';
import { BadRequestError } from './problem.ts';
import { projectsWhere, selectPermissions } from './select-permissions.ts';
import { describeWant, policyWants } from './share.ts';

/**
 * `revoke`: takes a checkpoint from projects, of which the ledger owns the permissions; a dry run only tells. It names the
 * rule that would share it again.
 */
export const revoke: Command<'revoke'> = async (deps, { dryRun, withhold, ...selection }) => {
  const { ledger, now, log, author } = deps;
  const { record, projectIds } = await selectPermissions(deps, selection, projectsWhere(isRevocable));
  const { checkpoint } = record;
  check(deps, record, projectIds);
  const again = withhold ? new Map<string, Want>() : await policyWants(deps, checkpoint, record.jobId);
  const permissions = projectIds.map((projectId) => describe(deps, record, projectId, again));
  if (dryRun) return { checkpoint, done: false, permissions };

  await changeCheckpoint(ledger, record, (current) => {
    check(deps, current, projectIds);
    const revoked = revokeByHand(current, projectIds, now());
    return withhold ? withHold(revoked, projectIds, { kind: 'withheld', at: now(), by: author.actor }) : revoked;
  });
  log.info('Revocation asked for by a person', { checkpoint, projectIds, withhold });
  await tryKeyAgain(deps);
  await wakeShare(deps);
  return { checkpoint, done: true, permissions };
};

function isRevocable({ state }: PermissionRecord): boolean {
  return state !== 'revoked' && state !== 'foreign';
}

/** Nothing of it is done unless all of it can be. */
function check({ policy, now }: CommandDeps, record: CheckpointRecord, projectIds: readonly string[]): void {
  for (const projectId of projectIds) {
    const permission = record.permissions[projectId];
    const verdict = permission === undefined ? 'nothing-to-do' : revocability(record, permission, now());
    const name = nameOf(policy, projectId);
    if (verdict === 'foreign') {
      throw new BadRequestError(
        `The permission of ${name} is not ours: somebody else granted it, and only what the ledger owns is ever revoked.`,
        `If it is to be ours, run "ckpt adopt ${record.checkpoint} --project ${name}" first.`,
      );
    }
    if (verdict === 'ignored') {
      throw new BadRequestError(
        `The permission of ${name} is ignored: it is never revoked.`,
        `Run "ckpt ignore --undo ${record.checkpoint} --project ${name}" first.`,
      );
    }
    if (verdict === 'in-doubt') refuseInDoubt(record, [projectId], policy, now());
  }
}

const WHAT: Readonly<Record<Exclude<Revocability, 'foreign' | 'ignored' | 'in-doubt'>, ToRevoke['what']>> = {
  delete: 'revoke',
  drop: 'drop',
  'nothing-to-do': 'nothing-to-do',
};

function describe(
  { policy, now }: CommandDeps,
  record: CheckpointRecord,
  projectId: string,
  again: ReadonlyMap<string, Want>,
): ToRevoke {
  const permission = record.permissions[projectId];
  const verdict = permission === undefined ? 'nothing-to-do' : revocability(record, permission, now());
  const want = again.get(projectId);
  return {
    projectId,
    project: aliasOf(policy, projectId),
    permissionIds: permission === undefined ? [] : idsOf(permission),
    what: WHAT[verdict as keyof typeof WHAT],
    wantedAgainBy: want === undefined ? null : describeWant(policy, want),
  };
}
