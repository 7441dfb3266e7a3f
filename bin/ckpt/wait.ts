import type { Progress } from '../../lambdas/shared/contract/operator.ts';
import { CliError } from './errors.ts';
import type { Operator } from './invoke.ts';
import { showDuration } from './times.ts';
import { showLeft, showProgress } from './wait-text.ts';

export interface WaitOptions {
  readonly verifyAll: boolean;
  readonly timeoutMs: number;
}

export interface WaitEffects {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Tells a line of progress. */
  say(line: string): void;
  /** Whether somebody watches; a file gets fewer lines. */
  readonly watched: boolean;
}

/** What `ckpt reconcile --wait` comes back with. */
export interface Settled extends Pick<Progress, 'at' | 'permissions' | 'flapping' | 'waitingPlan' | 'paused'> {
  readonly askedAt: string;
  readonly seconds: number;
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
export async function waitForReconcile(
  operator: Pick<Operator, 'ask'>,
  { verifyAll, timeoutMs }: WaitOptions,
  effects: WaitEffects,
): Promise<Settled> {
  const begunAt = effects.now();
  const { askedAt } = await operator.ask({ command: 'reconcile', verifyAll });
  const tell = narrator(effects);
  let waitsFor = { askedAt, verifyAll, endedAt: null as string | null };
  let error: string | null = null;
  for (let sure = 0, poll = 0; ; poll++) {
    const progress = await operator.ask({ command: 'progress', ...waitsFor });
    error ??= progress.reconcile.error;
    sure = progress.settled ? sure + 1 : 0;
    const elapsed = effects.now() - begunAt;
    if (sure === SURE) {
      if (error !== null) throw failed(error);
      const { at, permissions, flapping, waitingPlan, paused } = progress;
      return { askedAt, seconds: Math.round(elapsed / 1000), at, permissions, flapping, waitingPlan, paused };
    }
    if (elapsed >= timeoutMs) throw error === null ? notDone(progress, timeoutMs) : failed(error);
    tell(showProgress(progress));
    waitsFor = { ...waitsFor, endedAt: waitsFor.endedAt ?? progress.reconcile.endedAt };
    if (isCutShort(progress)) {
      const again = await operator.ask({ command: 'reconcile', verifyAll: false });
      waitsFor = { askedAt: again.askedAt, verifyAll: false, endedAt: null };
    }
    await effects.sleep(Math.min(poll === 0 ? FIRST_POLL_MS : POLL_MS, timeoutMs - elapsed));
  }
}

/** A long history takes more than one reconcile; the next one has room for more once observe is through with these jobs. */
function isCutShort({ reconcile, sources }: Progress): boolean {
  if (reconcile.state !== 'ended' || reconcile.error !== null) return false;
  const unfinished = sources.some(({ backfillJobs, error }) => backfillJobs !== null && error === null);
  return unfinished && sources.every(({ toObserve, error }) => toObserve === 0 || error !== null);
}

/** Says a line when it is another one. */
function narrator({ now, say, watched }: WaitEffects): (line: string) => void {
  let last = '';
  let saidAt = watched ? Number.NEGATIVE_INFINITY : now();
  return (line) => {
    if (line === last || (!watched && now() - saidAt < FILE_EVERY_MS)) return;
    say(line);
    last = line;
    saidAt = now();
  };
}

function failed(error: string): CliError {
  return new CliError({
    name: 'ReconcileError',
    message: `The reconcile failed: ${error.replace(/\.?$/, '.')}`,
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
