import type { KeyProof } from '../../core/checkpoint/absence.ts';
import { isKeyUnusable } from '../../core/checkpoint/answers.ts';
import { ForeignKeyError, MissingScopeError, OpenAIError, RefusedError, ThrottledError } from '../../core/errors.ts';
import { ENDPOINT_OF } from '../../core/pacing/endpoints.ts';
import type { Turn } from './turn.ts';

/** `foreign`: the key is of another organisation, and rests. `later`: nobody could be asked just now. */
export type Proof = KeyProof | 'foreign' | 'later';

/** Of a policy with many projects, so many are asked for: a key that knows none of them is not ours. */
const MOST_PROJECTS = 10;

/**
 * Whether the admin key is of our organisation, asked before anything is concluded from what OpenAI does not show: to the key
 * of another one it answers 404 as to a model that is gone. Costs an admin call, mostly one, and none in an ordinary turn.
 */
export async function proveKey(turn: Turn): Promise<Proof> {
  const { organisation, projectIds, log } = turn.deps;
  const asked = projectIds.slice(0, MOST_PROJECTS);
  try {
    for (const projectId of asked) {
      if (!(await turn.waitForSlot('project', 'repair'))) return 'later';
      if (await organisation.hasProject(projectId)) return 'known';
    }
  } catch (error) {
    return judgeFailure(turn, error);
  }
  if (asked.length === 0) return 'unproven';
  const error = new ForeignKeyError(asked);
  log.error('The admin key is of another organisation', { signal: 'key-foreign', projectIds: asked });
  await turn.giveUpKey(error);
  return 'foreign';
}

async function judgeFailure(turn: Turn, error: unknown): Promise<Proof> {
  if (error instanceof MissingScopeError || error instanceof RefusedError) {
    turn.deps.log.info('Whose key it is cannot be told', { reason: error.message, requestId: error.requestId });
    return 'unproven';
  }
  if (error instanceof ThrottledError) await turn.deps.pacer.throttled(ENDPOINT_OF.project, error.retryAfterSeconds);
  if (isKeyUnusable(error)) await turn.giveUpKey(error);
  else if (!(error instanceof OpenAIError)) throw error;
  return 'later';
}
