import type { ModelPermissions, ProjectApi } from '../../core/openai-ports.ts';
import type { CommandDeps } from './deps.ts';
import { createPaced } from './paced.ts';

/** Long enough for one `ckpt verify`, too short for a person to change a list at OpenAI and wonder. */
const REMEMBERED_MS = 30_000;

interface Remembered {
  readonly at: number;
  readonly permissions: ModelPermissions | null;
}

/** By project id. A list is the project's, whatever checkpoint is asked about: each is worth one admin call, not one a checkpoint. */
const remembered = new WeakMap<ProjectApi, Map<string, Remembered>>();

/** A project's list of models, paced; throws `NoSlotError`, any `OpenAIError`, or what reading the key throws. */
export async function readModelPermissions(
  deps: Pick<CommandDeps, 'admin' | 'pacer' | 'ledger' | 'now'>,
  projectId: string,
): Promise<ModelPermissions | null> {
  const { admin, now } = deps;
  const known = remembered.get(admin) ?? new Map<string, Remembered>();
  remembered.set(admin, known);
  for (const [id, { at }] of known) if (now() - at > REMEMBERED_MS) known.delete(id);
  const before = known.get(projectId);
  if (before !== undefined) return before.permissions;
  const permissions = await createPaced(deps)('model-permissions', 'repair', () =>
    admin.getModelPermissions(projectId),
  );
  known.set(projectId, { at: now(), permissions });
  return permissions;
}
