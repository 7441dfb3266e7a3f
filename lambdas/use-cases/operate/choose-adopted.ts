import { idsOf } from '../../core/checkpoint/record.ts';
import type { ActualPermission, CheckpointRecord } from '../../core/model/permission.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { AdoptResult, RequestOf } from '../../shared/contract/operator.ts';
import { nameOf } from './names.ts';
import { BadRequestError } from './problem.ts';

/** What is asked for, by permission id, by project, or all of it. `projects` are ids. */
export type Asked = Pick<RequestOf<'adopt'>, 'permissionIds' | 'projects' | 'all' | 'madeTogether'>;

/**
 * Which of the permissions that OpenAI shows are meant. Where nothing says which, the only one that is not tracked is; throws
 * `BadRequestError` where there are more.
 */
export function chooseAdopted(
  record: CheckpointRecord | undefined,
  live: readonly ActualPermission[],
  { permissionIds, projects, all, madeTogether }: Asked,
  policy: Policy,
): { readonly chosen: readonly ActualPermission[] } & Pick<AdoptResult, 'missing' | 'others'> {
  const named = permissionIds.length > 0 || projects.length > 0;
  const untracked = live.filter((permission) => !isOurs(record, permission));
  const kept = live.filter(({ permissionId }) => permissionIds.includes(permissionId));
  const isTogether = ({ createdAt }: ActualPermission) =>
    madeTogether && kept.some((one) => isMadeTogether(createdAt, one.createdAt));
  const isChosen = (permission: ActualPermission) =>
    all || kept.includes(permission) || projects.includes(permission.projectId) || isTogether(permission);
  const meant = named || all ? live.filter(isChosen) : untracked;
  if (!named && !all && meant.length > 1) throw severalThere(meant, policy);
  // Whoever has one permission beside another keeps its access until both are revoked: they are one project's right.
  const chosen = live.filter(({ projectId }) => meant.some((permission) => permission.projectId === projectId));
  const missing = [
    ...permissionIds.filter((id) => !live.some(({ permissionId }) => permissionId === id)),
    ...projects.filter((id) => !live.some(({ projectId }) => projectId === id)),
  ];
  const others = untracked
    .filter((permission) => !chosen.includes(permission))
    .map(({ projectId, permissionId }) => ({ projectId, permissionId }));
  return { chosen, missing, others };
}

/** OpenAI gives whole seconds, and one POST may run over the end of one. */
const SAME_POST_MS = 1_000;

/** Times in milliseconds since the epoch; null where it is not known. */
export function isMadeTogether(a: number | null, b: number | null): boolean {
  return a !== null && b !== null && Math.abs(a - b) <= SAME_POST_MS;
}

function isOurs(record: CheckpointRecord | undefined, { projectId, permissionId }: ActualPermission): boolean {
  const known = record?.permissions[projectId];
  return known !== undefined && known.state !== 'foreign' && idsOf(known).includes(permissionId);
}

function severalThere(found: readonly ActualPermission[], policy: Policy): BadRequestError {
  const names = found.map(({ projectId, permissionId }) => `${permissionId} (${nameOf(policy, projectId)})`).join(', ');
  return new BadRequestError(
    `OpenAI has ${found.length} permissions for it that are not tracked: ${names}.`,
    'Name the ones that you mean, by permission id or with --project, or take all of them with --all.',
  );
}
