import { isCheckpoint, isJobCheckpointId, isProjectId, type ResourceId, readResourceId } from './ids.ts';
import type { Instance } from './instance.ts';
import { type Fields, fieldsOf } from './json.ts';
import type { TerraformPermission } from './state.ts';

/** What one instance says, and in whole sentences what it should say and does not. Copies ids only. */
export function readPermission({ address, attributes }: Instance): {
  readonly permission: TerraformPermission;
  readonly messages: readonly string[];
} {
  const { id, checkpoint_id: checkpointId, project_ids: listed } = fieldsOf(attributes);
  const fromId = readResourceId(id);
  const checkpoint = isCheckpoint(checkpointId) ? checkpointId : fromId.checkpoint;
  const isOfOther = fromId.checkpoint !== null && fromId.checkpoint !== checkpoint;
  const { valid, others } = readProjects(listed);
  const further = fromId.projectId === null || isOfOther ? [] : [fromId.projectId];
  const projectIds = [...new Set([...valid, ...further])];
  const permission = { address, permissionId: fromId.permissionId, checkpoint, projectIds };
  if (attributes === null) return { permission, messages: [NO_ATTRIBUTES] };
  const messages = [
    checkpoint === null && `${whyNoCheckpoint(attributes, fromId)}.`,
    isOfOther && 'Its id and its checkpoint_id name different checkpoints, of which checkpoint_id was taken: check it.',
    others > 0 && `${others} of its project_ids are not project ids (proj_…) and were left out: pin those by hand.`,
    projectIds.length === 0 && NO_PROJECT,
  ];
  return { permission, messages: messages.filter((message) => message !== false) };
}

const NO_ATTRIBUTES =
  'The state holds no attributes of it: get the state again with "terraform state pull", or pin it by hand.';
const NO_PROJECT =
  'The state does not say which projects it is for: look up project_ids in its configuration, and pin it by hand.';

function readProjects(listed: unknown): { readonly valid: readonly string[]; readonly others: number } {
  const items: readonly unknown[] = Array.isArray(listed) ? listed : [];
  const valid = items.filter(isProjectId);
  return { valid, others: items.length - valid.length };
}

function whyNoCheckpoint({ checkpoint_id: checkpointId }: Fields, { permissionId }: ResourceId): string {
  if (isJobCheckpointId(checkpointId)) {
    return `Its checkpoint_id is ${checkpointId}, with which OpenAI's permission API fails: look up that checkpoint's model id (fine_tuned_model_checkpoint, ft:…) at its job, and pin that by hand`;
  }
  const why =
    typeof checkpointId === 'string' && checkpointId !== ''
      ? 'Its checkpoint_id is not a model id (ft:…)'
      : 'The state does not say which checkpoint it is for, as after an import';
  const where = permissionId === null ? 'its configuration' : `OpenAI's audit log, under ${permissionId}`;
  return `${why}: look the checkpoint up in ${where}, and pin it by hand`;
}
