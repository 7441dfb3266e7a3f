import { EndlessListError, NotFoundError, OddAnswerError, RefusedError } from '../../core/errors.ts';
import { hasEnded, type OddItem } from '../../core/model/job.ts';
import { newSweep, type SweepRecord } from '../../core/model/sweep.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { Job, JobApi } from '../../core/ports/openai.ts';
import type { ObserveQueue } from '../../core/ports/queue.ts';
import type { Clock, Log } from '../../core/ports/runtime.ts';
import { changeSweep } from '../change.ts';
import { expectOnward } from '../pages.ts';
import { advance, BEGIN, isPlanned, otherSourceOf, standingOf } from './sweep-record.ts';

export interface SweepDeps {
  readonly policy: Policy;
  readonly ledger: Ledger;
  readonly queue: ObserveQueue;
  readonly now: Clock;
  readonly log: Log;
}

/** What a person asks of a sweep: to look also at these jobs, which no page may show any more. */
export interface SweepOrder {
  /** Milliseconds since the epoch; 0 where nobody asked. */
  readonly askedAt: number;
  readonly jobIds: readonly string[];
}

const BY_SCHEDULE: SweepOrder = { askedAt: 0, jobIds: [] };

/** With so many jobs waiting for observe, finding more would help nobody; and the record has to fit its row. */
const MAX_OPEN = 2_000;

/** To the key of another project, OpenAI does not have the jobs of this one, either: that has to stand for so long. */
const GONE_AFTER_MS = 24 * 60 * 60_000;

/**
 * Finds the jobs of one source that no webhook told of, and hands them to observe; so, too, those of which OpenAI may have
 * told more by now. The first sweep takes the whole history. A page at a time is recorded, so that a sweep that runs out of
 * time goes on where it stopped. Returns whether it came to its end.
 */
export async function sweepSource(
  deps: SweepDeps,
  source: string,
  api: JobApi,
  stopAt: number,
  { askedAt, jobIds }: SweepOrder = BY_SCHEDULE,
): Promise<boolean> {
  const stored = (await deps.ledger.getSweep(source)) ?? newSweep(source);
  const work: Work = { ...deps, source, api, askedAt, shown: new Set(), handedOn: new Set(stored.handedOn) };
  const { shown, handedOn } = work;
  let sweep: SweepRecord = {
    ...stored,
    open: [...new Set([...stored.open, ...jobIds])],
    walk: stored.walk ?? BEGIN,
  };
  let isResumed = stored.walk !== null;
  let other: string | undefined;
  let endless: string | undefined;
  const cursors = new Set<string>();
  while (sweep.walk !== null) {
    if (deps.now() >= stopAt || isFull(deps, sweep)) break;
    const page = await listPage(api, sweep.walk.after, isResumed, cursors);
    isResumed = false;
    if (page === 'no such cursor') {
      sweep = { ...sweep, walk: BEGIN };
      continue;
    }
    if (page instanceof EndlessListError) {
      endless = page.message;
      break;
    }
    other = await handOnUnsettled(work, page.jobs);
    // What another project's key shows says nothing of how far this one's jobs are known.
    if (other !== undefined) break;
    const known = { ...sweep, handedOn: [...handedOn] };
    const saved = await save(deps, advance(known, sweep.walk, page, shown, deps.now()));
    if (saved === undefined) return false;
    sweep = saved;
  }
  const isWhole = await lookAgain(work, { ...sweep, handedOn: [...handedOn] }, stopAt);
  const { open, walk, odd = [] } = sweep;
  const counts = { found: shown.size, open: open.length, odd: odd.length };
  deps.log.info('Source swept', { source, ...counts, goesOn: walk !== null || !isWhole });
  if (odd.length > 0) deps.log.warn('OpenAI lists jobs in a form that cannot be read', { source, jobs: odd });
  if (other !== undefined) await tellOther(deps, source, other);
  if (endless !== undefined) await tellEndless(deps, source, endless);
  return walk === null && isWhole;
}

/** One sweep at work: what it was asked, which open jobs its pages have shown, and which are with observe. */
interface Work extends SweepDeps {
  readonly source: string;
  readonly api: JobApi;
  readonly askedAt: number;
  readonly shown: Set<string>;
  readonly handedOn: Set<string>;
}

/** Somebody has put the key of the other source into this one's secret. */
async function tellOther(deps: SweepDeps, source: string, other: string): Promise<void> {
  const own = `put the key of ${source}'s own project into its secret`;
  const reason = `The project key of ${source} shows jobs of ${other}, which stay that one's: ${own}`;
  deps.log.error('Source shows the jobs of another', { signal: 'source-failing', source, reason });
  await recordSweepError(deps, source, reason);
}

/** To go on from where it does not would find none of the jobs to come: the next sweep begins with the newest again. */
async function tellEndless(deps: SweepDeps, source: string, said: string): Promise<void> {
  const reason = `Older jobs of ${source} are not found: ${said}`;
  deps.log.error('Source has no end of jobs', { signal: 'source-failing', source, reason });
  await changeSweep(deps.ledger, source, (sweep) => ({ ...sweep, walk: null, error: reason }));
}

/** Takes note of why a source could not be swept, for a person to see. Throws `ContentionError`. */
export async function recordSweepError({ ledger }: SweepDeps, source: string, reason: string): Promise<void> {
  await changeSweep(ledger, source, (sweep) => ({ ...sweep, error: reason }));
}

