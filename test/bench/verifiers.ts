import OpenAI from 'openai';
import { Webhook } from 'standardwebhooks';
import { parseEvent } from '../../lambdas/core/webhook/event.ts';
import { verify } from '../../lambdas/core/webhook/verify.ts';
import { secretOf, signed } from '../core/webhook/signing.ts';

const KEY = Buffer.alloc(32, 'k');
const SECRET = secretOf(KEY);

/** What is compared: the signature alone, or the signature and then the event out of the body. */
export const WORKS = ['verify', 'verify and parse'] as const;
export type Work = (typeof WORKS)[number];

export const VERIFIERS = ['ours', 'standardwebhooks', 'openai'] as const;
export type Verifier = (typeof VERIFIERS)[number];

/** Takes a delivery of so many bytes; throws if the delivery is refused. */
export type Take = () => unknown;

/**
 * Each verifier on the same signed bytes. Ours gets the bytes. The packages take text, and get it already decoded;
 * standardwebhooks gets its secret decoded beforehand too. `forged` changes the body after it was signed.
 */
export function takers(bytes: number, forged = false): Readonly<Record<Work, Readonly<Record<Verifier, Take>>>> {
  const message = signed(KEY, eventOf(bytes), nowSeconds());
  const body = forged ? Buffer.from(eventOf(bytes).replace('succeeded', 'cancelled')) : Buffer.from(message.body);
  const delivery = { ...message, body };
  const text = body.toString();
  const headers = {
    'webhook-id': message.id,
    'webhook-timestamp': message.timestamp,
    'webhook-signature': message.signature,
  };
  const standard = new Webhook(SECRET);
  const { webhooks } = new OpenAI({ apiKey: 'none', webhookSecret: SECRET });
  const ours = () => {
    const verdict = verify(delivery, [SECRET], nowSeconds());
    if (!verdict.ok) throw new Error(verdict.message);
  };
  return {
    verify: {
      ours,
      standardwebhooks: () => standard.verify(text, headers, { jsonParse: false }),
      openai: () => webhooks.verifySignature(text, headers),
    },
    'verify and parse': {
      ours: () => {
        ours();
        return parseEvent(body);
      },
      standardwebhooks: () => standard.verify(text, headers),
      openai: () => webhooks.unwrap(text, headers),
    },
  };
}

/** A job's end, filled up to so many bytes. */
function eventOf(bytes: number): string {
  const event = {
    id: 'evt_1',
    type: 'fine_tuning.job.succeeded',
    created_at: 1,
    data: { id: 'ftjob-abc123' },
    more: '',
  };
  const more = 'x'.repeat(bytes - JSON.stringify(event).length);
  return JSON.stringify({ ...event, more });
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
