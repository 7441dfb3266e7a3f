import { ForbiddenError, MissingScopeError, NotFoundError, RefusedError } from '../../core/errors.ts';
import type { CommandDeps } from './deps.ts';
import { adminKeyName, explaining } from './explain-openai.ts';
import { createPaced } from './paced.ts';
import { BadRequestError } from './problem.ts';

/**
 * Whose permissions these are: the ledger knows what it has ever recorded, the audit log what was made since it was switched
 * on. They have to be of one checkpoint: the first one tells, and its list which of the others are there, too.
 */
export async function findCheckpointOf(deps: CommandDeps, permissionIds: readonly string[]): Promise<string> {
  const [permissionId] = permissionIds;
  if (permissionId === undefined) throw new BadRequestError('Nothing was named.', 'Name a checkpoint or a permission.');
  const known = await deps.ledger.traceOf(permissionId);
  if (known !== undefined) return known;
  const logged = await lookUp(deps, permissionId);
  if (logged !== null) return logged.checkpoint;
  throw new BadRequestError(
    `Nobody can tell which checkpoint ${permissionId} is for: neither the ledger nor OpenAI's audit log has seen it.`,
    `Name the checkpoint, too: "ckpt adopt ${permissionId} --checkpoint ft:…".`,
  );
}

const OFF = [MissingScopeError, ForbiddenError, NotFoundError, RefusedError] as const;

/** Null also where the audit log is not switched on, or not for the admin key: it is only one of the ways to know. */
async function lookUp(deps: CommandDeps, permissionId: string) {
  if (deps.policy.reconcile.auditLog === 'off') return null;
  const paced = createPaced(deps);
  try {
    return await paced('audit', 'repair', () => deps.admin.findCreated(permissionId));
  } catch (error) {
    if (OFF.some((kind) => error instanceof kind)) return null;
    return explaining(adminKeyName(deps), () => Promise.reject(error));
  }
}
