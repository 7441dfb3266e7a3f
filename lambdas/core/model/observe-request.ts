import { JOB_ID } from './ids.ts';

/** Which thing to look at again: all that a message ever says. */
export interface ObserveRequest {
  readonly source: string;
  readonly jobId: string;
  /** When the webhook came in, in milliseconds since the epoch; null when no webhook asked. */
  readonly webhookAt: number | null;
  /** Who made the webhook that asked, where it does not show that OpenAI signs with the secret that we hold now. */
  readonly signedBy?: WebhookSigner;
  /** When a person asked, in milliseconds since the epoch: OpenAI is to be asked whatever the ledger has. */
  readonly askedAt?: number;
}

/** `us`: a test event of our own. `previous-secret`: only the secret's value before the present one verifies it. */
export const WEBHOOK_SIGNERS = ['us', 'previous-secret'] as const;
export type WebhookSigner = (typeof WEBHOOK_SIGNERS)[number];

/** Reads a message of the observe queue; undefined for anything else. */
export function parseObserveRequest(body: string): ObserveRequest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { source, jobId, webhookAt = null, signedBy: signer, askedAt } = value as Record<string, unknown>;
  if (typeof source !== 'string' || typeof jobId !== 'string' || !JOB_ID.test(jobId)) return undefined;
  if (webhookAt !== null && typeof webhookAt !== 'number') return undefined;
  const signedBy = WEBHOOK_SIGNERS.find((known) => known === signer);
  return {
    source,
    jobId,
    webhookAt,
    ...(signedBy !== undefined && { signedBy }),
    ...(typeof askedAt === 'number' && { askedAt }),
  };
}
