import type { CheckpointRecord } from '../../core/model/permission.ts';
import type { AuditState, PassState, PassWalk } from '../../core/model/system-state.ts';
import { NOT_PAUSED } from '../../core/pause/pause.ts';
import {
  decisionDigest,
  goesOn,
  isFullPassDue,
  lookAgain,
  nextFullPass,
  planAgain,
} from '../../core/plan/full-pass.ts';
import { addChanges } from '../../core/plan/ledger-count.ts';
import { type LedgerPlan, planLedger } from '../../core/plan/ledger-plan.ts';
import { addSeen, NOTHING_SEEN } from '../../core/plan/seen.ts';
import { isToVerify } from '../../core/plan/verification.ts';
import { budgetOf } from '../../core/plan/verification-budget.ts';
import { readWanted } from '../../core/plan/wanted.ts';
import type { Ledger, Page } from '../../core/ports/ledger.ts';
import { changeState, readState } from '../change.ts';
import { everyItem } from '../pages.ts';
import { failIfNoneIsTaken, tellUnwritten } from '../side-by-side.ts';
import { lookAtChanges, OVERLAP_MS } from './look-at-changes.ts';
import { noteWaiting } from './note-waiting.ts';
import { noteUnwritten, type SettleDeps, type Settled, settle } from './settle.ts';
import { useUp } from './use-up.ts';
import { chooseInTurn, chooseStalest } from './verify-in-turn.ts';
import { walkLedger } from './walk-ledger.ts';

export type LedgerDeps = SettleDeps;

/** What a person asks of a reconcile: to look at everything, and to list all of it. */
export interface LookOrder {
  readonly verifyAll: boolean;
  readonly isAsked: boolean;
}

/** What a sweep has looked at, as it found it. */
export interface Look {
  readonly records: readonly CheckpointRecord[];
  /** `page by page`: it is, or goes on to be, a look at everything, and here is only what waits. */
  readonly kind: 'changes' | 'everything' | 'page by page';
  /** A full pass that went page by page, once it has come to its end. */
  readonly walked: PassWalk | null;
  /** Permissions in force in the whole ledger, as the last full pass has counted them. */
  readonly tracked: number;
  /** When the checkpoint was seen at OpenAI, of those looked at, that was not for longest; null where none was looked at for that. */
  readonly oldestSeenAt: number | null;
}

/**
 * Holds the ledger against the policy: wants what is new, lets go of what is not wanted or has expired, takes up what is paused
 * no more, and puts checkpoints up for verification (all of them, if `verifyAll`). No call is made here; what needs one becomes
 * due. It looks at what has changed since the last look; once a day, and whenever that does not do, at everything. Checkpoints
 * that cannot be written stop no other, and are noted.
 */
