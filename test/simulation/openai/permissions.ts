import { OwningProjectError, RefusedError } from '../../../lambdas/core/errors.ts';
import type { ActualPermission } from '../../../lambdas/core/model/permission.ts';
import type { PermissionApi } from '../../../lambdas/core/ports/openai.ts';
import type { Draw } from '../engine/draw.ts';
import { unknown } from './front.ts';
import type { Organization, Permission } from './organization.ts';

type Answers = { readonly [Method in keyof PermissionApi]: Awaited<ReturnType<PermissionApi[Method]>> };

/** Carries a POST out, or refuses it, in the ways that OpenAI leaves open. */
export function createPermissions(
  organization: Organization,
  draw: Draw,
  checkpoint: string,
  projectIds: readonly string[],
  onCreated: (permission: Permission) => void,
): Answers['create'] {
  const { quirks } = organization;
  checkModel(organization, checkpoint);
  const targets = checkTargets(organization, checkpoint, projectIds);
  const granted = targets.map((projectId) => {
    const existing = organization.living(checkpoint).find((permission) => permission.projectId === projectId);
    if (existing !== undefined && quirks.repeatedPost === 'returns-existing') return existing;
    const created = organization.grant(checkpoint, projectId, 'us');
    onCreated(created);
    return created;
  });
  const answered = quirks.answerOrder === 'given' ? granted : draw.shuffled(granted);
  const shown = answered.slice(0, quirks.answerLimit ?? answered.length);
  return { permissions: shown.map(asShown), complete: shown.length === answered.length };
}

/**
 * One page, oldest first. A cursor is the id of the last permission of the page before, whether it is still there or not. What
 * the projects of `unread` have, nobody can read.
 */
export function listPermissions(
  organization: Organization,
  checkpoint: string,
  after: string | null,
  unread: readonly string[],
): Answers['list'] {
  checkModel(organization, checkpoint);
  const { permissions, quirks } = organization;
  const first = permissions.findIndex(({ permissionId }) => permissionId === after) + 1;
  const rest = organization.shown(checkpoint).filter((permission) => permissions.indexOf(permission) >= first);
  const page = rest.slice(0, quirks.pageSize);
  const isOdd = ({ projectId }: Permission) => unread.includes(projectId);
  const odd = page.filter(isOdd).map(({ permissionId: id }) => ({ id, problem: 'another form than documented' }));
  return {
    permissions: page.filter((permission) => !isOdd(permission)).map(asShown),
    ...(odd.length > 0 && { odd }),
    next: rest.length > page.length ? (page.at(-1)?.permissionId ?? null) : null,
  };
}

export function deletePermission(
  organization: Organization,
  checkpoint: string,
  permissionId: string,
  onDelete: (permission: Permission) => void,
): Answers['delete'] {
  const permission = organization.find(permissionId);
  if (!organization.hasModel(checkpoint)) return 'absent';
  if (permission === undefined || permission.deleted !== null || permission.checkpoint !== checkpoint) return 'absent';
  onDelete(permission);
  organization.delete(permission, 'us');
  return 'deleted';
}

function checkModel(organization: Organization, checkpoint: string): void {
  if (!organization.hasModel(checkpoint)) throw unknown(checkpoint);
}

/** The projects that get a permission; throws if OpenAI refuses the whole POST. */
function checkTargets(
  organization: Organization,
  checkpoint: string,
  projectIds: readonly string[],
): readonly string[] {
  const { quirks, owners } = organization;
  if (projectIds.length > quirks.maxProjectIds) throw refused("Invalid 'project_ids': array too long");
  const owner = owners.get(checkpoint) ?? '';
  if (projectIds.includes(owner)) {
    const message = `Cannot modify checkpoint permissions for the owning project: ${owner}`;
    throw new OwningProjectError(message, { status: 400 });
  }
  const good = projectIds.filter((projectId) => organization.projects.get(projectId) === 'active');
  const bad = projectIds.find((projectId) => !good.includes(projectId));
  if (bad !== undefined && quirks.badProject === 'fails-all-naming') throw refused(`Project not found: ${bad}`);
  if (bad !== undefined && quirks.badProject === 'fails-all-silent') throw refused('A project is invalid.');
  if (quirks.repeatedPost === 'fails-naming' || quirks.repeatedPost === 'fails-silent') {
    const existing = organization.living(checkpoint).find(({ projectId }) => good.includes(projectId));
    const who = quirks.repeatedPost === 'fails-naming' ? existing?.projectId : 'a project';
    if (existing !== undefined) throw refused(`A checkpoint permission already exists for ${who}`);
  }
  return good;
}

function refused(message: string): RefusedError {
  return new RefusedError(message, { status: 400 });
}

function asShown({ permissionId, projectId, createdAt }: Permission): ActualPermission {
  return { permissionId, projectId, createdAt };
}
