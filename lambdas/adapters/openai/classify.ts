import {
  BadCredentialsError,
  MissingScopeError,
  NotFoundError,
  type OpenAIError,
  OwningProjectError,
  RefusedError,
  ThrottledError,
  UnavailableError,
  UncertainError,
} from '../../core/errors.ts';
import { parseRetryAfter } from './retry-after.ts';

/** A read changes nothing at OpenAI; a write may have been carried out although its answer was lost. */
export type Access = 'read' | 'write';

/** What went wrong with a call. Messages are redacted already. */
export type Failure =
  | {
      readonly kind: 'status';
      readonly status: number;
      /** OpenAI's own words; null where it had none. */
      readonly message: string | null;
      readonly retryAfter: string | null;
      readonly requestId: string | undefined;
    }
  /** Nothing was sent. */
  | { readonly kind: 'unsent'; readonly message: string; readonly cause?: Error | undefined }
  /** It was sent, and no answer came that could be read. */
  | {
      readonly kind: 'unanswered';
      readonly message: string;
      readonly status?: number | undefined;
      readonly requestId?: string | undefined;
      readonly cause?: Error | undefined;
    };

/** The one place that says what a failed call means. `now` is for a `Retry-After` date, in milliseconds. */
export function classify(access: Access, failure: Failure, now: number): OpenAIError {
  const Doubtful = access === 'read' ? UnavailableError : UncertainError;
  switch (failure.kind) {
    case 'unsent':
      return new UnavailableError(failure.message, {}, because(failure.cause));
    case 'unanswered':
      return new Doubtful(failure.message, failure, because(failure.cause));
    case 'status': {
      const { status } = failure;
      const message = failure.message ?? withoutWords(status);
      if (status === 401) {
        const scope = /missing scopes|insufficient permissions/i.test(message);
        return new (scope ? MissingScopeError : BadCredentialsError)(message, failure);
      }
      if (status === 403) return new MissingScopeError(message, failure);
      if (status === 404 && saysGone(failure.message)) return new NotFoundError(message, failure);
      if (status === 429) {
        return new ThrottledError(message, {
          ...failure,
          retryAfterSeconds: parseRetryAfter(failure.retryAfter, now),
        });
      }
      if (status === 400 && /owning project/i.test(message)) return new OwningProjectError(message, failure);
      // 408 says that the server lost patience with the connection, not that it read the request and refused.
      if (status >= 500 || status === 408) return new Doubtful(message, failure);
      return new RefusedError(message, failure);
    }
  }
}

/**
 * Whether a 404 is OpenAI's word that something is gone. A page of a gateway's is not, nor is "Invalid URL (GET /…)" or
 * "Unknown request URL: …", the answers to a path that OpenAI does not have: all tell of a wrong base URL.
 */
function saysGone(message: string | null): boolean {
  return message !== null && !/^(?:Invalid URL|Unknown request URL)/.test(message);
}

function because(cause: Error | undefined): ErrorOptions | undefined {
  return cause === undefined ? undefined : { cause };
}

function withoutWords(status: number): string {
  if (status >= 300 && status < 400) {
    return `OpenAI answered ${status}, a redirect, which is not followed: put the final address into openai.baseUrl`;
  }
  return `OpenAI answered ${status} without a message`;
}
