import { parseEvent, type WebhookEvent } from '../../core/webhook/event.ts';
import { parseSecrets, WELL_FORMED } from '../../core/webhook/secrets.ts';
import { checkHeaders, type SignedMessage, signingSecret, verify } from '../../core/webhook/verify.ts';
import type { DeliveryCheck, VerifiedDelivery } from '../../shared/contract/webhook.ts';
import { MAX_BODY_BYTES } from '../receive-webhook.ts';
import type { Command } from './deps.ts';
import { explaining } from './explain-openai.ts';
import { quoted } from './read-request.ts';
import { webhookSecretName } from './webhook-sources.ts';

/** `webhook-verify`: holds a captured delivery against the checks of the webhook function. Nothing is queued. */
export const webhookVerify: Command<'webhook-verify'> = async (
  deps,
  { source, id, timestamp, signature, body, at },
) => {
  const secret = webhookSecretName(deps, source);
  const secrets = await explaining(secret, () => deps.secrets.currentAndPrevious(secret.secretId, { fresh: true }));
  const nowMs = at === null ? deps.now() : Date.parse(at);
  return judge({ id, timestamp, signature, body: Buffer.from(body, 'base64') }, secrets, nowMs / 1000);
};

/** Every check of the webhook function, each made whether or not another failed. */
function judge(message: SignedMessage, secrets: readonly string[], nowSeconds: number): VerifiedDelivery {
  const headers = checkHeaders(message, nowSeconds).map(({ check, problem }) => {
    return { check, passed: problem === null, message: problem && `${problem}.` };
  });
  const event = parseEvent(message.body);
  const use = checkEvent(message.body, event);
  return {
    accepted: verify(message, secrets, nowSeconds).ok && use.passed,
    checks: [...headers, checkSignature(message, secrets), use],
    event: event.kind === 'invalid' ? null : { type: event.type, jobId: event.kind === 'job' ? event.jobId : null },
  };
}

const STAGES = ['current', 'previous', 'pending'] as const;

/** Says nothing of a key or of the signature that would be right. */
function checkSignature(message: SignedMessage, secrets: readonly string[]): DeliveryCheck {
  const check = 'signature';
  const under = signingSecret(message, secrets);
  if (under !== null) {
    return { check, passed: true, message: `It is of the ${STAGES[under]} secret.` };
  }
  const { keys, malformed } = parseSecrets(secrets[0] ?? '');
  const isOrAre = malformed === 1 ? 'is' : 'are';
  const also = malformed === 0 ? '' : `; ${malformed} of the entries in it ${isOrAre} no ${WELL_FORMED}`;
  // With no key in its current value, the webhook function refuses to judge at all.
  const problem =
    keys.length === 0
      ? "The source's secret holds no webhook secret (whsec_…)"
      : 'webhook-signature does not match: another secret signed it (each endpoint at OpenAI has its own), or body, id or timestamp are not byte for byte as they were sent';
  return { check, passed: false, message: `${problem}${also}.` };
}

function checkEvent({ byteLength }: Uint8Array, event: WebhookEvent): DeliveryCheck {
  const check = 'event';
  if (byteLength > MAX_BODY_BYTES) {
    return { check, passed: false, message: `The body has ${byteLength} bytes, more than ${MAX_BODY_BYTES}.` };
  }
  if (event.kind === 'invalid') return { check, passed: false, message: `${event.message}.` };
  const message =
    event.kind === 'job'
      ? `It asks to look at ${event.jobId}.`
      : `Nobody has a use for ${quoted(event.type)}: it is answered 200 and nothing more.`;
  return { check, passed: true, message };
}
