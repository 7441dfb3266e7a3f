import { SECRET_CACHE_MS } from '../../../core/ports/secrets.ts';
import { toIso } from '../answer.ts';
import type { OperateDeps } from '../deps.ts';

/** A source's webhook secret. */
interface InUse {
  readonly source: string;
  readonly secretId: string;
  /** Whether there was another value before the current one. */
  readonly hasPrevious: boolean;
}

const UNKNOWN = 'Whether OpenAI signs with it is not shown';

/**
 * Why it is not shown that OpenAI signs with a secret's current value, a whole sentence; null where a delivery of OpenAI's
 * has shown it. Nothing else can: our own test events are signed with whatever is in the secret.
 */
export async function doubtOf(
  { ledger, secretDates }: Pick<OperateDeps, 'ledger' | 'secretDates'>,
  { source, secretId, hasPrevious }: InUse,
): Promise<string | null> {
  const sources = await ledger.getSources().catch(() => undefined);
  if (sources === undefined) return `${UNKNOWN}: the ledger cannot be read.`;
  const { lastWebhookAt: last = null, lastUnderPreviousAt } = sources.find(({ alias }) => alias === source) ?? {};
  if (last === null) return `${UNKNOWN}: none of its deliveries has verified yet.`;
  if (last === lastUnderPreviousAt) {
    return `${UNKNOWN}: its last delivery, of ${toIso(last)}, verified under the value of before alone.`;
  }
  const changedAt = await secretDates.changedAt(secretId);
  if (changedAt === null) return null;
  // The webhook function may have gone on with the value of before for so long.
  const inUseFrom = changedAt + (hasPrevious ? SECRET_CACHE_MS : 0);
  if (last >= inUseFrom) return null;
  return `${UNKNOWN}: none of its deliveries has verified since ${toIso(inUseFrom)}, when this value came into use.`;
}
