import { asSentence } from '../../../core/text/sentence.ts';
import type { SourceStatus, Status } from '../../../shared/contract/operator.ts';
import { bad, type Found, good, notice } from './check.ts';

const GRACE_MS = 5 * 60_000;
/** No Lambda function runs longer. */
const LONGEST_RUN_MS = 15 * 60_000;

/** Whether it runs as often as it is to, comes to its end, and does not fail. */
export function judgeReconcile({ reconcile, at }: Pick<Status, 'reconcile' | 'at'>, everySeconds: number): Found {
  const { startedAt, endedAt, error } = reconcile;
  if (startedAt === null) {
    return notice('No reconcile has run yet.', 'Wait for the first, or start it: "ckpt reconcile --wait".');
  }
  const ageMs = Date.parse(at) - Date.parse(startedAt);
  if (ageMs > 2 * everySeconds * 1_000 + GRACE_MS) {
    return bad(
      `The last reconcile started at ${startedAt}, though one is to start every ${everySeconds / 60} minutes.`,
      'Look for its schedule in EventBridge Scheduler and for the log of the reconcile function (docs/runbook.md#reconcile-silent); "ckpt reconcile --wait" starts one now.',
    );
  }
  if (error !== null) {
    return bad(
      `The last reconcile failed: ${asSentence(error)}`,
      'See docs/runbook.md#reconcile-failing; the next one tries again.',
    );
  }
  if (endedAt === null && ageMs > LONGEST_RUN_MS) {
    return bad(
      `The reconcile that started at ${startedAt} never came to its end.`,
      'Look for the log of the reconcile function; "ckpt reconcile --wait" starts another one.',
    );
  }
  return good(
    endedAt === null
      ? `A reconcile has been running since ${startedAt}.`
      : `The last reconcile ended well at ${endedAt}.`,
  );
}

/** Whether the jobs of a source could be listed. */
export function judgeSweep({ alias, sweep }: Pick<SourceStatus, 'alias' | 'sweep'>): Found {
  if (sweep === null) {
    return notice(
      `The jobs of ${alias} have not been listed yet.`,
      'The next reconcile does it, or now: "ckpt reconcile --wait".',
    );
  }
  const { error, sweptAt, backfill } = sweep;
  if (error !== null) {
    return bad(
      `The jobs of ${alias} could not be listed: ${asSentence(error)}`,
      'See docs/runbook.md#source-failing, and what is said of its project key.',
    );
  }
  if (backfill !== null) return good(`The jobs of ${alias} are being listed, ${backfill.jobs} so far.`);
  return good(`The jobs of ${alias} were last listed at ${sweptAt ?? 'an unknown time'}.`);
}
