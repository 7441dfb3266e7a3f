import type OpenAI from 'openai';

/** An afternoon's script: for each checkpoint, list who has it, then create what is missing. */
export async function shareAll(client: OpenAI, checkpoints: readonly string[], projectIds: readonly string[]) {
  const { permissions } = client.fineTuning.checkpoints;
  for (const checkpoint of checkpoints) {
    const shared = new Set<string>();
    for await (const { project_id: id } of permissions.list(checkpoint)) shared.add(id);
    const missing = projectIds.filter((id) => !shared.has(id));
    if (missing.length > 0) await permissions.create(checkpoint, { project_ids: missing });
  }
}
