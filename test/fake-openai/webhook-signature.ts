import { Webhook } from 'standardwebhooks';

/**
 * Ways to make a webhook that must be refused.
 *
 * - `other-secret` signed, but not with the secret
 * - `changed-body` another body than the one that was signed
 * - `changed-id` another `webhook-id` than the one that was signed
 * - `unsigned` no signature header
 * - `late`, `early` signed well, ten minutes before or after now; five are tolerated
 */
export const FORGERIES = ['other-secret', 'changed-body', 'changed-id', 'unsigned', 'late', 'early'] as const;

export type Forgery = (typeof FORGERIES)[number];

export interface SignedWebhook {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const TEN_MINUTES_MS = 600_000;

/** Signs a body by Standard Webhooks, with an implementation that is not the product's. */
export function signWebhook(webhook: {
  /** `whsec_` and base64; with several there is a signature by each. */
  readonly secret: string | readonly string[];
  readonly webhookId: string;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  readonly body: string;
  readonly forgery?: Forgery | undefined;
}): SignedWebhook {
  const { webhookId, body, forgery } = webhook;
  const shift = forgery === 'late' ? -TEN_MINUTES_MS : forgery === 'early' ? TEN_MINUTES_MS : 0;
  const sentAt = new Date(webhook.sentAt + shift);
  const secrets = forgery === 'other-secret' ? [OTHER_SECRET] : [webhook.secret].flat();
  const signature = secrets.map((secret) => new Webhook(secret).sign(webhookId, sentAt, body)).join(' ');
  return {
    body: forgery === 'changed-body' ? `${body} ` : body,
    headers: {
      'webhook-id': forgery === 'changed-id' ? `${webhookId}x` : webhookId,
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
      ...(forgery !== 'unsigned' && { 'webhook-signature': signature }),
    },
  };
}

const OTHER_SECRET = `whsec_${Buffer.from('nobody ever hands out this secret').toString('base64')}`;
