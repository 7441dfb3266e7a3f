import { sideBySide, tellUnwritten } from '../side-by-side.ts';
import { type ObserveAndWakeDeps, observeAndWake } from './observe-and-wake.ts';

/** What could not be read for so long is the sweeps': it must not be asked for every few minutes for ever. */
const OVERDUE_MS = 60 * 60_000;
const MOST = 500;

/**
 * Reads again the ended jobs that are due for it, since OpenAI may not have told all of them. They wait as rows in the ledger,
 * so that the sweeps may be a day apart, and none has to go through the queue: a message that waited there for half an hour
 * would ring `queue-age`, and one that was sent anew for each look would be a loop. Where none is due it takes one query.
 * Begins nothing after `stopAt` (ms since the epoch); what is left, or fails at OpenAI, is due with the next tick.
 */
export async function lookAgain(deps: ObserveAndWakeDeps, stopAt: number): Promise<void> {
  const { ledger, now, log } = deps;
  const due = await ledger.dueJobs(now() - OVERDUE_MS, now(), MOST);
  const { begun, unwritten } = await sideBySide(
    due,
    (jobId) => jobId,
    async (jobId) => {
      // The index may lag behind it.
      const { source, lookAt } = (await ledger.getJob(jobId)) ?? {};
      if (source === undefined || lookAt === undefined || lookAt > now()) return;
      await observeAndWake(deps, { source, jobId, webhookAt: null }, 1);
    },
    () => now() < stopAt,
  );
  tellUnwritten(log, unwritten);
  if (due.length > 0) log.info('Jobs read again', { due: due.length, begun });
}
