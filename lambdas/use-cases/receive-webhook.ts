import type { ObserveRequest } from '../core/model/observe-request.ts';
import type { ObserveQueue } from '../core/ports/queue.ts';
import type { Clock, Log } from '../core/ports/runtime.ts';
import { parseEvent } from '../core/webhook/event.ts';
import { checkHeaders, refusalOf, type SignedMessage } from '../core/webhook/verify.ts';
import { type METRICS, measure } from '../shared/contract/metrics.ts';
import { createAuthenticator, type WebhookSecrets } from './authenticate-webhook.ts';

/** A delivery to `POST /webhooks/{source}`. A header that did not come is empty. */
export interface Delivery extends SignedMessage {
  /** Alias of the source project, from the path. */
  readonly source: string;
}

/**
 * What to answer. OpenAI repeats everything but 200 for 72 hours: 4xx for what is no genuine event, 503 for what is
 * our own trouble and is to come again. Never 410, which OpenAI takes for "stop sending", never a redirect.
 */
export interface Answer {
  readonly status: 200 | 400 | 401 | 404 | 413 | 503;
  readonly message: string;
}

type WebhookResult = (typeof METRICS.Webhooks.dimensions.Result)[number];

/** 256 KiB of decoded body. A job event has some 200 bytes. */
export const MAX_BODY_BYTES = 262_144;

export interface ReceiveWebhookPorts {
  /** Source alias → ARN or name of the secret that holds its webhook secrets. */
  readonly sources: ReadonlyMap<string, string>;
  readonly secrets: WebhookSecrets;
  readonly queue: ObserveQueue;
  readonly log: Log;
  readonly now: Clock;
}

/**
 * Verifies a delivery and queues which job of which source to look at. The same event twice is queued twice:
 * observing a job again changes nothing, and a remembered id could swallow the retry of a failed run.
 */
export function createWebhookReceiver(ports: ReceiveWebhookPorts): (delivery: Delivery) => Promise<Answer> {
  const { sources, queue, now } = ports;
  const authenticate = createAuthenticator(ports);

  return async (delivery) => {
    const receivedAt = now();
    const trace = { source: printable(delivery.source), webhookId: printable(delivery.id) };
    const secretId = sources.get(delivery.source);
    if (secretId === undefined) return refuse(404, 'There is no such source');
    if (delivery.body.byteLength > MAX_BODY_BYTES) return refuse(413, `The body is over ${MAX_BODY_BYTES} bytes`);

    const malformed = refusalOf(checkHeaders(delivery, receivedAt / 1000));
    if (malformed) {
      return refuse(malformed.check === 'timestamp-tolerance' ? 401 : 400, malformed.message, malformed.check);
    }
    const verdict = await authenticate(delivery, secretId, receivedAt / 1000);
    if (verdict.kind === 'refused') return refuse(401, verdict.message, 'signature', verdict.details);
    if (verdict.kind === 'unavailable') return unavailable('The webhook secret is not usable', verdict.error);

    const event = parseEvent(delivery.body);
    if (event.kind === 'invalid') return refuse(400, event.message, 'event');
    const accepted = { ...trace, eventType: printable(event.type) };
    if (event.kind === 'ignored') {
      ports.log.info('Webhook event has no use here', {
        ...accepted,
        ...measure({ Webhooks: 1 }, { Result: 'ignored' }),
      });
      return { status: 200, message: 'ignored' };
    }
    try {
      const request = { source: delivery.source, jobId: event.jobId, webhookAt: receivedAt };
      await queue.send({ ...request, ...signerOf(event.isOurs === true, verdict.under) });
    } catch (error) {
      return unavailable('The queue does not take the event', error, { jobId: event.jobId });
    }
    ports.log.info('Webhook accepted', {
      ...accepted,
      jobId: event.jobId,
      ...measure({ Webhooks: 1 }, { Result: 'accepted' }),
    });
    return { status: 200, message: 'accepted' };

    function refuse(status: 400 | 401 | 404 | 413, message: string, check = 'request', details = {}): Answer {
      const metric = measure({ Webhooks: 1 }, { Result: resultOf(status, check) });
      ports.log.warn('Webhook refused', { ...trace, status, check, reason: message, ...details, ...metric });
      return { status, message };
    }

    function unavailable(problem: string, error: unknown, details = {}): Answer {
      const metric = measure({ Webhooks: 1 }, { Result: 'unavailable' });
      const message = `Webhook not processed, OpenAI will send it again: ${problem}`;
      ports.log.error(message, { ...trace, ...details, error, ...metric });
      return { status: 503, message: 'Not ready, send it again later' };
    }
  };
}

/** What is counted of a refusal: by what was wrong, as far as it says something of who sends. */
function resultOf(status: 400 | 401 | 404 | 413, check: string): WebhookResult {
  if (status === 404) return 'refused-source';
  if (status === 413) return 'refused-size';
  if (check === 'timestamp-tolerance') return 'refused-timestamp';
  return check === 'signature' || check === 'event' ? `refused-${check}` : 'refused-headers';
}

/** Nothing to say of what OpenAI has signed with the secret as it is. */
function signerOf(isOurs: boolean, under: 'current' | 'previous'): Pick<ObserveRequest, 'signedBy'> {
  if (isOurs) return { signedBy: 'us' };
  return under === 'previous' ? { signedBy: 'previous-secret' } : {};
}

/** Text from outside for a log line: visible ASCII, 64 characters at most. */
function printable(text: string): string {
  return text.slice(0, 64).replace(/[^ -~]/g, '?');
}