/** Has the sweeps of a source look at a job until it has ended, however far they are beyond it. Throws `ContentionError`. */
export async function keepOpen(ledger: Ledger, source: string, jobId: string): Promise<void> {
  await changeSweep(ledger, source, (sweep) =>
    sweep.open.includes(jobId) ? sweep : { ...sweep, open: [...sweep.open, jobId] },
  );
}

function isFull({ log }: SweepDeps, { source, open }: SweepRecord): boolean {
  if (open.length < MAX_OPEN) return false;
  log.warn('Too many jobs wait for observe; the sweep goes on when some are done', { source, open: open.length });
  return true;
}

/**
 * The cursor that an earlier sweep left is a job's id, and OpenAI may not have that job any more. `cursors` are those that
 * this sweep has followed.
 */
async function listPage(api: JobApi, after: string | null, isResumed: boolean, cursors: Set<string>) {
  try {
    const page = await api.listJobs(after);
    expectOnward(page.next, cursors);
    if (page.next !== null) cursors.add(page.next);
    return page;
  } catch (error) {
    if (error instanceof EndlessListError) return error;
    const isRefused = error instanceof NotFoundError || error instanceof RefusedError;
    if (isRefused && isResumed && after !== null) return 'no such cursor';
    throw error;
  }
}

/**
 * Hands those of a page to observe that it is to look at now, and takes note of all that it is not done with. Where some are
 * another source's, only these: observe asks whether they still are, and what the ledger does not know is that one's, too, then.
 * Returns that other source, if there is one.
 */
async function handOnUnsettled(work: Work, jobs: readonly Job[]): Promise<string | undefined> {
  const judged = [];
  for (const job of jobs) judged.push({ job, ...(await judge(work, job.jobId)) });
  const other = judged.find(({ others }) => others !== undefined)?.others;
  for (const { job, standing, others } of judged) {
    if (standing === 'settled' || others !== other) continue;
    if (others === undefined) work.shown.add(job.jobId);
    if (standing === 'due' && hasEnded(job.status)) await handOn(work, job.jobId);
    else work.handedOn.delete(job.jobId);
  }
  return other;
}

async function judge({ ledger, policy, now, source, askedAt }: Work, jobId: string) {
  const job = await ledger.getJob(jobId);
  const standing = standingOf(job, source, { policy, now: now(), askedAt });
  return { standing, isKnown: isPlanned(job, source), others: otherSourceOf(job, source, policy) };
}

/**
 * Looks again at the open jobs that the pages of this sweep did not show. Where it stops, for lack of time or because
 * OpenAI fails, the next sweep begins: no job keeps the others from being looked at. Returns whether it got through.
 */
async function lookAgain(work: Work, sweep: SweepRecord, stopAt: number): Promise<boolean> {
  const { shown, handedOn } = work;
  const waiting = sweep.open.filter((jobId) => !shown.has(jobId));
  const open = sweep.open.filter((jobId) => shown.has(jobId));
  const odd = new Map(sweep.odd?.map((item) => [item.id ?? item, item]));
  const { missing: before = {}, ...known } = sweep;
  const missing = new Map(Object.entries(before).filter(([jobId]) => waiting.includes(jobId)));
  const { length } = waiting;
  try {
    while (waiting.length > 0 && work.now() < stopAt) {
      const [jobId = ''] = waiting.splice(0, 1);
      // Whatever fails, it stays open until it is known to be settled or gone.
      open.push(jobId);
      const found = await lookAt(work, jobId);
      if (found === 'missing') missing.set(jobId, missing.get(jobId) ?? work.now());
      else missing.delete(jobId);
      const isGone = work.now() - (missing.get(jobId) ?? work.now()) >= GONE_AFTER_MS;
      if (isGone) missing.delete(jobId);
      if (isGone || found === 'settled') open.pop();
      if (typeof found === 'string') odd.delete(jobId);
      else odd.set(jobId, found);
    }
  } finally {
    const left = [...waiting, ...open];
    const looked = { ...known, open: left, odd: [...odd.values()], handedOn: left.filter((id) => handedOn.has(id)) };
    const isAnyMissing = missing.size > 0 && { missing: Object.fromEntries(missing) };
    if (waiting.length < length) await save(work, { ...looked, ...isAnyMissing });
  }
  return waiting.length === 0;
}

/** Looks at one open job, and hands it on when it has ended; `missing`: OpenAI does not have it, for this key. */
async function lookAt(work: Work, jobId: string): Promise<'settled' | 'open' | 'missing' | OddItem> {
  const { standing, isKnown } = await judge(work, jobId);
  if (standing === 'settled') return 'settled';
  // Observe itself reads what is known to have ended.
  if (standing === 'due' && isKnown) {
    await handOn(work, jobId);
    return 'open';
  }
  work.handedOn.delete(jobId);
  if (standing === 'resting') return 'open';
  try {
    if (hasEnded((await work.api.getJob(jobId)).status)) await handOn(work, jobId);
    return 'open';
  } catch (error) {
    if (error instanceof NotFoundError) return 'missing';
    if (error instanceof OddAnswerError) return { id: jobId, problem: error.message };
    throw error;
  }
}

/** Only what has ended: there is nothing to share of a job before that. */
async function handOn({ queue, source, askedAt, handedOn }: Work, jobId: string): Promise<void> {
  await queue.send({ source, jobId, webhookAt: null, ...(askedAt > 0 && { askedAt }) });
  handedOn.add(jobId);
}

/** Undefined where another sweep of the source came between: it finds the same, and this one leaves it to it. */
async function save({ ledger }: SweepDeps, sweep: SweepRecord): Promise<SweepRecord | undefined> {
  return (await ledger.saveSweep(sweep)) ? { ...sweep, version: sweep.version + 1 } : undefined;
}
