import { idsOf, permissionsOf } from '../../core/checkpoint/record.ts';
import type { CheckpointRecord, PermissionRecord } from '../../core/model/permission.ts';
import { aliasOf } from '../../core/policy/policy.ts';
import type { Selection } from '../../shared/contract/operator.ts';
import type { OperateDeps } from './deps.ts';
import { expectCheckpoint, nameOf, projectIdsOf } from './names.ts';
import { BadRequestError } from './problem.ts';
import { quoted } from './read-request.ts';

/**
 * Which permissions of which checkpoint are meant. `meantIn` gives the projects that the command is for at all: without one
 * that narrows it, one of those is taken where it is the only one, and several only where `all` says so.
 */
export async function selectPermissions(
  deps: Pick<OperateDeps, 'ledger' | 'policy'>,
  selection: Selection,
  meantIn: (record: CheckpointRecord) => readonly string[],
): Promise<{ readonly record: CheckpointRecord; readonly projectIds: readonly string[] }> {
  const { ledger, policy } = deps;
  const { checkpoint, permissionId, projects, all } = selection;
  const found = permissionId === null ? undefined : await findPermission(deps, permissionId, checkpoint);
  const name = found?.checkpoint ?? checkpoint;
  if (name === null) throw new BadRequestError('Nothing was named.', 'Name a checkpoint or a permission.');
  expectCheckpoint(name);
  const record = await ledger.getCheckpoint(name);
  if (record === undefined) throw notThere(name);
  if (found !== undefined) return { record, projectIds: [found.projectId] };
  const named = projectIdsOf(policy, projects);
  const meant = [...meantIn(record)].sort();
  const strange = named.filter(
    (projectId) => record.permissions[projectId] === undefined && !meant.includes(projectId),
  );
  if (strange.length > 0) throw notShared(record, strange[0] ?? '', policy);
  if (named.length > 0) return { record, projectIds: named };
  if (all || meant.length === 1) return { record, projectIds: meant };
  const names = meant.map((projectId) => nameOf(policy, projectId)).join(', ');
  throw new BadRequestError(
    meant.length === 0
      ? `${record.checkpoint} has no permission that this could be done to.`
      : `${record.checkpoint} has ${meant.length} permissions that this could be done to: ${names}.`,
    meant.length === 0
      ? `See what it has with "ckpt show ${record.checkpoint}".`
      : 'Name the projects that you mean, or say --all.',
  );
}

async function findPermission(
  { ledger }: Pick<OperateDeps, 'ledger'>,
  permissionId: string,
  checkpoint: string | null,
) {
  const found = await ledger.findPermission(permissionId);
  if (found === undefined) {
    throw new BadRequestError(
      `The ledger has no permission ${quoted(permissionId)}.`,
      `If it is at OpenAI, take it over first: "ckpt adopt ${permissionId} --checkpoint ft:…".`,
    );
  }
  if (checkpoint === null || checkpoint === found.checkpoint) return found;
  throw new BadRequestError(
    `${permissionId} is a permission for ${found.checkpoint}, not for ${quoted(checkpoint)}.`,
    'Leave the checkpoint out, or name the right one.',
  );
}

/** The projects of a record whose permissions are such. */
export function projectsWhere(isMeant: (permission: PermissionRecord) => boolean) {
  return (record: CheckpointRecord): readonly string[] =>
    permissionsOf(record)
      .filter(isMeant)
      .map(({ projectId }) => projectId);
}

function notThere(checkpoint: string): BadRequestError {
  return new BadRequestError(
    `The ledger has no checkpoint ${quoted(checkpoint)}.`,
    'See what there is with "ckpt list", or take it over with "ckpt adopt".',
  );
}

function notShared(record: CheckpointRecord, projectId: string, policy: OperateDeps['policy']): BadRequestError {
  const known = permissionsOf(record).map((permission) => nameOf(policy, permission.projectId));
  return new BadRequestError(
    `${record.checkpoint} has no permission for ${nameOf(policy, projectId)}.`,
    known.length === 0 ? 'It has none at all: see "ckpt show".' : `It has those of ${known.sort().join(', ')}.`,
  );
}

/** The permissions of the named projects, with all that OpenAI has made of each. */
export function describeProjects(
  record: CheckpointRecord,
  projectIds: readonly string[],
  policy: OperateDeps['policy'],
) {
  return projectIds.map((projectId) => {
    const permission = record.permissions[projectId];
    return {
      projectId,
      project: aliasOf(policy, projectId),
      permissionIds: permission === undefined ? [] : idsOf(permission),
    };
  });
}
