import { randomBytes } from 'node:crypto';
import OpenAI from 'openai';
import { TARGETS } from '../sandbox/sandbox.ts';
import type { Stage } from './stage.ts';

export const { 'prod-eu': EU, 'prod-us': US, staging: STAGING } = TARGETS;

/** Another project that the policy does not know. */
export function addStranger({ fake }: Stage): string {
  return fake.addProject({ id: `proj_${randomBytes(12).toString('hex')}` }).id;
}

/** Grants by one POST, with an admin key of its own and OpenAI's client, as the Terraform provider does; returns the ids. */
export async function post(
  { fake }: Stage,
  checkpoint: string,
  projectIds: readonly string[],
): Promise<readonly string[]> {
  const client = new OpenAI({ baseURL: fake.url, adminAPIKey: fake.adminKey, maxRetries: 0 });
  const page = await client.fineTuning.checkpoints.permissions.create(checkpoint, { project_ids: [...projectIds] });
  return page.data.map(({ id }) => id);
}

/** What OpenAI has of a checkpoint, as `project: permission id`, sorted. */
export function atOpenAI({ fake }: Stage, checkpoint: string): readonly string[] {
  return fake
    .permissions(checkpoint)
    .map(({ projectId, id }) => `${projectId}: ${id}`)
    .sort();
}

/** How many calls have changed something, or looked, with an admin key. */
export function adminCalls({ fake }: Stage) {
  const count = (call: 'create' | 'list' | 'delete') => fake.calls.count({ endpoint: `permissions.${call}` });
  return { create: count('create'), list: count('list'), delete: count('delete') };
}
