import * as z from 'zod/mini';
import {
  CallerRefusedError,
  IdentityRefusedError,
  type OpenAIError,
  RefusedError,
  SettingsError,
} from '../../core/errors.ts';
import type { TokenExchange } from '../../core/identity-ports.ts';
import { isSafeBaseUrl } from '../../core/policy/base-url.ts';
import type { Clock } from '../../core/ports/runtime.ts';
import { withoutStop } from '../../core/text/sentence.ts';
import { classify, type Failure } from './classify.ts';
import { type Exchange, exchange, type HttpDispatcher } from './exchange.ts';
import { readAnswer } from './read-answer.ts';
import { redact } from './redact.ts';
import { isOfAccount, whyOfCaller } from './refusal-words.ts';
import { secretValue } from './schemas.ts';

const EXCHANGE_DEADLINE_MS = 15_000;
const MAX_ANSWER_BYTES = 64 * 1024;
/** Documented for an answer that does not say. */
const HOUR_SECONDS = 3_600;
/**
 * Taken for 0, which a token that was just given cannot mean: to exchange anew for every call would run into throttling, and a
 * token that is refused is replaced at once anyway.
 */
const CAUTIOUS_SECONDS = 60;
/** What is sent as an identity, or given for one. */
const JWT = /\beyJ[\w-]{6,}(?:\.[\w-]*)*/g;

/** RFC 6749 wants a number; servers are known to send it as a text. */
const seconds = z.union([z.number().check(z.nonnegative()), z.string().check(z.regex(/^\d{1,9}$/))]);

const tokenAnswer = z.object({ access_token: secretValue, expires_in: z.nullish(seconds) });

export interface TokenExchangeOptions {
  /** `openai.tokenUrl`: https, or http on loopback. */
  readonly tokenUrl: string;
  readonly dispatcher: HttpDispatcher;
  readonly clock: Clock;
  /** For the whole exchange; 15 s unless told. */
  readonly deadlineMs?: number;
}

/** OpenAI's token endpoint. Throws `SettingsError` if its URL will not do. */
export function createTokenExchange(options: TokenExchangeOptions): TokenExchange {
  const { tokenUrl, dispatcher, clock, deadlineMs = EXCHANGE_DEADLINE_MS } = options;
  if (!isSafeBaseUrl(tokenUrl)) {
    throw new SettingsError(
      'openai.tokenUrl must be https://<host>/<path> (http:// for a server on loopback only), without user, query or fragment',
    );
  }
  const { origin, pathname } = new URL(tokenUrl);
  return {
    async exchange(subjectToken, { identityProviderId, serviceAccountId }) {
      if (subjectToken === '') throw new RefusedError('There is no identity to be exchanged');
      const startedAt = clock();
      const body = JSON.stringify({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        subject_token: subjectToken,
        identity_provider_id: identityProviderId,
        service_account_id: serviceAccountId,
      });
      const headers = {
        accept: 'application/json',
        'content-type': 'application/json',
        'user-agent': 'openai-checkpoint-sharing',
      };
      const request = { method: 'POST', origin, path: pathname, headers, body } as const;
      const limits = { signal: AbortSignal.timeout(deadlineMs), maxBytes: MAX_ANSWER_BYTES };
      const result = await exchange(dispatcher, request, limits);
      const read = readAnswer(result, tokenAnswer, subjectToken);
      if (!('value' in read)) throw toError(withOAuthWords(read, result, subjectToken), clock());
      const { access_token: value, expires_in: told } = read.value;
      const endsAt = startedAt + (Number(told ?? HOUR_SECONDS) || CAUTIOUS_SECONDS) * 1_000;
      return { value, expiresAt: Math.min(endsAt, endOfIdentity(subjectToken)) };
    },
  };
}

/** Documented is that a token never outlives the identity that it is given for. Milliseconds; endless where it does not say. */
function endOfIdentity(subjectToken: string): number {
  try {
    const { exp } = JSON.parse(Buffer.from(subjectToken.split('.')[1] ?? '', 'base64url').toString());
    return typeof exp === 'number' ? exp * 1_000 : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** OAuth's own form of an error, `{error, error_description}` (RFC 6749, 5.2), or else OpenAI's; no token in either. */
function withOAuthWords(failure: Failure, result: Exchange, subjectToken: string): Failure {
  if (failure.kind !== 'status') return failure;
  const clean = (words: string | null | undefined) =>
    words == null ? null : redact(words.replace(JWT, '[redacted]'), subjectToken);
  const { error, error_description: description } = result.kind === 'answered' ? oauthError(result.body) : {};
  const message = clean(description ?? error ?? failure.message);
  return { ...failure, message, code: clean(error ?? failure.code), type: clean(failure.type) };
}

const oauthWords = z.object({ error: z.string(), error_description: z.optional(z.string()) });

function oauthError(body: Buffer): { readonly error?: string; readonly error_description?: string | undefined } {
  try {
    return oauthWords.safeParse(JSON.parse(body.toString())).data ?? {};
  } catch {
    return {};
  }
}

/** An exchange that failed leaves nothing behind: it is classified as a read is. */
function toError(failure: Failure, now: number): OpenAIError {
  if (failure.kind !== 'status') return classify('read', failure, now);
  const { status, message, requestId, code, type } = failure;
  const details = { status, requestId, code: code ?? type };
  const codes = [code, type].flatMap((each) => each?.toLowerCase() ?? []);
  const words = { status, message: message ?? '', codes };
  const isOthers = isOfAccount(words) || whyOfCaller(words) !== undefined;
  if ([400, 401, 403].includes(status) && failure.page !== true && !isOthers) {
    const why = message === null ? '' : `: ${withoutStop(message)}`;
    return new IdentityRefusedError(`OpenAI does not take this identity${why}`, details);
  }
  if (isOthers || status >= 500 || status === 408 || status === 429) return classify('read', failure, now);
  const advice = 'Check openai.tokenUrl in sharing.yaml, and what lies between here and OpenAI.';
  return new CallerRefusedError(`The token endpoint answered ${status}. ${advice}`, { ...details, why: 'gateway' });
}
