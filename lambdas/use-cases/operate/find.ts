import { ForbiddenError, MissingScopeError, NotFoundError, RefusedError } from '../../core/errors.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { everyItem } from '../pages.ts';
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

/** The job that left a checkpoint, and the alias of its source; null where nobody knows. */
export type CheckpointOrigin = Pick<CheckpointRecord, 'source' | 'jobId'>;

/**
 * Where a checkpoint comes from. One that no rule has ever wanted has no record, and a pinned one none of its job, though the
 * ledger may know the job: all of them are read, then.
 */
export async function findOrigin(
  ledger: Pick<Ledger, 'listJobs'>,
  checkpoint: string,
  record: CheckpointRecord | undefined,
): Promise<CheckpointOrigin> {
  if (record !== undefined && record.jobId !== null) return { source: record.source, jobId: record.jobId };
  for await (const { jobId, source, checkpoints } of everyItem(ledger.listJobs)) {
    if (checkpoints.some((facts) => facts.checkpoint === checkpoint)) return { source, jobId };
  }
  return { source: null, jobId: null };
}

/** The record with the origin that was found, where it knew none. */
export function withOrigin(record: CheckpointRecord, origin: CheckpointOrigin): CheckpointRecord {
  return record.jobId !== null || origin.jobId === null ? record : { ...record, ...origin };
}
