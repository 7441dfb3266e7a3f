import { changedOnTheWay } from '../../core/webhook/changed-on-the-way.ts';
import { parseEvent } from '../../core/webhook/event.ts';
import { type ParsedSecrets, WELL_FORMED } from '../../core/webhook/secrets.ts';
import {
  checkId,
  checkSignature,
  checkSignatureFormat,
  checkTimestampFormat,
  checkTolerance,
  type SignedMessage,
} from '../../core/webhook/verify.ts';
import type { DeliveryCheck, VerifiedDelivery } from '../../shared/contract/operator.ts';
import { MAX_BODY_BYTES } from '../receive-webhook.ts';
import { quoted } from './read-request.ts';

/** What a delivery is held against. */
export interface DeliverySecrets {
  readonly current: ParsedSecrets;
  /** Null where the secret has had one value only. */
  readonly previous: ParsedSecrets | null;
  /** Those of the other sources, by alias: a delivery may have come to the wrong path. */
  readonly others: ReadonlyMap<string, readonly Uint8Array[]>;
}

/** Every check of the webhook function, each made whether or not another failed. `nowSeconds` is seconds since the epoch. */
export function judgeDelivery(message: SignedMessage, secrets: DeliverySecrets, nowSeconds: number): VerifiedDelivery {
  const { id, timestamp, signature } = message;
  const misdated = checkTimestampFormat(timestamp);
  const checks = [
    headerCheck('id', checkId(id)?.message),
    headerCheck('timestamp-format', misdated?.message),
    headerCheck('signature-format', checkSignatureFormat(signature)?.message),
    headerCheck(
      'timestamp-tolerance',
      misdated ? 'webhook-timestamp tells no time' : checkTolerance(Number(timestamp), nowSeconds)?.message,
    ),
    signatureCheck(message, secrets),
    eventCheck(message.body),
  ];
  const event = parseEvent(message.body);
  return {
    accepted: checks.every(({ passed }) => passed),
    checks,
    event: event.kind === 'invalid' ? null : { type: event.type, jobId: event.kind === 'job' ? event.jobId : null },
  };
}

function headerCheck(check: DeliveryCheck['check'], problem: string | undefined): DeliveryCheck {
  return { check, passed: problem === undefined, message: problem === undefined ? null : `${problem}.` };
}

function signatureCheck(message: SignedMessage, secrets: DeliverySecrets): DeliveryCheck {
  const { current, previous } = secrets;
  const check = 'signature';
  if (checkSignature(message, current.keys).ok) return { check, passed: true, message: 'It is of the current secret.' };
  if (previous !== null && checkSignature(message, previous.keys).ok) {
    return { check, passed: true, message: 'It is of the previous secret.' };
  }
  // With no key in its current value, the webhook function refuses to judge at all.
  if (current.keys.length === 0) {
    return {
      check,
      passed: false,
      message: `The source's secret holds no webhook secret (whsec_…)${alsoMalformed(current)}.`,
    };
  }
  return { check, passed: false, message: `webhook-signature does not match: ${likelyCause(message, secrets)}.` };
}

/** Says which, but nothing of a key or of the signature that would be right. */
function likelyCause(message: SignedMessage, { current, previous, others }: DeliverySecrets): string {
  const keys = [...current.keys, ...(previous?.keys ?? [])];
  const changed = changedOnTheWay(message, keys);
  if (changed !== undefined) return `${changed}. Hand the raw bytes on`;
  const labelled = { ...message, signature: `v1,${message.signature}` };
  if (checkSignature(labelled, keys).ok) return 'it would with its label "v1," in front';
  const owner = [...others].find(([, theirs]) => checkSignature(message, theirs).ok)?.[0];
  if (owner !== undefined) return `it is of the secret of ${owner}. Deliver it to the path of that source`;
  return (
    'most likely another secret signed it (each endpoint at OpenAI has its own, and a rotated one ends at once unless told ' +
    `otherwise), or body, id or timestamp are not as they were sent${alsoMalformed(current)}`
  );
}

function alsoMalformed({ malformed }: ParsedSecrets): string {
  if (malformed === 0) return '';
  return `; ${malformed} of the entries in it ${malformed === 1 ? 'is' : 'are'} no ${WELL_FORMED}`;
}

function eventCheck(body: Uint8Array): DeliveryCheck {
  const check = 'event';
  if (body.byteLength > MAX_BODY_BYTES) {
    return { check, passed: false, message: `The body has ${body.byteLength} bytes, more than ${MAX_BODY_BYTES}.` };
  }
  const event = parseEvent(body);
  if (event.kind === 'invalid') return { check, passed: false, message: `${event.message}.` };
  if (event.kind === 'ignored') {
    return {
      check,
      passed: true,
      message: `Nobody has a use for ${quoted(event.type)}: it is answered 200 and nothing more.`,
    };
  }
  return { check, passed: true, message: `It asks to look at ${event.jobId}.` };
}
