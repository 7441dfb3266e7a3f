import type { SourceStatus } from '../../../shared/contract/operator.ts';
import { bad, type Found, good, notice } from './check.ts';
import { type EndedJob, LATELY_DAYS } from './scene.ts';

/** A webhook may be that much older than its job's end, by two clocks. */
const SKEW_MS = 60_000;
/** OpenAI may still be at it. */
const ON_ITS_WAY_MS = 10 * 60_000;

/**
 * Whether the jobs that ended lately were told of. What was observed long after its end may have ended before the stack, or
 * the endpoint, was there: that is no sign of anything wrong. Times in milliseconds since the epoch.
 */
export function judgeWebhooks(
  { alias, lastWebhookAt }: Pick<SourceStatus, 'alias' | 'lastWebhookAt'>,
  ended: readonly EndedJob[],
  { everySeconds, now }: { readonly everySeconds: number; readonly now: number },
): Found {
  const last = lastWebhookAt === null ? Number.NEGATIVE_INFINITY : Date.parse(lastWebhookAt);
  const came = lastWebhookAt === null ? 'None has ever come.' : `The last one came at ${lastWebhookAt}.`;
  const missed = ended.filter(({ finishedAt }) => finishedAt > last + SKEW_MS && finishedAt < now - ON_ITS_WAY_MS);
  const promptly = 2 * everySeconds * 1_000 + ON_ITS_WAY_MS;
  const sure = newest(missed.filter(({ finishedAt, observedAt }) => observedAt - finishedAt <= promptly));
  if (sure !== undefined) {
    return bad(
      `${sure.jobId} of ${alias} ended at ${iso(sure.finishedAt)}, and no webhook told of it. ${came}`,
      tryIt(alias),
    );
  }
  const unsure = newest(missed);
  if (unsure !== undefined) {
    return notice(
      `${unsure.jobId} of ${alias} ended at ${iso(unsure.finishedAt)}, and no webhook told of it. ${came} If the endpoint at OpenAI is younger than that, there is nothing to mend.`,
      tryIt(alias),
    );
  }
  if (ended.length > 0) return good(`The jobs of ${alias} that ended lately were told of by webhooks. ${came}`);
  return good(
    `No job of ${alias} is known to have ended within ${LATELY_DAYS} days, so that no webhook was to come. ${came}`,
  );
}

function newest(jobs: readonly EndedJob[]): EndedJob | undefined {
  return [...jobs].sort((a, b) => b.finishedAt - a.finishedAt)[0];
}

function tryIt(alias: string): string {
  return `"ckpt webhook send --source ${alias}" tries the way into the stack; if that is open, look for the endpoint at OpenAI and the deliveries that it shows (docs/runbook.md#webhook-errors). Sweeps find the jobs meanwhile.`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
