import type { PermissionState } from '../../../lambdas/core/model/permission.ts';
import type { LivePermission, ShownCheckpoint, ShownPermission } from '../../../lambdas/shared/contract/operator.ts';

/** Whether OpenAI shows a project's permission, and under the id that the ledger has. */
export type Live = 'there' | 'missing' | 'other-id' | 'untracked';

/** One project that is to have a checkpoint, or was asked about. */
export interface Expected {
  readonly projectId: string;
  readonly project: string | null;
  /** As recorded; else as OpenAI shows it. */
  readonly permissionId: string | null;
  readonly recorded: PermissionState | null;
  readonly live: Live;
}

/** These are not to have it any more, or were never ours. */
const NOT_MEANT: readonly PermissionState[] = ['revoking', 'revoked', 'foreign'];

/** The projects that are to have a checkpoint: those of the ledger, then those that are wanted and not in it yet. */
export function expectedOf(shown: ShownCheckpoint): readonly Expected[] {
  const { permissions, wanted } = shown;
  const held = new Set(permissions.filter(isHeld).map(({ projectId }) => projectId));
  const recorded = permissions.filter((each) => !held.has(each.projectId) && !NOT_MEANT.includes(each.state));
  const others = wanted.filter(({ projectId }) => !held.has(projectId));
  const projects = new Map([...recorded, ...others].map(({ projectId, project }) => [projectId, project]));
  return [...projects].map(([projectId, project]) => expectedAt(shown, projectId, project));
}

/** One project, whether or not it is to have it. */
export function expectedAt(
  { permissions, live }: ShownCheckpoint,
  projectId: string,
  project: string | null,
): Expected {
  const known = permissions.find((each) => each.projectId === projectId);
  const shown = (live ?? []).filter((each) => each.projectId === projectId);
  return {
    projectId,
    project,
    permissionId: known?.permissionId ?? shown[0]?.permissionId ?? null,
    recorded: known?.state ?? null,
    live: liveOf(shown),
  };
}

/** A person said that it is not to have it, or not to be looked at. */
function isHeld({ hold }: ShownPermission): boolean {
  return hold?.kind === 'withheld' || hold?.kind === 'forgotten';
}

function liveOf(shown: readonly LivePermission[]): Live {
  if (shown.length === 0) return 'missing';
  const found = shown.map(({ ledger }) => ledger);
  if (found.includes('tracked')) return 'there';
  return found.includes('other-id') ? 'other-id' : 'untracked';
}
