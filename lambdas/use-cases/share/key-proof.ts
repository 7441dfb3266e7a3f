import type { KeyProof } from '../../core/checkpoint/absence.ts';
import {
  CallerRefusedError,
  ForbiddenError,
  ForeignKeyError,
  MissingScopeError,
  OpenAIError,
  RefusedError,
  SharingError,
} from '../../core/errors.ts';
import type { Turn } from './turn.ts';

/** `foreign`: the key is of another organisation, and rests. `later`: nobody could be asked just now. */
export type Proof = KeyProof | 'foreign' | 'later';

/** The key may not ask, or a gateway has no such endpoint; neither will at another time. */
function isRefusal(error: SharingError): boolean {
  if (error instanceof CallerRefusedError) return error.status === 404;
  return [MissingScopeError, ForbiddenError, RefusedError].some((kind) => error instanceof kind);
}

/**
 * Whether the admin key is of our organisation, asked before anything is concluded from what OpenAI does not show: to the key
 * of another one it answers 404 as to a model that is gone. Costs an admin call, mostly one, and none in an ordinary turn.
 */
export async function proveKey(turn: Turn): Promise<Proof> {
  const { organisation, projectIds } = turn.deps;
  try {
    for (const projectId of projectIds) {
      if (!(await turn.waitForSlot('project', 'verify'))) return turn.lacksScope('project') ? 'unproven' : 'later';
      if (await turn.ask('project', () => organisation.hasProject(projectId))) return 'known';
    }
  } catch (error) {
    if (!(error instanceof SharingError)) throw error;
    const requestId = error instanceof OpenAIError ? error.requestId : null;
    turn.deps.log.info('Whose key it is cannot be told', { reason: error.message, requestId });
    return isRefusal(error) ? 'unproven' : 'later';
  }
  if (projectIds.length === 0) return 'unproven';
  await turn.giveUpKey('wrong-key', new ForeignKeyError(projectIds));
  return 'foreign';
}
