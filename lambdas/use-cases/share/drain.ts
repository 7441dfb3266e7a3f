import { dueOf } from '../../core/checkpoint/due.ts';
import type { CheckpointRecord, Priority } from '../../core/model/permission.ts';
import { LANES, type Lane } from '../../core/model/permission.ts';
import { park } from '../../core/pause/park.ts';
import { withoutLook } from '../../core/plan/heard-of.ts';
import { changeCheckpoint, readState } from '../change.ts';
import { auditStep, isAuditDue } from './audit-step.ts';
import { createStep, needsCreate } from './create-step.ts';
import { deleteStep } from './delete-step.ts';
import type { ShareDeps } from './deps.ts';
import { listStep } from './list-step.ts';
import { RowsAside } from './rows-aside.ts';
import { Turn } from './turn.ts';

/** Looked at together, since the index may still show what was done a moment ago. */
const LOOK_AHEAD = 25;

/** Far more than can be posted before the next look. */
const UNLOOKED_AT_ONCE = 100;

export type DrainReport =
  /** Another function has its turn. */
  | { readonly kind: 'busy' }
  /** `left`: work seems to be left for which there was no time or no slot, or which the key is not let do. */
  | { readonly kind: 'drained'; readonly calls: number; readonly left?: true };

/**
 * Does the due work, the most urgent first, the three lanes and the audit log side by side, until nothing is due or
 * `stopAt` has come.
 * Throws when the admin key is of no use, or may not grant or revoke, so that the function fails and its alarm rings; the
 * work stays due.
 */
export async function drain(deps: ShareDeps, owner: string, stopAt: number): Promise<DrainReport> {
  const rows = await RowsAside.begin(deps);
  const report = await drainRows(rows, owner, stopAt).finally(() => rows.remember());
  rows.failIfNoneIsTaken();
  return report;
}

async function drainRows(rows: RowsAside, owner: string, stopAt: number): Promise<DrainReport> {
  const { deps } = rows;
  let calls = 0;
  let isDue = false;
  for (;;) {
    const turn = new Turn(deps, owner, stopAt);
    if (!(await turn.begin())) return calls === 0 ? { kind: 'busy' } : { kind: 'drained', calls };
    const done = await drainLanes(turn, rows).finally(() => turn.end());
    calls += done;
    const problem = turn.keyProblem ?? turn.scopeProblem;
    if (problem !== null) throw problem;
    if (done === 0) return { kind: 'drained', calls, ...((isDue || turn.isHeld) && { left: true }) };
    // Somebody whose wake-up found the lease taken relies on this last look.
    isDue = await isAnythingDue(rows);
    if (!isDue) return { kind: 'drained', calls };
  }
}

async function drainLanes(turn: Turn, rows: RowsAside): Promise<number> {
  let calls = 0;
  for (;;) {
    const tried = await tryKey(turn, rows);
    calls += tried;
    if (tried > 0 && (!(await turn.goesOn()) || turn.resting.isKeyInDoubt())) return calls;
    await postUnlooked(turn);
    const { settled } = turn;
    const lanes = [auditStep(turn), ...LANES.map((lane) => drainLane(turn, lane, rows))].map((lane) =>
      lane.catch((error: unknown) => {
        turn.abandon();
        throw error;
      }),
    );
    // Every lane has come to rest before a failure of one is passed on: none works on behind the function's back.
    await Promise.allSettled(lanes);
    const round = (await Promise.all(lanes)).reduce((sum, count) => sum + count, 0);
    calls += round;
    // What one lane did may have given work to another that had already found none.
    const isIdle = round === 0 && turn.settled === settled;
    if (isIdle || !(await turn.goesOn())) return calls;
  }
}

/** A key that may share and not list shares all the same: what is older than the ledger is posted without a look, then. */
async function postUnlooked(turn: Turn): Promise<void> {
  if (!turn.lacksScope('list')) return;
  const { ledger, now } = turn.deps;
  const due = await ledger.dueCheckpoints('list', now(), UNLOOKED_AT_ONCE);
  for (const { checkpoint } of due.filter(({ checkpoint }) => !turn.looked.has(checkpoint))) {
    turn.looked.add(checkpoint);
    const record = await ledger.getCheckpoint(checkpoint);
    if (record?.lookFirst) await changeCheckpoint(ledger, record, withoutLook);
  }
}

/** A key that was refused is tried with one call, not with one a lane: others may be sharing the slots. */
async function tryKey(turn: Turn, rows: RowsAside): Promise<number> {
  for (const lane of turn.resting.isKeyInDoubt() ? LANES : []) {
    const calls = await drainLane(turn, lane, rows, 1);
    if (calls > 0) return calls;
  }
  return 0;
}

async function drainLane(turn: Turn, lane: Lane, rows: RowsAside, most = Number.POSITIVE_INFINITY): Promise<number> {
  let calls = 0;
  while (calls < most && (await turn.goesOn())) {
    const next = await nextDue(rows, lane);
    if (next === undefined) break;
    const { record, priority } = next;
    if (await rows.guard(record.checkpoint, true, () => settle(turn, lane, record))) continue;
    const slot = await turn.slot(lane, priority);
    if (slot === 'none') break;
    if (slot === 'nap') continue;
    await rows.guard(record.checkpoint, undefined, () => step(turn, lane, record, priority));
    calls++;
  }
  return calls;
}

/** Whether nothing is to be called for after all; what is left of the record may be work for another lane. */
async function settle(turn: Turn, lane: Lane, record: CheckpointRecord): Promise<boolean> {
  if (lane === 'list') return false;
  const isSettled = (await setAside(turn, lane, record)) || (lane === 'create' && !(await needsCreate(turn, record)));
  if (isSettled) turn.settled++;
  return isSettled;
}

/** Whether anything of it was due and is paused: that is set aside, and what is left of it is looked at anew. */
async function setAside(
  { deps, pause }: Turn,
  lane: Exclude<Lane, 'list'>,
  record: CheckpointRecord,
): Promise<boolean> {
  if (park(record, pause, lane, deps.now()) === record) return false;
  await changeCheckpoint(deps.ledger, record, (current) => park(current, pause, lane, deps.now()));
  return true;
}

function step(turn: Turn, lane: Lane, record: CheckpointRecord, priority: Priority): Promise<void> {
  switch (lane) {
    case 'create':
      return createStep(turn, record);
    case 'list':
      return listStep(turn, record, priority);
    case 'delete':
      return deleteStep(turn, record);
  }
}

/** The most urgent checkpoint of a lane that, by its own record, really has work due. */
async function nextDue(
  rows: RowsAside,
  lane: Lane,
): Promise<{ readonly record: CheckpointRecord; readonly priority: Priority } | undefined> {
  const { ledger, now } = rows.deps;
  for (const { checkpoint } of await ledger.dueCheckpoints(lane, now(), LOOK_AHEAD)) {
    const record = await rows.read(checkpoint);
    const due = record && dueOf(record);
    if (record && due && due.lane === lane && due.at <= now()) return { record, priority: due.priority };
  }
  return undefined;
}

async function isAnythingDue(rows: RowsAside): Promise<boolean> {
  const { deps } = rows;
  const next = await Promise.all(LANES.map((lane) => nextDue(rows, lane)));
  return next.some((due) => due !== undefined) || isAuditDue(await readState(deps.ledger, 'audit'), deps.now());
}