export async function reconcileLedger(
  deps: LedgerDeps,
  verifyAll: boolean,
  stopAt: number,
  isAsked: boolean = verifyAll,
): Promise<Look> {
  const { policy, ledger, now } = deps;
  const begunAt = now();
  const [pass, waiting, audit, pause] = await Promise.all([
    readState(ledger, 'pass'),
    readState(ledger, 'waitingPlan'),
    readState(ledger, 'audit'),
    readState(ledger, 'pause'),
  ]);
  const digest = decisionDigest(policy, pause);
  const isFull = isAsked || pass.walk !== null || isFullPassDue(pass, digest, waiting, begunAt);
  const part = isFull ? null : await lookAtChanges(deps, pass, pause);
  if (part !== null) {
    const { chosen, verifiedTo, oldestSeenAt } = await chooseInTurn(ledger, policy, pass.verifiedTo, audit, now());
    const settled = await settle(deps, { ...part, pause, chosen, isAsked: false }, stopAt);
    await finish(deps, part, settled, chosen.length);
    if (settled.isWhole) {
      const looked = new Set(part.records.map(({ checkpoint }) => checkpoint));
      const kept = pass.again.filter(({ checkpoint, at }) => at > begunAt && !looked.has(checkpoint));
      const again = [...kept, ...lookAgain(part.records, part.plan, settled.unwritten, begunAt)];
      await changeState(ledger, 'count', (state) => {
        return state.at === pass.at ? addChanges(state, part.changes, begunAt - OVERLAP_MS) : state;
      });
      await leave(deps, pass, { ...pass, ...planAgain(again, pass.nextAt), changedTo: begunAt, verifiedTo });
    }
    return { records: part.records, kind: 'changes', walked: null, tracked: pass.tracked, oldestSeenAt };
  }
  const most = deps.sizes?.atOnce ?? MOST_AT_ONCE;
  const isLarge = pass.checkpoints > most || goesOn(pass.walk, digest, verifyAll, begunAt);
  const all = isLarge ? null : await readAll(ledger, most);
  if (all === null) {
    const written = { tried: 0, unwritten: [] };
    const walked = await walkLedger(deps, { pass, digest, audit, pause, waiting, verifyAll, written }, stopAt);
    const oldestSeenAt = walked === null ? await verifyMeanwhile(deps, pass, audit) : await endWalk(deps, walked);
    failIfNoneIsTaken(written.tried, written.unwritten);
    const { again } = await readState(ledger, 'pass');
    const left = again.flatMap(({ checkpoint, at }) => (at === 0 ? [checkpoint] : []));
    return {
      records: await ledger.getCheckpoints(left),
      kind: 'page by page',
      walked,
      tracked: walked?.tracked ?? pass.tracked,
      oldestSeenAt,
    };
  }
  const { records, jobs } = all;
  const plan = planLedger({ policy, jobs, records, waiting, pause, now: now() });
  await noteWaiting(deps, plan, waiting.confirmedId);
  const chosen = verifyAll
    ? records.filter((record) => isToVerify(record, now()))
    : chooseStalest(policy, records, audit, now());
  const settled = await settle(deps, { plan, records, pause, chosen, isAsked: verifyAll }, stopAt);
  if (settled.isPlanDone) await useUp(ledger, plan, now());
  await finish(deps, { records, plan }, settled, chosen.length);
  await leave(deps, pass, {
    ...pass,
    ...planAgain(lookAgain(records, plan, settled.unwritten, begunAt), nextFullPass(begunAt)),
    digest: settled.isWhole ? digest : null,
    at: begunAt,
    changedTo: begunAt,
    checkpoints: records.length,
    tracked: plan.tracked,
    walk: null,
  });
  const { oldestAt: oldestSeenAt } = addSeen(NOTHING_SEEN, records);
  return { records, kind: 'everything', walked: null, tracked: plan.tracked, oldestSeenAt };
}

/** With so many checkpoints a full pass goes through the ledger page by page; up to then, all are decided on at once. */
const MOST_AT_ONCE = 1_000;
/** One with more permissions than that counts for several. */
const PERMISSIONS_A_CHECKPOINT = 30;
/** Jobs of which nothing is shared are many, and small. */
const JOBS_A_CHECKPOINT = 5;

/** Null where there are more than that. */
async function readAll(ledger: Ledger, most: number) {
  const records = await readSome(
    (cursor) => ledger.listCheckpoints(cursor),
    most,
    ({ permissions }) => {
      return Math.max(1, Object.keys(permissions).length / PERMISSIONS_A_CHECKPOINT);
    },
  );
  const jobs =
    records &&
    (await readSome(
      (cursor) => ledger.listJobs(cursor),
      most,
      () => 1 / JOBS_A_CHECKPOINT,
    ));
  return records && jobs && { records, jobs };
}

async function readSome<T>(
  readPage: (cursor: string | null) => Promise<Page<T>>,
  most: number,
  weightOf: (item: T) => number,
): Promise<T[] | null> {
  const items: T[] = [];
  let weight = 0;
  for await (const item of everyItem(readPage)) {
    weight += weightOf(item);
    if (weight > most) return null;
    items.push(item);
  }
  return items;
}

