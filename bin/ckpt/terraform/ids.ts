import { JOB_ID, PROJECT_ID, parseCheckpointName } from '../../../lambdas/core/model/ids.ts';

/** What the `id` of a permission resource tells; null = nothing. */
export interface ResourceId {
  readonly permissionId: string | null;
  readonly checkpoint: string | null;
  readonly projectId: string | null;
}

/** Far longer than any id: longer texts are none, and are not searched. */
const LONGEST = 512;
const PERMISSION_ID = /^cp_[A-Za-z0-9_-]{1,128}$/;
/** Made up by the provider where OpenAI's answer held no id. */
const MADE_UP = /^perm_(ft:.+?)_(proj_[A-Za-z0-9_-]+)$/;
/** As people hand it to `terraform import`, which keeps whatever it is given. */
const IMPORTED = /^(ft:.+):(proj_[A-Za-z0-9_-]+)$/;
const JOB_CHECKPOINT_ID = /^ftckpt_[A-Za-z0-9]{1,128}$/;

export function readResourceId(id: unknown): ResourceId {
  const nothing: ResourceId = { permissionId: null, checkpoint: null, projectId: null };
  if (!isShort(id)) return nothing;
  if (PERMISSION_ID.test(id)) return { ...nothing, permissionId: id };
  const [, checkpoint, projectId = null] = MADE_UP.exec(id) ?? IMPORTED.exec(id) ?? [null, id];
  return isCheckpoint(checkpoint) ? { ...nothing, checkpoint, projectId } : nothing;
}

/** A whole model id, `ft:…`. */
export function isCheckpoint(value: unknown): value is string {
  return isShort(value) && parseCheckpointName(value) !== undefined;
}

export function isProjectId(value: unknown): value is string {
  return isShort(value) && PROJECT_ID.test(value);
}

export function isJobId(value: unknown): value is string {
  return isShort(value) && JOB_ID.test(value);
}

/** The id of a checkpoint at its job, `ftckpt_…`, which OpenAI's permission API answers with a 500. */
export function isJobCheckpointId(value: unknown): value is string {
  return isShort(value) && JOB_CHECKPOINT_ID.test(value);
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST;
}
