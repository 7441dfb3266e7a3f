import { type Policy, sourcesOf } from '../../core/policy/policy.ts';
import type { Ledger, SweepRecord } from '../../core/ports.ts';
import type { SourceProgress } from '../../shared/contract/reconcile.ts';
import { type Judge, standingOf } from '../reconcile/sweep-record.ts';

/** So many jobs are read side by side. */
const READERS = 50;

/** How far the sweep of each source of the policy has come, and how many of its jobs observe has still to look at. */
export async function gatherSources(
  ledger: Pick<Ledger, 'getSweep' | 'getJob'>,
  policy: Policy,
  askedAt: number,
): Promise<readonly SourceProgress[]> {
  // What is due later is the next sweep's. A look of the very time at which it was asked for is one that was asked for.
  const judge = { policy, now: askedAt, askedAt: askedAt - 1 };
  return Promise.all(
    sourcesOf(policy).map(async ({ alias }) => {
      const sweep = await ledger.getSweep(alias);
      return {
        alias,
        swept: (sweep?.sweptAt ?? 0) >= askedAt && sweep?.walk === null,
        backfillJobs: sweep?.walk?.jobs ?? null,
        toObserve: sweep === undefined ? 0 : await countToObserve(ledger, sweep, judge),
        error: sweep?.error ?? null,
      };
    }),
  );
}

/** Whether nothing is left to do about a source. What fails is told, and not waited for. */
export function isSourceDone({ error, backfillJobs, toObserve }: SourceProgress): boolean {
  return error !== null || (backfillJobs === null && toObserve === 0);
}

/** The record of the sweep is only brought up to date by the next sweep: the jobs themselves tell. */
async function countToObserve(
  ledger: Pick<Ledger, 'getJob'>,
  { source, handedOn }: SweepRecord,
  judge: Judge,
): Promise<number> {
  const waiting = [...handedOn];
  let count = 0;
  while (waiting.length > 0) {
    const jobs = await Promise.all(waiting.splice(0, READERS).map((jobId) => ledger.getJob(jobId)));
    count += jobs.filter((job) => standingOf(job, source, judge) === 'due').length;
  }
  return count;
}
