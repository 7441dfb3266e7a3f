import { LANES } from '../../core/model/permission.ts';
import { measure } from '../../shared/contract/metrics.ts';
import type { ShareDeps } from './deps.ts';
import { drain } from './drain.ts';

/** A write to the ledger takes milliseconds; one that takes longer than this costs the call its turn. */
const MARKING_MS = 10_000;
/** What recording how a call has ended may take. */
const RECORDING_MS = 5_000;
/** A row that was written a moment ago may not be in the index yet. */
const LOOK_AGAIN_MS = 1_000;

export interface FunctionDeps extends Omit<ShareDeps, 'callDeadlineMs' | 'markingMs'> {
  /** Milliseconds from its start after which an admin call has failed, whatever comes. */
  readonly callMs: number;
}

/**
 * One run of the share function: drains what is due, and looks twice where nothing seems to be. `owner` tells this run from
 * others, `remainingMs` is what is left of its time. Throws as `drain` does.
 */
export async function share({ callMs, ...others }: FunctionDeps, owner: string, remainingMs: number): Promise<void> {
  const deps: ShareDeps = { ...others, callDeadlineMs: callMs + MARKING_MS, markingMs: MARKING_MS };
  // One call that runs into its deadline, and the recording of its end, still fit in.
  const stopAt = deps.now() + remainingMs - (callMs + MARKING_MS + RECORDING_MS);
  let report = await drain(deps, owner, stopAt);
  if (report.kind === 'drained' && report.calls === 0) {
    await deps.sleep(LOOK_AGAIN_MS);
    report = await drain(deps, owner, stopAt);
  }
  deps.log.info('Turn ended', { ...report });
  if (report.kind === 'drained' && report.left) await tellBacklog(deps);
}

/** Enough to see how it grows. */
const MOST_COUNTED = 1_000;

/** What the turn has left; nothing is told where it has left nothing. */
async function tellBacklog({ ledger, now, log }: ShareDeps): Promise<void> {
  const due = (await Promise.all(LANES.map((lane) => ledger.dueCheckpoints(lane, now(), MOST_COUNTED)))).flat();
  if (due.length === 0) return;
  const seconds = Math.max(0, now() - Math.min(...due.map(({ at }) => at))) / 1_000;
  log.info('Checkpoints wait', measure({ DueCheckpoints: due.length, OldestDue: seconds }, {}));
}
