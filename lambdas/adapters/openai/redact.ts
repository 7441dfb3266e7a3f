import errors from 'undici/lib/core/errors.js';
import { shortened } from '../../core/model/bytes.ts';

/** It is kept with each of a checkpoint's targets, and all of these are in one row. */
const MAX_BYTES = 300;
const SECRET = /(?<![A-Za-z0-9])(?:sk-|whsec_)[^\s"'`,;<>()]+/g;

/** Other people's text, fit for a log line: no key (`key` itself, `sk-…`, `whsec_…`), one line, 300 bytes. */
export function redact(text: string, key: string): string {
  const clean = text.replaceAll(key, '[redacted]').replace(SECRET, '[redacted]').replace(/\s+/g, ' ').trim();
  return shortened(clean, MAX_BYTES);
}

/** OpenAI's own words in the body of an error, each redacted, and null where there is none. */
export interface ErrorWords {
  readonly message: string | null;
  readonly code: string | null;
  readonly type: string | null;
  /** It is no JSON, and not empty: a gateway's page. */
  readonly page: boolean;
}

export function errorWords(body: string, key: string, status = 0): ErrorWords {
  const error = parseError(body, status);
  const words = (text: unknown) => (typeof text === 'string' && text.trim() !== '' ? redact(text, key) : null);
  const { message, code, type } = error ?? {};
  return { message: words(message), code: words(code), type: words(type), page: error === null && body.trim() !== '' };
}

/**
 * Null for what is no JSON. Of a key that may not do something, admin endpoints have been seen to say so in a bare string
 * instead of an object; any other answer in that form is a gateway's.
 */
function parseError(body: string, status: number): { message?: unknown; code?: unknown; type?: unknown } | null {
  try {
    const answer: unknown = JSON.parse(body);
    const error: unknown = (answer as { error?: unknown } | null)?.error;
    if (typeof error === 'string' && (status === 401 || status === 403)) return { message: error };
    if (typeof error === 'object' && error !== null) return error;
    // OpenAI's refusals have an `error`: an object that has other things instead is a gateway's, as much as a page.
    const isOthers = typeof answer === 'object' && error === undefined && Object.keys(answer ?? {}).length > 0;
    return isOthers ? null : {};
  } catch {
    return null;
  }
}

const HARMLESS = [
  errors.ConnectTimeoutError,
  errors.HeadersTimeoutError,
  errors.BodyTimeoutError,
  errors.SocketError,
] as const;

/**
 * The error itself where it is known to hold addresses and numbers only. Others may hold a piece of the answer
 * (`HTTPParserError.data`) or the request with its authorization header, and are left out.
 */
export function harmlessCause(error: Error): Error | undefined {
  const harmless = 'syscall' in error || HARMLESS.some((kind) => error instanceof kind);
  return harmless ? error : undefined;
}