/** The pass has come to its end: the stalest are put up, the person's word is used up, and the next sweeps look at what changes. */
async function endWalk(deps: LedgerDeps, walk: PassWalk): Promise<Look['oldestSeenAt']> {
  const { policy, ledger, now, log } = deps;
  const { begunAt, verdict, unwritten } = walk;
  const { id = null, revoking = 'none', word = null } = verdict ?? {};
  const given = word === null ? ({ kind: 'none' } as const) : ({ kind: 'holds', id: word } as const);
  if (unwritten.length === 0) await useUp(ledger, { id, revoking, word: given }, now());
  const most = budgetOf(policy.reconcile);
  const queued = most === 0 ? [] : await ledger.dueCheckpoints('list', now(), most);
  const stalest = walk.stalest.slice(0, Math.max(0, most - queued.length)).map(({ checkpoint }) => checkpoint);
  const chosen = await ledger.getCheckpoints(stalest);
  const settled = await putUpAlone(deps, chosen);
  await noteUnwritten(deps, [...unwritten, ...settled.unwritten]);
  log.info('Full pass ended', {
    checkpoints: walk.checkpoints,
    jobs: walk.jobs,
    toVerify: chosen.length,
    revoking,
    begunAt,
  });
  await changeState(ledger, 'count', (state) => {
    const { counted, shutdowns } = walk;
    const from = counted.pages[0]?.[1] ?? begunAt;
    return (state.at ?? 0) >= begunAt ? state : { ...state, at: begunAt, from, counted, shutdowns };
  });
  await changeState(ledger, 'pass', (state) => {
    if (state.walk?.begunAt !== begunAt) return state;
    const next = planAgain(walk.again, nextFullPass(begunAt));
    const { digest, checkpoints, tracked, lookups } = walk;
    return { ...state, ...next, digest, at: begunAt, changedTo: begunAt, checkpoints, tracked, lookups, walk: null };
  });
  return walk.counted.seen.oldestAt;
}

/** The whole may take hours, and has to begin anew now and then: what is to be verified in turn does not wait for its end. */
async function verifyMeanwhile(deps: LedgerDeps, pass: PassState, audit: AuditState): Promise<Look['oldestSeenAt']> {
  const { ledger, policy, now, log } = deps;
  const { chosen, verifiedTo, oldestSeenAt } = await chooseInTurn(ledger, policy, pass.verifiedTo, audit, now());
  tellUnwritten(log, (await putUpAlone(deps, chosen)).unwritten);
  await changeState(ledger, 'pass', (state) => (state.verifiedTo === verifiedTo ? state : { ...state, verifiedTo }));
  return oldestSeenAt;
}

/** Puts these up for verification, and decides nothing. */
function putUpAlone(deps: LedgerDeps, chosen: readonly CheckpointRecord[]): Promise<Settled> {
  const wanted = readWanted(deps.policy, [], deps.now());
  const plan = { wanted, changes: [], revocations: [], revoking: 'none', word: { kind: 'none' } } as const;
  return settle(deps, { plan, records: [], pause: NOT_PAUSED, chosen, isAsked: false }, deps.now() + END_MS);
}

/** What is put up at the end takes a few seconds, for which there is time before a function is cut off. */
const END_MS = 20_000;

interface Part {
  readonly records: readonly CheckpointRecord[];
  readonly plan: LedgerPlan;
}

/** Where another sweep came between, it has left what is to be known: what this one has looked at may be looked at again. */
async function leave({ ledger }: LedgerDeps, before: PassState, after: PassState): Promise<void> {
  await changeState(ledger, 'pass', (state) => (state.version === before.version ? after : state));
}

async function finish(deps: LedgerDeps, { records, plan }: Part, settled: Settled, toVerify: number): Promise<void> {
  await noteUnwritten(deps, settled.unwritten);
  deps.log.info('Ledger reconciled', {
    checkpoints: records.length,
    changed: settled.changed,
    unwritten: settled.unwritten.length,
    revocations: plan.revocations.length,
    revoking: plan.revoking,
    toVerify,
  });
  failIfNoneIsTaken(settled.tried, settled.unwritten);
}
