import {
  AccountRefusedError,
  BadCredentialsError,
  CallerRefusedError,
  ForbiddenError,
  MissingScopeError,
  NotFoundError,
  OpenAIError,
  OwningProjectError,
  RefusedError,
  SecretUnusableError,
  ThrottledError,
  UnavailableError,
  UncertainError,
} from '../errors.ts';
import type { CreateAnswer } from './create.ts';
import type { DeleteAnswer } from './revoke.ts';

/** Why the admin key is of no use: OpenAI does not take it, or there is none. */
export type KeyUnusable = BadCredentialsError | SecretUnusableError;

/** More calls would be wasted, whatever they are for. */
export function isKeyUnusable(error: unknown): error is KeyUnusable {
  return error instanceof BadCredentialsError || error instanceof SecretUnusableError;
}

/** What a failed creating call means for the projects it was for. What is no failure of the call is thrown on. */
export function createAnswerOf(error: unknown, projectIds: readonly string[]): CreateAnswer {
  if (isBlameless(error)) return { kind: 'not-done', reason: error.message, blameless: true };
  if (!(error instanceof OpenAIError)) throw error;
  const reason = error.message;
  const named = projectsNamedIn(reason).filter((projectId) => projectIds.includes(projectId));
  if (error instanceof OwningProjectError) return { kind: 'refused', reason, named, forGood: true };
  if (error instanceof NotFoundError && named.length === 0) return { kind: 'not-found', reason };
  // A permission that exists already may be refused: it is there all the same, and a LIST shows its id.
  if (error instanceof RefusedError && saysItExists(error)) return { kind: 'uncertain', reason };
  if (error instanceof UncertainError) return { kind: 'uncertain', reason };
  if (error instanceof UnavailableError || mayConcernOne(error)) return { kind: 'not-done', reason, blameless: false };
  // Whomever it names, it is this checkpoint that is not to be shared: the project may well have others.
  if (error instanceof ForbiddenError) return { kind: 'forbidden', reason };
  return { kind: 'refused', reason, named, forGood: false };
}

/** What a failed deleting call means. What is no failure of the call is thrown on. */
export function deleteAnswerOf(error: unknown): DeleteAnswer {
  if (isBlameless(error)) return { kind: 'not-done', reason: error.message, blameless: true };
  if (!(error instanceof OpenAIError)) throw error;
  const reason = error.message;
  if (error instanceof UnavailableError || error instanceof UncertainError || mayConcernOne(error)) {
    return { kind: 'not-done', reason, blameless: false };
  }
  return { kind: 'refused', reason };
}

/** Not for anything that the row or its targets did. */
export function isBlameless(error: unknown): error is ThrottledError | MissingScopeError | KeyUnusable {
  return error instanceof ThrottledError || error instanceof MissingScopeError || isKeyUnusable(error);
}

/**
 * It speaks of everything, and may be meant for this one all the same (one checkpoint at another host, one name that a
 * firewall does not like): it waits its time, so that another is tried before it.
 */
function mayConcernOne(error: OpenAIError): boolean {
  return error instanceof AccountRefusedError || error instanceof CallerRefusedError;
}

/** "Already archived" speaks of a project, not of a permission: to look for one would hold up the others. */
function saysItExists({ status, message }: RefusedError): boolean {
  if (/\b(archived|deleted|removed|disabled|deactivated|suspended)\b/i.test(message)) return false;
  return status === 409 || /\b(already|duplicate)\b/i.test(message);
}

function projectsNamedIn(message: string): readonly string[] {
  return message.match(/proj_[A-Za-z0-9_-]*[A-Za-z0-9]/g) ?? [];
}
