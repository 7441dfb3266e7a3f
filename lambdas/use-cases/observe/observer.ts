import type { ObserveRequest } from '../../core/model/observe-request.ts';
import { parseObserveRequest } from '../../core/model/observe-request.ts';
import { lookAgain } from './look-again.ts';
import { type ObserveAndWakeDeps, observeAndWake } from './observe-and-wake.ts';

/** What a job's writes to the ledger may take. */
const WRITES_MS = 10_000;

/**
 * The observe function's two kinds of work: the messages of its queue, each within `handleMs`, and at a tick the jobs that are
 * due to be read again. `callMs`: the deadline of a call for a job, in milliseconds.
 */
export function createObserver(deps: ObserveAndWakeDeps, callMs: number) {
  // The job and one page of its checkpoints, each up to its deadline, and the writes that follow.
  const handleMs = 2 * callMs + WRITES_MS;
  return {
    parse: parseObserveRequest,
    handle: (request: ObserveRequest, attempt: number) => observeAndWake(deps, request, attempt),
    handleMs,
    log: deps.log,
    /** `remainingMs`: what is left of the function's time. */
    lookAgain: (remainingMs: number) => lookAgain(deps, deps.now() + remainingMs - handleMs),
  };
}
