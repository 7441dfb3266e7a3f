import type { ModelAccess } from '../../../lambdas/shared/contract/operator.ts';
import type { Expected } from './expected.ts';

/** What `ckpt verify --json` prints of one project. Of a checkpoint that is gone nothing more was asked: the rest is null. */
export interface VerifiedProject extends Expected {
  readonly modelPermissions: ModelAccess['modelPermissions'] | null;
  readonly why: string | null;
  readonly sees: ModelAccess['sees'] | null;
  readonly seesWhy: string | null;
  readonly ok: boolean;
}

/** One element of what `ckpt verify --json` prints. */
export interface VerifiedCheckpoint {
  readonly checkpoint: string;
  readonly ok: boolean;
  /** What OpenAI said when it knew the checkpoint no more; null while it does. */
  readonly gone: string | null;
  readonly projects: readonly VerifiedProject[];
}

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
