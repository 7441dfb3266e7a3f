import type { KeyProof } from '../../core/checkpoint/absence.ts';
import {
  CallerRefusedError,
  ForeignKeyError,
  MissingScopeError,
  NoSlotError,
  OpenAIError,
  RefusedError,
  SharingError,
} from '../../core/errors.ts';
import { ENDPOINT_OF } from '../../core/pacing/endpoints.ts';
import { askForProjects } from '../ask-for-projects.ts';
import type { AdminCalls } from './admin-calls.ts';

/** `foreign`: the key is of another organisation, and rests. `later`: nobody could be asked just now. */
export type Proof = KeyProof | 'foreign' | 'later';

/** The key may not ask, or a gateway has no such endpoint; neither will at another time. */
function isRefusal(error: SharingError): boolean {
  if (error instanceof CallerRefusedError) return error.status === 404;
  return [MissingScopeError, RefusedError].some((kind) => error instanceof kind);
}

/**
 * Whether the admin key is of our organisation, asked before anything is concluded from what OpenAI does not show: to the key
 * of another one it answers 404 as to a model that is gone. Costs an admin call, mostly one, and none in an ordinary turn.
 */
export async function proveKey(turn: AdminCalls): Promise<Proof> {
  const { organisation, projectIds } = turn.deps;
  if (projectIds.length === 0) return 'unproven';
  try {
    const { known, forbidden } = await askForProjects(projectIds, async (projectId) => {
      if (!(await turn.waitForSlot('project', 'verify'))) throw NO_SLOT;
      return turn.ask(
        'project',
        () => organisation.hasProject(projectId),
        (isKnown) => isKnown,
      );
    });
    if (known !== null) return 'known';
    if (forbidden !== null) return 'unproven';
  } catch (error) {
    if (error === NO_SLOT) return turn.resting.isRefused('project') ? 'unproven' : 'later';
    if (!(error instanceof SharingError)) throw error;
    const requestId = error instanceof OpenAIError ? error.requestId : null;
    turn.deps.log.info('Whose key it is cannot be told', { reason: error.message, requestId });
    return isRefusal(error) ? 'unproven' : 'later';
  }
  await turn.giveUpKey('wrong-key', new ForeignKeyError(projectIds));
  return 'foreign';
}

const NO_SLOT = new NoSlotError({ endpoint: ENDPOINT_OF.project, seconds: 0, reason: null });

/** What was refused, with the likely cause where nobody can tell whose the key is. */
export function inDoubt(said: string): string {
  return `${said.replace(/\.?$/, '.')} Nothing shows that the admin key is of this organisation`;
}
