import { type ObserveRequest, WEBHOOK_SIGNERS } from '../ports.ts';
import { JOB_ID } from './ids.ts';

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
