import { timingSafeEqual } from 'node:crypto';
import { parseSecrets } from './secrets.ts';
import { macOf } from './sign.ts';

/** The three headers of Standard Webhooks, as they came. */
export interface WebhookHeaders {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
}

/** A delivery as it came over the wire. `body` is the raw bytes: what is signed is never decoded first. */
export interface SignedMessage extends WebhookHeaders {
  readonly body: Uint8Array;
}

export type Check = 'id' | 'timestamp-format' | 'timestamp-tolerance' | 'signature-format' | 'signature';

/** The check that failed, and what a person can do with it. Never holds a key or an expected signature. */
export interface Refusal {
  readonly ok: false;
  readonly check: Check;
  readonly message: string;
}

export type Verdict = { readonly ok: true } | Refusal;

/** How far the sender's clock may be from ours, either way. Source: the Standard Webhooks specification. */
export const TOLERANCE_SECONDS = 300;

const MAX_ID_LENGTH = 256;
/** Some twenty signatures; a genuine delivery carries one, or two while a secret is rotated. */
const MAX_SIGNATURE_LENGTH = 1024;

// A dot would let the id and the timestamp be cut differently under the same signature.
const ID = /^[!-~]+$/;
const TIMESTAMP = /^[1-9]\d{0,14}$/;
/** 32 bytes in canonical base64: the last character before the padding carries four bits only. */
const SIGNATURE_V1 = /^v1,[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/**
 * Verifies a delivery by the Standard Webhooks specification, stricter than its usual verifiers: it refuses an empty
 * id, an id with a dot, a timestamp that is not plain digits, and takes no signature without its label or in loose base64.
 * Each of `secrets` may hold several `whsec_…` separated by white space. `nowSeconds` is seconds since the epoch.
 */
export function verify(message: SignedMessage, secrets: readonly string[], nowSeconds: number): Verdict {
  const keys = secrets.flatMap((secret) => parseSecrets(secret).keys);
  return checkHeaders(message, nowSeconds) ?? checkSignature(message, keys);
}

/** All that can be checked without a secret, so that garbage costs no secret to be read. */
export function checkHeaders({ id, timestamp, signature }: WebhookHeaders, nowSeconds: number): Refusal | undefined {
  return (
    checkId(id) ??
    checkTimestampFormat(timestamp) ??
    checkSignatureFormat(signature) ??
    checkTolerance(Number(timestamp), nowSeconds)
  );
}

/** Whether any of the message's `v1` signatures is that of any key. Expects headers that `checkHeaders` has passed. */
export function checkSignature(message: SignedMessage, keys: readonly Uint8Array[]): Verdict {
  const given = message.signature
    .split(' ')
    .filter((entry) => SIGNATURE_V1.test(entry))
    .map((entry) => Buffer.from(entry.slice('v1,'.length), 'base64'));
  const matches = keys.some((key) => {
    const expected = macOf(message, key);
    return given.some((signature) => timingSafeEqual(signature, expected));
  });
  return matches ? { ok: true } : refuse('signature', 'webhook-signature does not match the body under any secret');
}

/** Of `webhook-id` alone; undefined where it passes. */
export function checkId(id: string): Refusal | undefined {
  if (id === '') return refuse('id', 'webhook-id is missing or empty');
  if (id.length > MAX_ID_LENGTH) return refuse('id', `webhook-id is longer than ${MAX_ID_LENGTH} characters`);
  if (!ID.test(id)) return refuse('id', 'webhook-id has characters that are not visible ASCII');
  if (id.includes('.')) return refuse('id', 'webhook-id has a dot');
  return undefined;
}

/** Of the form of `webhook-timestamp`; undefined where it passes. */
export function checkTimestampFormat(timestamp: string): Refusal | undefined {
  if (TIMESTAMP.test(timestamp)) return undefined;
  return refuse('timestamp-format', 'webhook-timestamp is not a plain number of seconds since the epoch');
}

/** How far a timestamp is from now, both in seconds since the epoch; undefined where it passes. */
export function checkTolerance(timestamp: number, nowSeconds: number): Refusal | undefined {
  const ahead = timestamp - nowSeconds;
  if (Math.abs(ahead) <= TOLERANCE_SECONDS) return undefined;
  const distance = `${Math.round(Math.abs(ahead))} s in the ${ahead > 0 ? 'future' : 'past'}`;
  return refuse('timestamp-tolerance', `webhook-timestamp is ${distance}; at most ${TOLERANCE_SECONDS} s are accepted`);
}

/**
 * Of the form of `webhook-signature`; undefined where it passes. What is no `v1` signature is passed over, as the
 * specification has it: another scheme (the asymmetric `v1a`), or a malformed entry beside a good one.
 */
export function checkSignatureFormat(signature: string): Refusal | undefined {
  if (signature === '') return refuse('signature-format', 'webhook-signature is missing or empty');
  if (signature.length > MAX_SIGNATURE_LENGTH) {
    return refuse('signature-format', `webhook-signature is longer than ${MAX_SIGNATURE_LENGTH} characters`);
  }
  if (signature.split(' ').some((entry) => SIGNATURE_V1.test(entry))) return undefined;
  return refuse(
    'signature-format',
    'webhook-signature has no v1,<base64 of 32 bytes>; several are separated by a single space',
  );
}

function refuse(check: Check, message: string): Refusal {
  return { ok: false, check, message };
}
