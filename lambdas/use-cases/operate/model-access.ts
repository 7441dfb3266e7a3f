import { NotFoundError, OpenAIError, SecretUnusableError } from '../../core/errors.ts';
import { parseCheckpointName } from '../../core/model/ids.ts';
import { modelAccess as judge } from '../../core/model/model-access.ts';
import { aliasOf } from '../../core/policy/policy.ts';
import type { ModelPermissions, ProjectApi } from '../../core/ports/openai.ts';
import type { ModelAccess } from '../../shared/contract/operator.ts';
import type { Command, CommandDeps } from './deps.ts';
import { adminKeyName, explain, explaining, projectKeyName } from './explain-openai.ts';
import { projectIdsOf } from './names.ts';
import { createPaced } from './paced.ts';
import { BadRequestError } from './problem.ts';
import { quoted } from './read-request.ts';

/** `model-access`: whether one project's own settings let it use a checkpoint, and whether it sees it. Nothing is written. */
export const modelAccess: Command<'model-access'> = async (deps, { checkpoint, project: named }) => {
  if (parseCheckpointName(checkpoint) === undefined) {
    throw new BadRequestError(`${quoted(checkpoint)} is no checkpoint.`, 'Write the model id, ft:BASE:ORG:SUFFIX:ID.');
  }
  const { policy } = deps;
  const [projectId = named] = projectIdsOf(policy, [named]);
  const permissions = await explaining(adminKeyName(deps), () => readModelPermissions(deps, projectId));
  const { access, why } = judge(permissions, checkpoint);
  const project = aliasOf(policy, projectId);
  return { projectId, project, modelPermissions: access, why, ...(await look(deps, project, checkpoint)) };
};

type Seen = Pick<ModelAccess, 'sees' | 'seesWhy'>;

/** With the project's own key, where there is one: projects that are only targets have none in the stack. */
async function look(deps: CommandDeps, project: string | null, checkpoint: string): Promise<Seen> {
  const api = project === null ? undefined : deps.sourceApi(project);
  if (project === null || api === undefined) return { sees: 'no-key', seesWhy: null };
  try {
    await api.getModel(checkpoint);
    return { sees: 'yes', seesWhy: null };
  } catch (error) {
    if (error instanceof NotFoundError) return { sees: 'no', seesWhy: error.message };
    // What the permissions say was paid for with an admin call, and is worth an answer without this.
    if (!(error instanceof OpenAIError || error instanceof SecretUnusableError)) throw error;
    return { sees: 'unknown', seesWhy: explain(projectKeyName(deps, project), error)?.message ?? error.message };
  }
}

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
