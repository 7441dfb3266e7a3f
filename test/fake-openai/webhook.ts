import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { type Forgery, type SignedWebhook, signWebhook } from './webhook-signature.ts';

/** An event about a job, as OpenAI tells of it. */
export interface WebhookEvent {
  /** `fine_tuning.job.succeeded`, `….failed`, `….cancelled`, or any other word. */
  readonly type: string;
  readonly jobId: string;
  /** `evt_…`; a new one unless told. */
  readonly id?: string;
  /** Milliseconds since the epoch; now unless told. */
  readonly createdAt?: number;
}

export interface WebhookDelivery {
  readonly url: string;
  /** `whsec_` and base64; several while one takes another's place. */
  readonly secret: string | readonly string[];
  readonly event: WebhookEvent;
  /** `webhook-id`, the same over all deliveries of one event; a new one unless told. */
  readonly webhookId?: string;
  /** When it is sent and signed, in milliseconds since the epoch; now unless told. */
  readonly sentAt?: number;
  /** Sent and signed in place of the event: for what is genuine, but no event. */
  readonly body?: string;
  /** Makes it one that must be refused. */
  readonly forgery?: Forgery;
  /** More headers, or others: `host` for an API gateway that is addressed by name. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The certificate authority to trust, in PEM, for https. */
  readonly ca?: string;
  /** Milliseconds to wait for the answer; 30,000 unless told. */
  readonly timeoutMs?: number;
}

/** How a URL is reached that only a real network would know. What is left out is as the URL has it. */
export interface Reach {
  /** Takes the place of the prefix: `http://127.0.0.1:4566/…`. */
  readonly target?: string;
  /** The `host` header. */
  readonly host?: string;
  /** The certificate authority to trust, in PEM. */
  readonly ca?: string;
}

export interface WebhookReceipt {
  readonly status: number;
  /** The answer's body. */
  readonly body: string;
  /** What was not told, as it was chosen: spread it into another delivery to repeat this one. */
  readonly sent: { readonly webhookId: string; readonly event: Required<WebhookEvent> };
}

/** A new secret, in the form that OpenAI gives them. */
export function createWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** Delivers an event once, as OpenAI would: signed, redirects not followed. Rejects when no answer comes. */
export async function deliverWebhook(delivery: WebhookDelivery, now: () => number = Date.now): Promise<WebhookReceipt> {
  const sentAt = delivery.sentAt ?? now();
  const webhookId = delivery.webhookId ?? `wh_${randomBytes(16).toString('hex')}`;
  const event = { id: `evt_${randomBytes(16).toString('hex')}`, createdAt: sentAt, ...delivery.event };
  const { secret, forgery } = delivery;
  const signed = signWebhook({ secret, webhookId, sentAt, body: delivery.body ?? eventBody(event), forgery });
  const answer = await post(delivery, signed);
  return { ...answer, sent: { webhookId, event } };
}

/** `WebhookFineTuningJobSucceeded` and its like of OpenAI's OpenAPI document. */
function eventBody({ id, type, createdAt, jobId }: Required<WebhookEvent>): string {
  return JSON.stringify({
    id,
    object: 'event',
    created_at: Math.floor(createdAt / 1000),
    type,
    data: { id: jobId },
  });
}

/** Through `node:http`, because `fetch` lets nobody set `host`. */
function post(
  { url, headers, ca, timeoutMs = 30_000 }: WebhookDelivery,
  signed: SignedWebhook,
): Promise<{ readonly status: number; readonly body: string }> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  const { hostname } = new URL(url);
  const options = {
    method: 'POST',
    // Left out, node would check the certificate against a `host` header that only an API gateway knows.
    servername: isIP(hostname) ? '' : hostname,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'OpenAI/1.0 (+https://platform.openai.com/docs/webhooks)',
      'content-length': String(Buffer.byteLength(signed.body)),
      ...signed.headers,
      ...headers,
    },
    signal: AbortSignal.timeout(timeoutMs),
    ...(ca !== undefined && { ca }),
  };
  return new Promise((resolve, reject) => {
    const request = send(url, options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(signed.body);
  });
}
