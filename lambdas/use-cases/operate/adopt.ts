import { holdOf, withoutHold } from '../../core/checkpoint/hold.ts';
import { idsOf, newCheckpoint, permissionsOf } from '../../core/checkpoint/record.ts';
import { resolveByList } from '../../core/checkpoint/resolve.ts';
import { resolveByPart } from '../../core/checkpoint/resolve-part.ts';
import type { ActualPermission, CheckpointRecord, PermissionRecord, Want } from '../../core/model/permission.ts';
import { aliasOf } from '../../core/policy/policy.ts';
import { asSentence } from '../../core/text/sentence.ts';
import type { AdoptedPermission, RequestOf } from '../../shared/contract/operator.ts';
import { changeCheckpoint, tryCheckpoint } from '../change.ts';
import { type Asked, chooseAdopted, isMadeTogether } from './choose-adopted.ts';
import type { Command } from './deps.ts';
import { type CommandDeps, wakeShare } from './deps.ts';
import { findCheckpointOf, findOrigin, withOrigin } from './find.ts';
import { refuseInDoubt, refuseInFlight, refuseOlderList, refuseUnsettled } from './hold.ts';
import { listLive, unreadable } from './list-live.ts';
import { expectCheckpoint, projectIdsOf } from './names.ts';
import { BadRequestError } from './problem.ts';
import { quoted } from './read-request.ts';
import { projectsWhere } from './select-permissions.ts';
import { describeWant, policyWants } from './share.ts';

/**
 * `adopt`: permissions that are at OpenAI already become ours, each after a look there. What is at OpenAI and not asked for
 * is noted as foreign. A dry run looks, too, and only tells.
 */
export const adopt: Command<'adopt'> = async (deps, request) => {
  const { ledger, policy, now, log } = deps;
  const asked = { ...request, projects: projectIdsOf(policy, request.projects) };
  const checkpoint = request.checkpoint ?? (await findCheckpointOf(deps, request.permissionIds));
  expectCheckpoint(checkpoint);
  const before = await ledger.getCheckpoint(checkpoint);
  if (before !== undefined && isTracked(before, asked)) return nothingNew(deps, before, asked);
  const origin = await findOrigin(ledger, checkpoint, before);
  const wanted = await policyWants(deps, checkpoint, origin.jobId);

  if (before !== undefined) {
    refuseInFlight(before);
    refuseInDoubt(before, concernedBy(before, asked), policy, now());
  }
  const begunAt = now();
  const { permissions: live, odd, gone } = await listLive(deps, checkpoint);
  if (gone !== null) throw unknownToOpenAI(checkpoint, gone);
  const { chosen, missing, others } = chooseAdopted(before, live, asked, policy);
  if (odd.length > 0 && missing.length > 0) throw unreadable(odd);
  const wants = [...new Set(chosen.map(({ projectId }) => projectId))].map(
    (projectId) => wanted.get(projectId) ?? keptOr(before, projectId),
  );
  if (chosen.length > 0) {
    await (request.dryRun ? tryCheckpoint : changeCheckpoint)(ledger, newCheckpoint(checkpoint, origin), (record) => {
      refuseInFlight(record);
      refuseOlderList(record, begunAt);
      refuseUnsettled(record, chosen, policy, begunAt);
      const taken = wants.map(({ projectId }) => projectId).filter((projectId) => !isIgnored(record, projectId));
      const free = withoutHold(withOrigin(record, origin), taken);
      return odd.length > 0
        ? resolveByPart(free, { shown: live, odd, begunAt }, now(), wants)
        : resolveByList(free, live, begunAt, wants);
    });
  }
  if (chosen.length > 0 && !request.dryRun) {
    log.info('Permissions adopted', { checkpoint, permissionIds: chosen.map(({ permissionId }) => permissionId) });
    await wakeShare(deps);
  }
  return { checkpoint, adopted: describe(deps, chosen, before, wants), missing, others };
};

/** The projects that it is about, as far as that can be told before OpenAI was asked. */
function concernedBy(record: CheckpointRecord, asked: Asked): readonly string[] {
  const isConcerned = asked.all ? () => true : isNamedIn(asked);
  return projectsWhere(isConcerned)(record);
}

function isNamedIn({ permissionIds, projects }: Pick<Asked, 'permissionIds' | 'projects'>) {
  return (permission: PermissionRecord): boolean =>
    projects.includes(permission.projectId) || idsOf(permission).some((id) => permissionIds.includes(id));
}

/** What is tracked, and ignored, is so whether or not somebody takes all that there is. */
function isIgnored(record: CheckpointRecord, projectId: string): boolean {
  return holdOf(record, projectId)?.kind === 'ignored' && record.permissions[projectId]?.state === 'active';
}

/** A wish that stands already keeps its terms. */
function keptOr(record: CheckpointRecord | undefined, projectId: string): Want {
  const current = record?.permissions[projectId]?.want ?? null;
  return current ?? { projectId, origin: 'adopted', rule: null, onDrift: 'repair', expiresAt: null };
}

/** All that is asked for is tracked: there is nothing to look at OpenAI for. */
function isTracked(
  record: CheckpointRecord,
  { permissionIds, projects, all, madeTogether }: RequestOf<'adopt'>,
): boolean {
  if (all || (permissionIds.length === 0 && projects.length === 0)) return false;
  const permissions = Object.values(record.permissions);
  const ours = permissions.filter(({ state, want }) => state === 'active' && want !== null);
  const ids = ours.flatMap(idsOf);
  const isOurs = (projectId: string) => ours.some((permission) => permission.projectId === projectId);
  if (!permissionIds.every((id) => ids.includes(id)) || !projects.every(isOurs)) return false;
  if (!madeTogether) return true;
  // A list has shown all there were; what was made together with a named one would be ours by now.
  const named = ours.filter((permission) => idsOf(permission).some((id) => permissionIds.includes(id)));
  const foreign = permissions.filter(({ state }) => state === 'foreign');
  return (
    record.listedAt !== null &&
    !foreign.some((other) => named.some((one) => isMadeTogether(other.sharedAt, one.sharedAt)))
  );
}

function nothingNew(deps: CommandDeps, record: CheckpointRecord, asked: Asked) {
  const tracked = permissionsOf(record).filter(isNamedIn(asked));
  const wants = tracked.flatMap(({ want }) => (want === null ? [] : [want]));
  const chosen = tracked.flatMap((permission) =>
    idsOf(permission).map((permissionId) => ({ permissionId, projectId: permission.projectId, createdAt: 0 })),
  );
  return { checkpoint: record.checkpoint, adopted: describe(deps, chosen, record, wants), missing: [], others: [] };
}

function describe(
  { policy }: CommandDeps,
  chosen: readonly ActualPermission[],
  before: CheckpointRecord | undefined,
  wants: readonly Want[],
): readonly AdoptedPermission[] {
  return chosen.flatMap(({ projectId, permissionId }) => {
    const known = before?.permissions[projectId];
    const want = wants.find((each) => each.projectId === projectId);
    if (want === undefined) return [];
    const already = known?.state === 'active' && known.want !== null && idsOf(known).includes(permissionId);
    return [
      { projectId, project: aliasOf(policy, projectId), permissionId, already, wantedBy: describeWant(policy, want) },
    ];
  });
}

function unknownToOpenAI(checkpoint: string, said: string): BadRequestError {
  return new BadRequestError(
    `OpenAI does not know ${quoted(checkpoint)}: ${asSentence(said)}`,
    'Check the model id; a model that was deleted has no permissions any more. To a key of another organisation OpenAI says the same: run ckpt doctor.',
  );
}
