import { z } from 'zod';
import type { PermissionState } from '../../../lambdas/core/model/permission.ts';
import type {
  LivePermission,
  ModelAccess,
  ShownCheckpoint,
  ShownPermission,
} from '../../../lambdas/shared/contract/operator.ts';
import {
  checkpoint,
  permissionId,
  permissionState,
  projectAlias,
  projectId,
  type Told,
} from '../../../lambdas/shared/contract/parts.ts';

const verifiedProject = z.strictObject({
  projectId,
  project: projectAlias,
  permissionId: permissionId.nullable().describe('As recorded; else as OpenAI shows it; null where there is none.'),
  recorded: permissionState.nullable().describe('Its state in the ledger; null where the ledger has none.'),
  live: z
    .enum(['there', 'missing', 'other-id', 'untracked'])
    .describe(
      'What OpenAI shows. there: under the id of the ledger. other-id: under another. untracked: the ledger has none.',
    ),
  modelPermissions: z
    .enum(['allowed', 'blocked', 'unclear'])
    .nullable()
    .describe("What the project's list of models says; unclear: it names the base model only. Null: not asked."),
  why: z.string().nullable().describe('Why so; null where it is allowed.'),
  sees: z
    .enum(['yes', 'no', 'no-key', 'unknown'])
    .nullable()
    .describe('Whether the project itself sees the model; no-key: the stack has no key of it. Null: not asked.'),
  seesWhy: z.string().nullable().describe('Why it does not, or why that is not known.'),
  ok: z.boolean().describe('Whether nothing keeps the project from using it, as far as can be told.'),
});
export type VerifiedProject = Told<typeof verifiedProject>;

export const verifiedCheckpoint = z.strictObject({
  checkpoint,
  ok: z.boolean().describe('Whether all of its projects are ok, and it is known.'),
  gone: z.string().nullable().describe('What OpenAI said when it knew the checkpoint no more; null while it does.'),
  projects: z.array(verifiedProject).describe('Those that are to have it, or were asked about.'),
});
export type VerifiedCheckpoint = Told<typeof verifiedCheckpoint>;

export function verifyProject(expected: Expected, access: ModelAccess | null): VerifiedProject {
  const { modelPermissions = null, why = null, sees = null, seesWhy = null } = access ?? {};
  const { projectId, project, permissionId, recorded, live } = expected;
  // What is unclear, or cannot be looked at without a key, is told, and is no reason to call it bad.
  const ok = live === 'there' && access !== null && modelPermissions !== 'blocked' && sees !== 'no';
  return { projectId, project, permissionId, recorded, live, modelPermissions, why, sees, seesWhy, ok };
}

/** `tracked`: whether the ledger has it. A checkpoint that it does not have, and nobody wants, is most likely mistyped. */
export function verifyCheckpoint(
  checkpoint: string,
  { gone, tracked }: { readonly gone: string | null; readonly tracked: boolean },
  projects: readonly VerifiedProject[],
): VerifiedCheckpoint {
  const isKnown = tracked || projects.length > 0;
  return { checkpoint, ok: isKnown && gone === null && projects.every(({ ok }) => ok), gone, projects };
}

/** What keeps a project from using it, and the next step; null when it can. No full stop. */
export function problemOf(checkpoint: string, verified: VerifiedProject): string | null {
  const { ok, live, recorded, project, projectId, modelPermissions, why, seesWhy } = verified;
  if (ok) return null;
  if (live === 'other-id') return 'OpenAI has it under another id; "ckpt reconcile --verify --wait" records that';
  if (live === 'untracked') {
    return `OpenAI has it, and the ledger does not track it; "ckpt adopt ${checkpoint} --project ${project ?? projectId}" takes it over`;
  }
  if (live === 'missing') return missing(checkpoint, recorded);
  if (modelPermissions === 'blocked') return `its own settings at OpenAI block the model: ${why}`;
  return `it does not see the model: ${seesWhy}`;
}

function missing(checkpoint: string, recorded: VerifiedProject['recorded']): string {
  switch (recorded) {
    case null:
      return 'it has no permission, and the ledger has none to ask for; "ckpt reconcile --wait" takes up what a rule wants, "ckpt share" shares by hand';
    case 'pending':
    case 'unknown':
      return `it is not shared yet (${recorded}); "ckpt reconcile --wait" waits for it`;
    case 'drifted':
      return `its permission is gone at OpenAI, and left so; "ckpt repair ${checkpoint}" shares it again`;
    case 'rejected':
      return 'OpenAI refuses it; "ckpt list --state rejected" says why';
    case 'revoking':
    case 'revoked':
      return `it is ${recorded}; "ckpt share" shares it again, and "ckpt reconcile --wait" does where a rule wants it`;
    default:
      return 'its permission is gone at OpenAI; "ckpt reconcile --verify --wait" takes note of that, and repairs it where its rule says so';
  }
}

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
