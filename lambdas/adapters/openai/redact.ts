import { errors } from 'undici';
import { shortened } from '../../core/model/bytes.ts';

/** It is kept with each of a checkpoint's targets, and all of these are in one row. */
const MAX_BYTES = 300;
const SECRET = /(?<![A-Za-z0-9])(?:sk-|whsec_)[^\s"'`,;<>()]+/g;

/** Other people's text, fit for a log line: no key (`key` itself, `sk-…`, `whsec_…`), one line, 300 bytes. */
export function redact(text: string, key: string): string {
  const clean = text.replaceAll(key, '[redacted]').replace(SECRET, '[redacted]').replace(/\s+/g, ' ').trim();
  return shortened(clean, MAX_BYTES);
}

/** OpenAI's own words in the body of an error, not yet redacted; null where there are none. */
export function errorMessage(body: string): string | null {
  try {
    const message: unknown = JSON.parse(body)?.error?.message;
    return typeof message === 'string' && message.trim() !== '' ? message : null;
  } catch {
    // Not JSON: a gateway's page. The status has to do.
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
