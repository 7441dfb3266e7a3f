import { putUp } from '../../core/checkpoint/record.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import type { AuditState, ReconcileState, WaitingPlan } from '../../core/model/system-state.ts';
import { unpark } from '../../core/pause/park.ts';
import { afterPlan } from '../../core/plan/confirmation.ts';
import { countsFrom } from '../../core/plan/guard.ts';
import { type LedgerPlan, planLedger } from '../../core/plan/ledger-plan.ts';
import { planId } from '../../core/plan/plan-id.ts';
import { isToVerify, isWorthListing, stalest } from '../../core/plan/verification.ts';
import { budgetOf, isAudited, restSeconds } from '../../core/plan/verification-budget.ts';
import { type Policy, policyDigest } from '../../core/policy/policy.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { Log } from '../../core/ports/runtime.ts';
import { type UnwrittenRow, unwrittenRows } from '../../core/row-failure.ts';
import { changeAsRead, changeState, readState } from '../change.ts';
import { everyItem } from '../pages.ts';
import { failIfNoneIsTaken, sideBySide, tellUnwritten } from '../side-by-side.ts';
import { planWaiting } from './announcements.ts';
import { type CarryOutDeps, carryOutPlan } from './carry-out-plan.ts';
import { useUp } from './use-up.ts';

export interface LedgerDeps extends CarryOutDeps {
  /** The same ledger; what is done through it is told as done by this plan. */
  readonly ledgerOf: (plan: string) => Ledger;
  readonly log: Log;
}

/**
 * Holds the whole ledger against the policy: wants what is new, lets go of what is not wanted or has expired, takes up what
 * is paused no more, and puts the stalest checkpoints up for verification (all of them, if `verifyAll`). No call is made
 * here; what needs one becomes due.
 * Gives back the checkpoints as it found them. Those that cannot be written stop no other, and are noted.
 */
export async function reconcileLedger(
  deps: LedgerDeps,
  verifyAll: boolean,
  stopAt: number,
): Promise<readonly CheckpointRecord[]> {
  const { policy, ledger, now, log } = deps;
  const [records, jobs, waiting, audit, pause] = await Promise.all([
    Array.fromAsync(everyItem(ledger.listCheckpoints)),
    Array.fromAsync(everyItem(ledger.listJobs)),
    readState(ledger, 'waitingPlan'),
    readState(ledger, 'audit'),
    readState(ledger, 'pause'),
  ]);
  const plan = planLedger({ policy, jobs, records, waiting, pause, now: now() });
  await noteWaiting(deps, plan, waiting.confirmedId);
  const inPlan = plan.changes.length === 0 ? ledger : deps.ledgerOf(planId(policyDigest(policy), plan));
  const written = await carryOutPlan({ ...deps, ledger: inPlan }, plan, stopAt);
  if (written.begun === plan.changes.length && written.unwritten.length === 0) await useUp(ledger, plan, now());
  const unparked = await sideBySide(
    records.filter((record) => unpark(record, pause) !== record),
    nameOf,
    (record) => changeAsRead(ledger, record, (current) => unpark(current, pause)),
    () => now() < stopAt,
  );
  const chosen = verifyAll
    ? records.filter((record) => isToVerify(record, now()))
    : chooseStalest(policy, records, audit, now());
  const putUps = await sideBySide(
    chosen,
    nameOf,
    (record) => changeAsRead(ledger, record, (current) => putUpStale(current, verifyAll, now())),
    () => now() < stopAt,
  );
  const passes = [written, unparked, putUps];
  const unwritten = passes.flatMap((pass) => pass.unwritten);
  await noteUnwritten(deps, unwritten);
  log.info('Ledger reconciled', {
    checkpoints: records.length,
    jobs: jobs.length,
    changed: written.begun,
    unwritten: unwritten.length,
    revocations: plan.revocations.length,
    revoking: plan.revoking,
    toVerify: chosen.length,
  });
  const tried = passes.reduce((sum, { begun }) => sum + begun, 0);
  failIfNoneIsTaken(tried, unwritten);
  return records;
}

function nameOf({ checkpoint }: CheckpointRecord): string {
  return checkpoint;
}

function chooseStalest(
  { reconcile }: Policy,
  records: readonly CheckpointRecord[],
  audit: AuditState,
  now: number,
): readonly CheckpointRecord[] {
  const notSince = now - restSeconds(reconcile, isAudited(reconcile, audit)) * 1000;
  return stalest(records, budgetOf(reconcile), notSince, now);
}

function putUpStale(record: CheckpointRecord, asked: boolean, now: number): CheckpointRecord {
  if (!isWorthListing(record) || (record.verifyAt !== null && record.verifyAt <= now)) return record;
  return putUp(record, asked ? 'repair' : 'verify', now);
}

/** Remembers which checkpoints could not be written, for a person to see, and forgets those that could be since. */
async function noteUnwritten({ ledger, log }: LedgerDeps, unwritten: readonly UnwrittenRow[]): Promise<void> {
  tellUnwritten(log, unwritten);
  await changeState(ledger, 'reconcile', (state): ReconcileState => {
    if (unwritten.length > 0) return { ...state, unwritten: unwrittenRows(unwritten) };
    const { unwritten: before, ...rest } = state;
    return before === undefined ? state : rest;
  });
}

/**
 * Remembers a plan that waits for a person, and forgets one that does not any more; and what is left of the word that the
 * plan was judged by. One that was given since is not for this plan to judge.
 */
async function noteWaiting(
  { policy, ledger, log, now }: LedgerDeps,
  plan: LedgerPlan,
  judgedBy: WaitingPlan['confirmedId'],
): Promise<void> {
  const isWaiting = plan.revoking === 'waiting';
  const note = (before: WaitingPlan): WaitingPlan => {
    const isJudged = before.confirmedId === judgedBy;
    const state = isJudged ? afterPlan(before, plan.revocations, policyDigest(policy), now()) : before;
    if (!isWaiting) return state.id === null ? state : { ...state, id: null };
    const since = state.id === plan.id ? state.since : now();
    const counted = {
      revocations: plan.revocations.length,
      tracked: plan.tracked,
      countsFrom: countsFrom(state, now()),
    };
    return { ...state, id: plan.id, since, ...counted };
  };
  await changeState(ledger, 'waitingPlan', note, (before) => planWaiting(plan, before, now()));
  if (!isWaiting) return;
  log.error('Plan waits for confirmation: it would revoke unusually many permissions', {
    signal: 'plan-waiting',
    planId: plan.id,
    revocations: plan.revocations.length,
    tracked: plan.tracked,
    letGoLately: plan.letGoLately,
  });
}
