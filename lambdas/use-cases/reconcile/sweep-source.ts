import { NotFoundError, RefusedError } from '../../core/errors.ts';
import { hasEnded } from '../../core/model/job.ts';
import type { Job, JobApi } from '../../core/openai-ports.ts';
import type { Clock, Ledger, Log, ObserveQueue, SweepRecord } from '../../core/ports.ts';
import { advance, BEGIN, isSettled, newSweep } from './sweep-record.ts';

export interface SweepDeps {
  readonly ledger: Ledger;
  readonly queue: ObserveQueue;
  readonly now: Clock;
  readonly log: Log;
}

/** With so many jobs waiting for observe, finding more would help nobody; and the record has to fit its row. */
const MAX_OPEN = 2_000;

/**
 * Finds the jobs of one source that no webhook told of, and hands them to observe. The first sweep takes the whole
 * history. A page at a time is recorded, so that a sweep that runs out of time goes on where it stopped. Returns
 * whether it came to its end.
 */
export async function sweepSource(deps: SweepDeps, source: string, api: JobApi, stopAt: number): Promise<boolean> {
  const stored = (await deps.ledger.getSweep(source)) ?? newSweep(source);
  const shown = new Set<string>();
  const handedOn = new Set(stored.handedOn);
  let sweep: SweepRecord = { ...stored, walk: stored.walk ?? BEGIN };
  let isResumed = stored.walk !== null;
  while (sweep.walk !== null) {
    if (deps.now() >= stopAt || isFull(deps, sweep)) break;
    const page = await listPage(api, sweep.walk.after, isResumed);
    isResumed = false;
    if (page === 'no such cursor') {
      sweep = { ...sweep, walk: BEGIN };
      continue;
    }
    for (const jobId of await handOnUnsettled(deps, source, page.jobs, handedOn)) shown.add(jobId);
    const known = { ...sweep, handedOn: [...handedOn] };
    const saved = await save(deps, advance(known, sweep.walk, page, shown, deps.now()));
    if (saved === undefined) return false;
    sweep = saved;
  }
  const isWhole = await lookAgain(deps, { ...sweep, handedOn: [...handedOn] }, api, shown, stopAt);
  const { open, walk } = sweep;
  deps.log.info('Source swept', { source, found: shown.size, open: open.length, goesOn: walk !== null || !isWhole });
  return walk === null && isWhole;
}

/** Takes note of why a source could not be swept, for a person to see. */
export async function recordSweepError(deps: SweepDeps, source: string, reason: string): Promise<void> {
  const sweep = (await deps.ledger.getSweep(source)) ?? newSweep(source);
  await save(deps, { ...sweep, error: reason });
}

function isFull({ log }: SweepDeps, { source, open }: SweepRecord): boolean {
  if (open.length < MAX_OPEN) return false;
  log.warn('Too many jobs wait for observe; the sweep goes on when some are done', { source, open: open.length });
  return true;
}

/** The cursor that an earlier sweep left is a job's id, and OpenAI may not have that job any more. */
async function listPage(api: JobApi, after: string | null, isResumed: boolean) {
  try {
    return await api.listJobs(after);
  } catch (error) {
    const isRefused = error instanceof NotFoundError || error instanceof RefusedError;
    if (isRefused && isResumed && after !== null) return 'no such cursor';
    throw error;
  }
}

/** Returns the ids of the jobs that the ledger has not planned: handed to observe, or not ended yet. */
async function handOnUnsettled(
  deps: SweepDeps,
  source: string,
  jobs: readonly Job[],
  handedOn: Set<string>,
): Promise<readonly string[]> {
  const unsettled: string[] = [];
  for (const job of jobs) {
    if (isSettled(await deps.ledger.getJob(job.jobId), source)) continue;
    unsettled.push(job.jobId);
    if (await handOn(deps, source, job)) handedOn.add(job.jobId);
  }
  return unsettled;
}

/**
 * Looks again at the open jobs that the pages of this sweep did not show. Where it stops, for lack of time or because
 * OpenAI fails, the next sweep begins: no job keeps the others from being looked at. Returns whether it got through.
 */
async function lookAgain(
  deps: SweepDeps,
  sweep: SweepRecord,
  api: JobApi,
  shown: ReadonlySet<string>,
  stopAt: number,
): Promise<boolean> {
  const waiting = sweep.open.filter((jobId) => !shown.has(jobId));
  const open = sweep.open.filter((jobId) => shown.has(jobId));
  const handedOn = new Set(sweep.handedOn);
  const { length } = waiting;
  try {
    while (waiting.length > 0 && deps.now() < stopAt) {
      const [jobId = ''] = waiting.splice(0, 1);
      // Whatever fails, it stays open until it is known to be settled or gone.
      open.push(jobId);
      const settled = isSettled(await deps.ledger.getJob(jobId), sweep.source);
      const job = settled ? undefined : await findJob(api, jobId);
      if (job === undefined) open.pop();
      else if (await handOn(deps, sweep.source, job)) handedOn.add(jobId);
    }
  } finally {
    const left = [...waiting, ...open];
    const looked = { ...sweep, open: left, handedOn: left.filter((jobId) => handedOn.has(jobId)) };
    if (waiting.length < length) await save(deps, looked);
  }
  return waiting.length === 0;
}

/** Undefined for a job that OpenAI does not have any more. */
async function findJob(api: JobApi, jobId: string): Promise<Job | undefined> {
  try {
    return await api.getJob(jobId);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** Only the ended ones: there is nothing to share of a job before that. Returns whether it was. */
async function handOn({ queue }: SweepDeps, source: string, job: Job): Promise<boolean> {
  if (!hasEnded(job.status)) return false;
  await queue.send({ source, jobId: job.jobId, webhookAt: null });
  return true;
}

/** Undefined where another sweep of the source came between: it finds the same, and this one leaves it to it. */
async function save({ ledger }: SweepDeps, sweep: SweepRecord): Promise<SweepRecord | undefined> {
  return (await ledger.saveSweep(sweep)) ? { ...sweep, version: sweep.version + 1 } : undefined;
}
