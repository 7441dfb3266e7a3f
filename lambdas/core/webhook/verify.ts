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

/** What is wrong, and what a person can do with it; null where the check passes. Never holds a key or an expected signature. */
export interface Checked {
  readonly check: Check;
  readonly problem: string | null;
}

/** The first check that failed. */
export interface Refusal {
  readonly ok: false;
  readonly check: Check;
  readonly message: string;
}

/** `under`: which of the secrets shows that it is genuine, from 0. */
export type Verdict = { readonly ok: true; readonly under: number } | Refusal;

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
  const malformed = refusalOf(checkHeaders(message, nowSeconds));
  if (malformed) return malformed;
  const under = signingSecret(message, secrets);
  if (under !== null) return { ok: true, under };
  return { ok: false, check: 'signature', message: 'webhook-signature does not match the body under any secret' };
}

/** All that can be checked without a secret, so that garbage costs no secret to be read; in the order in which they count. */
export function checkHeaders({ id, timestamp, signature }: WebhookHeaders, nowSeconds: number): readonly Checked[] {
  return [
    { check: 'id', problem: problemOfId(id) },
    {
      check: 'timestamp-format',
      problem: TIMESTAMP.test(timestamp) ? null : 'webhook-timestamp is not a plain number of seconds since the epoch',
    },
    { check: 'signature-format', problem: problemOfSignature(signature) },
    { check: 'timestamp-tolerance', problem: problemOfTime(timestamp, nowSeconds) },
  ];
}

/** Of the first check that failed; undefined where all passed. */
export function refusalOf(checks: readonly Checked[]): Refusal | undefined {
  for (const { check, problem } of checks) if (problem !== null) return { ok: false, check, message: problem };
  return undefined;
}

/** Which of the secrets, from 0, has a key under which any of the message's `v1` signatures fits; null where none has. */
export function signingSecret(message: SignedMessage, secrets: readonly string[]): number | null {
  const given = message.signature
    .split(' ')
    .filter((entry) => SIGNATURE_V1.test(entry))
    .map((entry) => Buffer.from(entry.slice('v1,'.length), 'base64'));
  const index = secrets.findIndex((secret) =>
    parseSecrets(secret).keys.some((key) => {
      const expected = macOf(message, key);
      return given.some((signature) => timingSafeEqual(signature, expected));
    }),
  );
  return index < 0 ? null : index;
}

function problemOfId(id: string): string | null {
  if (id === '') return 'webhook-id is missing or empty';
  if (id.length > MAX_ID_LENGTH) return `webhook-id is longer than ${MAX_ID_LENGTH} characters`;
  if (!ID.test(id)) return 'webhook-id has characters that are not visible ASCII';
  return id.includes('.') ? 'webhook-id has a dot' : null;
}

function problemOfTime(timestamp: string, nowSeconds: number): string | null {
  if (!TIMESTAMP.test(timestamp)) return 'webhook-timestamp tells no time';
  const ahead = Number(timestamp) - nowSeconds;
  if (Math.abs(ahead) <= TOLERANCE_SECONDS) return null;
  const distance = `${Math.round(Math.abs(ahead))} s in the ${ahead > 0 ? 'future' : 'past'}`;
  return `webhook-timestamp is ${distance}; at most ${TOLERANCE_SECONDS} s are accepted`;
}

/**
 * What is no `v1` signature is passed over, as the specification has it: another scheme (the asymmetric `v1a`), or a
 * malformed entry beside a good one.
 */
function problemOfSignature(signature: string): string | null {
  if (signature === '') return 'webhook-signature is missing or empty';
  if (signature.length > MAX_SIGNATURE_LENGTH) {
    return `webhook-signature is longer than ${MAX_SIGNATURE_LENGTH} characters`;
  }
  if (signature.split(' ').some((entry) => SIGNATURE_V1.test(entry))) return null;
  return 'webhook-signature has no v1,<base64 of 32 bytes>; several are separated by a single space';
}
