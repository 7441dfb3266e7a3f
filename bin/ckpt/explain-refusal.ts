import type { ListedPermission } from '../../lambdas/shared/contract/operator.ts';
import { oneLine } from './one-line.ts';

/** Why a project does not have a checkpoint that it should have, and what to do; whole sentences. */
export function explainRefusal({ project, projectId, state, reason }: ListedPermission): string {
  const name = project ?? projectId;
  const said = oneLine(reason ?? 'OpenAI gave no reason').replace(/\.?$/, '.');
  return `${name} does not have it (${state}): ${said} ${nextOf(said)}`;
}

const NEXT: readonly (readonly [RegExp, string])[] = [
  [/owning project/i, 'That project trained the checkpoint and can use it without a permission: leave it out.'],
  [/not found: proj_|unknown project|project .*not found/i, 'Check the project id; it is tried again once a day.'],
  [/archived/i, 'Unarchive the project at OpenAI, or leave it out; it is tried again once a day.'],
  [/does not exist|model_not_found/i, 'Check the model id: "ckpt checkpoints JOB" shows those of a job.'],
  [/moderation|safety/i, "OpenAI blocks the model: the job's events tell more."],
];

function nextOf(reason: string): string {
  const known = NEXT.find(([pattern]) => pattern.test(reason));
  return known?.[1] ?? 'It is tried again once a day; "ckpt share" asks again at once.';
}
