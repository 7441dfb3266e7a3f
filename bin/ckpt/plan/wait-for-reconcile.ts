import { asSentence } from '../../../lambdas/core/text/sentence.ts';
import type { Progress } from '../../../lambdas/shared/contract/operator.ts';
import { ask, waitUntil } from '../ask.ts';
import { CliError } from '../errors.ts';
import type { Session } from '../session.ts';
import { showDuration } from '../text/times.ts';
import { type Settled, showLeft, showProgress } from './wait-text.ts';

export interface WaitOptions {
  readonly verifyAll: boolean;
  readonly timeoutMs: number;
}

const POLL_MS = 2_000;
const FIRST_POLL_MS = 500;
/** A file gets a line this often at most. */
const FILE_EVERY_MS = 15_000;
/**
 * So many answers in a row must say that nothing is left: the ledger is read without waiting for all of its copies, and a
 * row that was written a moment ago may not show in one answer.
 */
const SURE = 2;

/** Starts a reconcile, and comes back when it and all that came of it is done; throws `CliError` when it failed or takes too long. */
export async function waitForReconcile(session: Session, { verifyAll, timeoutMs }: WaitOptions): Promise<Settled> {
  const { now } = session;
  const begunAt = now();
  const endsAt = begunAt + timeoutMs;
  const { askedAt } = await ask(session, { command: 'reconcile', verifyAll });
  let waitsFor = { askedAt, verifyAll, endedAt: null as string | null };
  let error: string | null = null;
  let sure = 0;
  let pollMs = FIRST_POLL_MS;
  const look = async () => {
    const progress = await ask(session, { command: 'progress', ...waitsFor });
    error ??= progress.reconcile.error;
    sure = progress.settled ? sure + 1 : 0;
    if (sure === SURE) {
      if (error !== null) throw failed(error);
      const { at, permissions, flapping, waitingPlan, paused } = progress;
      const seconds = Math.round((now() - begunAt) / 1000);
      return { result: { askedAt, seconds, at, permissions, flapping, waitingPlan, paused } };
    }
    waitsFor = { ...waitsFor, endedAt: waitsFor.endedAt ?? progress.reconcile.endedAt };
    if (isCutShort(progress) && now() < endsAt) {
      const again = await ask(session, { command: 'reconcile', verifyAll: false });
      waitsFor = { askedAt: again.askedAt, verifyAll: false, endedAt: null };
    }
    const inMs = Math.min(pollMs, endsAt - now());
    pollMs = POLL_MS;
    const tooLate = () => {
      throw error === null ? notDone(progress, timeoutMs) : failed(error);
    };
    return { inMs, line: showProgress(progress), tooLate };
  };
  return waitUntil(session, endsAt, look, narrator(session));
}

/**
 * A large ledger and a long history take more than one reconcile; of a history, the next one has room for more once observe is
 * through with these jobs.
 */
function isCutShort({ reconcile, fullPass, sources }: Progress): boolean {
  if (reconcile.state !== 'ended' || reconcile.error !== null) return false;
  const isUnderWay = (fullPass?.underWay ?? null) !== null;
  const unfinished = isUnderWay || sources.some(({ backfillJobs, error }) => backfillJobs !== null && error === null);
  return unfinished && sources.every(({ toObserve, error }) => toObserve === 0 || error !== null);
}

/** Tells a line when it is another one. */
function narrator({ now, terminal: { watched, err } }: Session): (line: string) => void {
  let last = '';
  let saidAt = watched ? Number.NEGATIVE_INFINITY : now();
  return (line) => {
    if (line === last || (!watched && now() - saidAt < FILE_EVERY_MS)) return;
    err(`${line}\n`);
    last = line;
    saidAt = now();
  };
}

function failed(error: string): CliError {
  return new CliError({
    name: 'ReconcileError',
    message: `The reconcile failed: ${asSentence(error)}`,
    next: 'The log of the reconcile function says more, and "ckpt status" how each source stands.',
  });
}

function notDone(progress: Progress, timeoutMs: number): CliError {
  return new CliError({
    name: 'NotDoneError',
    message: `Not done within ${showDuration(timeoutMs / 1000)}; left: ${showLeft(progress)}.`,
    next: 'It goes on by itself: wait again, longer with --timeout, or see "ckpt status".',
  });
}
