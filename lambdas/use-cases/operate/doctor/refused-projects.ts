import { asSentence } from '../../../core/text/sentence.ts';
import type { Status } from '../../../shared/contract/operator.ts';
import { type Found, good, notice } from './check.ts';

/** Targets that OpenAI does not take. */
export function judgeRefusedProjects({ refusedProjects }: Pick<Status, 'refusedProjects'>): readonly Found[] {
  if (refusedProjects.length === 0) return [good('OpenAI refuses no project.')];
  return refusedProjects.map(({ projectId, project, reason, retryAt }) =>
    notice(
      `OpenAI refuses ${project === null ? projectId : `${project} (${projectId})`}: ${asSentence(reason)}`,
      `Put its id right in sharing.yaml, or take it out; until then it is tried again at ${retryAt}.`,
    ),
  );
}
