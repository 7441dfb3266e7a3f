import {
  AccountRefusedError,
  BadCredentialsError,
  CallerRefusedError,
  ForbiddenError,
  MissingScopeError,
  NotFoundError,
  type OpenAIError,
  OwningProjectError,
  RefusedError,
  ThrottledError,
  UnavailableError,
  UncertainError,
} from '../../core/errors.ts';
import { asSentence } from '../../core/text/sentence.ts';
import { adviceFor, isOfAccount, isOfKey, isOfScope, type Words, whyOfCaller } from './refusal-words.ts';

/** A read changes nothing at OpenAI; a write may have been carried out although its answer was lost. */
export type Access = 'read' | 'write';

/** What went wrong with a call. Messages are redacted already. */
export type Failure =
  | {
      readonly kind: 'status';
      readonly status: number;
      /** OpenAI's own words; null where it had none. */
      readonly message: string | null;
      /** OpenAI's `code` and `type`; null or left out where it named none. */
      readonly code?: string | null;
      readonly type?: string | null;
      /** The answer is a text of another form than OpenAI's errors: a page of whatever stands before it. */
      readonly page?: boolean;
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
    case 'status':
      return classifyStatus(Doubtful, failure, now);
  }
}

type StatusFailure = Extract<Failure, { readonly kind: 'status' }>;

/** What OpenAI's code and type say goes before the status: a 429 may be a matter of billing, a 401 one of the host name. */
function classifyStatus(
  Doubtful: typeof UnavailableError | typeof UncertainError,
  failure: StatusFailure,
  now: number,
): OpenAIError {
  const { status, retryAfter, requestId } = failure;
  const words = wordsOf(failure);
  const message = failure.message ?? withoutWords(failure);
  const details = { status, requestId, code: failure.code ?? failure.type };
  const throttled = () =>
    new ThrottledError(message, { ...details, retryAfterSeconds: parseRetryAfter(retryAfter, now) });
  if (words.codes.includes('rate_limit_exceeded')) return throttled();
  if (isOfAccount(words)) return new AccountRefusedError(message, details);
  if (isOfScope(words)) return new MissingScopeError(message, details);
  if (status < 400) return new CallerRefusedError(message, { ...details, why: 'gateway' });
  const why = whyOfCaller(words) ?? (isOpenAIs(failure) ? undefined : 'gateway');
  if (why !== undefined) {
    return new CallerRefusedError(`${asSentence(message)} ${adviceFor(why, words)}`, { ...details, why });
  }
  if (status === 429) return throttled();
  if (isOfKey(words)) return new BadCredentialsError(message, details);
  if (status === 401) return new CallerRefusedError(message, { ...details, why: 'policy' });
  if (status === 403) return new ForbiddenError(message, details);
  if (status === 404) return new NotFoundError(message, details);
  if (status === 400 && /owning project/i.test(message)) return new OwningProjectError(message, details);
  // 408 says that the server lost patience with the connection, not that it read the request and refused.
  if (status >= 500 || status === 408) return new Doubtful(message, { ...details, page: failure.page });
  return new RefusedError(message, details);
}

function wordsOf({ status, message, code, type }: StatusFailure): Words {
  const codes = [code, type].flatMap((each) => each?.toLowerCase() ?? []);
  return { status, message: message ?? '', codes };
}

/**
 * Whether it is OpenAI that refuses. A page of a gateway's is not, nor is "Invalid URL (GET /…)" or "Unknown request URL: …",
 * the answers to a path that OpenAI does not have: all tell of a wrong base URL, and nothing of what was asked for.
 */
function isOpenAIs({ status, message, code, page }: StatusFailure): boolean {
  if (status >= 500 || status === 408 || status === 429) return true;
  if (status === 404 && /^(?:Invalid URL|Unknown request URL)/.test(message ?? '')) return false;
  return message !== null || code != null || (status === 401 && page !== true);
}

function because(cause: Error | undefined): ErrorOptions | undefined {
  return cause === undefined ? undefined : { cause };
}

function withoutWords({ status, page }: StatusFailure): string {
  if (status >= 300 && status < 400) {
    return `OpenAI answered ${status}, a redirect, which is not followed: put the final address into openai.baseUrl`;
  }
  if (page === true) return `The answer ${status} is a page that is not OpenAI's own`;
  return `OpenAI answered ${status} without a message`;
}

/** Some put the time of the day into it, and to wait for that would be for ever: nobody is asked later than after this. */
const LONGEST_SECONDS = 3_600;

/** Reads a `Retry-After` header, seconds or an HTTP date, as whole seconds from `now` (ms), an hour at most; null for neither. */
export function parseRetryAfter(value: string | null, now: number): number | null {
  const text = value?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(LONGEST_SECONDS, Math.ceil(Number(text)));
  // Date.parse alone takes nearly anything for a date, "-5" among it.
  const at = text.endsWith(' GMT') ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.min(LONGEST_SECONDS, Math.max(0, Math.ceil((at - now) / 1_000)));
}
