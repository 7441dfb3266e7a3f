import { putUp } from '../../core/checkpoint/record.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import type { ReconcileState } from '../../core/model/system-state.ts';
import { unpark } from '../../core/pause/park.ts';
import type { Pause } from '../../core/pause/pause.ts';
import { planId } from '../../core/plan/plan-id.ts';
import { isWorthListing } from '../../core/plan/verification.ts';
import { policyDigest } from '../../core/policy/policy.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { Log } from '../../core/ports/runtime.ts';
import { type UnwrittenRow, unwrittenRows } from '../../core/row-failure.ts';
import { changeAsRead, changeState } from '../change.ts';
import { sideBySide, tellUnwritten } from '../side-by-side.ts';
import { type CarryOutDeps, carryOutPlan, type ToCarryOut } from './carry-out-plan.ts';

export interface SettleDeps extends CarryOutDeps {
  /** The same ledger; what is done through it is told as done by this plan. */
  readonly ledgerOf: (plan: string) => Ledger;
  readonly log: Log;
  /** With more checkpoints than `atOnce` a full pass goes through the ledger by pages of so many; left out: as they are here. */
  readonly sizes?: { readonly atOnce: number; readonly page: number };
}

/** What a look at the ledger, or at some of it, has come to. */
export interface ToSettle {
  readonly plan: ToCarryOut;
  /** Those that were looked at. */
  readonly records: readonly CheckpointRecord[];
  readonly pause: Pause;
  /** To be put up for verification; `isAsked`: by a person. */
  readonly chosen: readonly CheckpointRecord[];
  readonly isAsked: boolean;
}

export interface Settled {
  /** How many changes were begun. */
  readonly changed: number;
  /** Whether there was time for all of them, for what is paused no more, and for what is to be verified. */
  readonly isWhole: boolean;
  /** Whether every change was carried out. */
  readonly isPlanDone: boolean;
  readonly unwritten: readonly UnwrittenRow[];
  /** How many rows were to be written, in all. */
  readonly tried: number;
}

/** Carries the plan out, takes up what is paused no more, and puts up what is to be verified; what cannot be written stops no other. */
export async function settle(
  deps: SettleDeps,
  { plan, records, pause, chosen, isAsked }: ToSettle,
  stopAt: number,
): Promise<Settled> {
  const { policy, ledger, now } = deps;
  const goesOn = () => now() < stopAt;
  const inPlan = plan.changes.length === 0 ? ledger : deps.ledgerOf(planId(policyDigest(policy), plan));
  const names = new Set(chosen.map(nameOf));
  const putUpToo = (record: CheckpointRecord) =>
    names.has(record.checkpoint) ? putUpStale(record, isAsked, now()) : record;
  const written = await carryOutPlan({ ...deps, ledger: inPlan }, plan, stopAt, putUpToo);
  const planned = new Set(plan.changes.map(({ record }) => record.checkpoint));
  const parked = records.filter((record) => unpark(record, pause) !== record);
  const unparked = await sideBySide(
    parked,
    nameOf,
    (record) => changeAsRead(ledger, record, (current) => unpark(current, pause)),
    goesOn,
  );
  const toPutUp = chosen.filter(({ checkpoint }) => !planned.has(checkpoint));
  const putUps = await sideBySide(
    toPutUp,
    nameOf,
    (record) => changeAsRead(ledger, record, (current) => putUpStale(current, isAsked, now())),
    goesOn,
  );
  const passes = [written, unparked, putUps];
  const tried = passes.reduce((sum, { begun }) => sum + begun, 0);
  return {
    changed: written.begun,
    isPlanDone: written.begun === plan.changes.length && written.unwritten.length === 0,
    isWhole: tried === plan.changes.length + parked.length + toPutUp.length,
    unwritten: passes.flatMap((pass) => pass.unwritten),
    tried,
  };
}

function nameOf({ checkpoint }: CheckpointRecord): string {
  return checkpoint;
}

function putUpStale(record: CheckpointRecord, asked: boolean, now: number): CheckpointRecord {
  if (!isWorthListing(record) || (record.verifyAt !== null && record.verifyAt <= now)) return record;
  return putUp(record, asked ? 'repair' : 'verify', now);
}

/** Remembers which checkpoints could not be written, for a person to see, and forgets those that could be since. */
export async function noteUnwritten(
  { ledger, log }: Pick<SettleDeps, 'ledger' | 'log'>,
  unwritten: readonly UnwrittenRow[],
): Promise<void> {
  tellUnwritten(log, unwritten);
  await changeState(ledger, 'reconcile', (state): ReconcileState => {
    if (unwritten.length > 0) return { ...state, unwritten: unwrittenRows(unwritten) };
    const { unwritten: before, ...rest } = state;
    return before === undefined ? state : rest;
  });
}
