import type { JobRecord } from '../../core/model/job.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import type { AuditState, PassState, PassWalk, WaitingPlan } from '../../core/model/system-state.ts';
import type { Pause } from '../../core/pause/pause.ts';
import { createTally, judgeWord } from '../../core/plan/confirmation.ts';
import { goesOn, isRootless, lookAgain, MOST_AGAIN, newWalk, pagesOf } from '../../core/plan/full-pass.ts';
import { countsFrom, countTracked, letGoSince } from '../../core/plan/guard.ts';
import { countJobs, countPage } from '../../core/plan/ledger-count.ts';
import { judge, planPart, unheardOf } from '../../core/plan/ledger-plan.ts';
import { isToVerify, seenAt } from '../../core/plan/verification.ts';
import { budgetOf } from '../../core/plan/verification-budget.ts';
import { readWanted } from '../../core/plan/wanted.ts';
import { policyDigest } from '../../core/policy/policy.ts';
import type { UnwrittenRow } from '../../core/row-failure.ts';
import { changeAsRead, changeState } from '../change.ts';
import { everyItem } from '../pages.ts';
import { sideBySide } from '../side-by-side.ts';
import type { ToCarryOut } from './carry-out-plan.ts';
import { noteWaiting } from './note-waiting.ts';
import { addModels } from './page-models.ts';
import { type SettleDeps, type Settled, settle } from './settle.ts';
import { chooseStalest } from './verify-in-turn.ts';

/** Checkpoints, and jobs, that are looked at in one step. */
const PAGE = 100;

export interface WalkContext {
  readonly pass: PassState;
  readonly digest: string;
  readonly audit: AuditState;
  readonly pause: Pause;
  readonly waiting: WaitingPlan;
  readonly verifyAll: boolean;
  /** What this invocation has come to, whatever of it is on which page: takes in what each page does. */
  readonly written: { tried: number; readonly unwritten: UnwrittenRow[] };
}

/** Another invocation has gone on with the pass meanwhile, and this one leaves it to that. */
class OvertakenError extends Error {}

/**
 * A full pass over a ledger of any size, a page in memory at a time. It counts what is to be revoked, and puts it aside, before
 * anything is: the guard judges the whole. Nothing else waits for that. How far it has come is kept after each page, so that the
 * next invocation goes on where time or the machine ended this one; with another digest it begins anew. Gives back the pass once it
 * is at its end; null where it goes on, or somebody else has gone on with it.
 */
export async function walkLedger(deps: SettleDeps, context: WalkContext, stopAt: number): Promise<PassWalk | null> {
  const { pass, digest, verifyAll } = context;
  const isOn = goesOn(pass.walk, digest, verifyAll, deps.now());
  // What a person has asked for holds by other rules, too.
  const isAsked = verifyAll || pass.walk?.verifyAll === true;
  // It also names the pass: what an earlier one has put aside is none of its.
  const begunAt = Math.max(deps.now(), pass.at + 1, (pass.walk?.begunAt ?? 0) + 1);
  let walk = isOn ? pass.walk : newWalk(digest, begunAt, isAsked);
  try {
    if (!isOn) walk = await keep(deps, (state) => state.version === pass.version, walk);
    while (deps.now() < stopAt) {
      const next = await STEPS[walk.part](deps, context, walk, stopAt);
      if (next === 'no time') return null;
      if (next === 'done') return walk;
      const { begunAt: of, step } = walk;
      walk = await keep(deps, (state) => state.walk?.begunAt === of && state.walk.step === step, next);
    }
  } catch (error) {
    if (!(error instanceof OvertakenError)) throw error;
    deps.log.info('Another reconcile has gone on with the full pass', { begunAt: walk.begunAt });
  }
  return null;
}

async function keep({ ledger }: SettleDeps, isOurs: (state: PassState) => boolean, next: PassWalk): Promise<PassWalk> {
  const walk = { ...next, step: next.step + 1 };
  let isKept = false;
  await changeState(ledger, 'pass', (state) => {
    isKept = isOurs(state);
    return isKept ? { ...state, walk } : state;
  });
  if (!isKept) throw new OvertakenError();
  return walk;
}

type Step = (
  deps: SettleDeps,
  context: WalkContext,
  walk: PassWalk,
  stopAt: number,
) => Promise<PassWalk | 'no time' | 'done'>;

const STEPS: Readonly<Record<PassWalk['part'], Step>> = {
  jobs: wantUnheardOf,
  checkpoints: lookAtPage,
  revocations: revokeWhatWasCounted,
};

const NOTHING_REVOKED = { revocations: [], revoking: 'waiting', word: { kind: 'none' } } as const;

/** Wants what the rules want of a page of jobs, and the ledger has no record of; at the end, what is pinned besides. */
async function wantUnheardOf(
  deps: SettleDeps,
  context: WalkContext,
  walk: PassWalk,
  stopAt: number,
): Promise<PassWalk | 'no time'> {
  const { ledger, policy, now, sizes } = deps;
  const { pause } = context;
  const { items: jobs, cursor } = await ledger.listJobs(walk.after, sizes?.page ?? PAGE);
  const wanted = readWanted(policy, jobs, now());
  const jobOf = new Map(jobs.flatMap((job) => job.checkpoints.map(({ checkpoint }) => [checkpoint, job] as const)));
  const pinned = new Set(cursor === null ? policy.permissions.map(({ checkpoint }) => checkpoint) : []);
  const names = [...wanted.wants.keys()].filter((name) => jobOf.has(name) || pinned.has(name));
  const records = await ledger.getCheckpoints(names);
  const rooted = await sideBySide(
    records.filter(({ checkpoint, jobId }) => jobId === null && jobOf.has(checkpoint)),
    ({ checkpoint }) => checkpoint,
    (record) => changeAsRead(ledger, record, (current) => withRoot(current, jobOf.get(current.checkpoint))),
  );
  const unheard = unheardOf(wanted, jobs, records, now()).filter(({ checkpoint }) => names.includes(checkpoint));
  const part = planPart(policy, wanted, unheard, pause, now());
  const plan = { ...part, ...NOTHING_REVOKED };
  const settled = await settle(deps, { plan, records: [], pause, chosen: [], isAsked: false }, stopAt);
  if (!settled.isWhole) return 'no time';
  const left = { tried: settled.tried + rooted.begun, unwritten: [...settled.unwritten, ...rooted.unwritten] };
  const after = afterPart(context, walk, [], plan, left);
  const counted = countJobs(walk.counted, jobs);
  const onward = { ...after, counted, jobs: walk.jobs + jobs.length, after: cursor };
  return cursor === null ? { ...onward, part: 'checkpoints' } : onward;
}

/** A checkpoint that was known before its job learns its origin. */
function withRoot(record: CheckpointRecord, job: JobRecord | undefined): CheckpointRecord {
  if (record.jobId !== null || job === undefined) return record;
  return { ...record, source: job.source, jobId: job.jobId };
}

/** Holds a page of checkpoints against the policy; what is to be revoked is put aside. */
async function lookAtPage(
  deps: SettleDeps,
  context: WalkContext,
  walk: PassWalk,
  stopAt: number,
): Promise<PassWalk | 'no time'> {
  const { ledger, policy, now, sizes } = deps;
  const { pause, audit, waiting } = context;
  const readAt = now();
  const { items: records, cursor } = await ledger.listCheckpoints(walk.after, sizes?.page ?? PAGE);
  const part = await planRecords(deps, pause, records);
  const chosen = walk.verifyAll ? records.filter((record) => isToVerify(record, now())) : [];
  const toSettle = { plan: { ...part, ...NOTHING_REVOKED }, records, pause, chosen, isAsked: true };
  const settled = await settle(deps, toSettle, stopAt);
  if (!settled.isWhole) return 'no time';
  for (const page of pagesOf(walk.after ?? '', part, now())) await ledger.putAside(walk.begunAt, page);
  const lately = letGoSince(records, countsFrom(waiting, walk.begunAt));
  const stalest = walk.verifyAll ? [] : chooseStalest(policy, records, audit, now());
  const counted: PassWalk = {
    ...afterPart(context, walk, records, part, settled),
    ...(await addModels(ledger, policy, walk, records, now())),
    counted: countPage(walk.counted, walk.after, records, readAt),
    after: cursor,
    checkpoints: walk.checkpoints + records.length,
    tracked: walk.tracked + countTracked(records),
    letGo: {
      permissions: walk.letGo.permissions + lately.permissions,
      untracked: walk.letGo.untracked + lately.untracked,
    },
    stalest: [...walk.stalest, ...stalest.map((record) => ({ checkpoint: record.checkpoint, seenAt: seenAt(record) }))]
      .sort((a, b) => a.seenAt - b.seenAt)
      .slice(0, budgetOf(policy.reconcile)),
  };
  if (cursor !== null) return counted;
  return { ...counted, part: 'revocations', verdict: await judgeWhole(deps, context, counted) };
}

async function planRecords({ ledger, policy, now }: SettleDeps, pause: Pause, records: readonly CheckpointRecord[]) {
  const jobIds = new Set(records.flatMap(({ jobId }) => (jobId === null ? [] : [jobId])));
  const wanted = readWanted(policy, await ledger.getJobs([...jobIds]), now());
  const known = records.filter((record) => !isRootless(record));
  return planPart(policy, wanted, known, pause, now());
}

function afterPart(
  { written }: WalkContext,
  walk: PassWalk,
  records: readonly CheckpointRecord[],
  part: Pick<ToCarryOut, 'changes'>,
  { unwritten, tried }: Pick<Settled, 'unwritten' | 'tried'>,
): PassWalk {
  written.tried += tried;
  written.unwritten.push(...unwritten);
  // From the beginning: what expires while a page is worked on, or before it is once more, is on no other list.
  const again = [...walk.again, ...lookAgain(records, part, unwritten, walk.begunAt)];
  return {
    ...walk,
    again: again.sort((a, b) => a.at - b.at).slice(0, MOST_AGAIN + 1),
    unwritten: [...walk.unwritten, ...unwritten].slice(0, MOST_AGAIN),
  };
}

/** All has been counted: the guard judges it. */
async function judgeWhole(
  deps: SettleDeps,
  { waiting }: WalkContext,
  { begunAt, tracked, letGo }: PassWalk,
): Promise<PassWalk['verdict']> {
  const { ledger, policy, now } = deps;
  const tally = createTally(waiting);
  let pruned = 0;
  for await (const page of everyItem((cursor) => ledger.listAside(begunAt, cursor))) {
    for (const revocation of page.revocations) tally.add(revocation);
    pruned += page.pruned;
  }
  const found = tally.end();
  const word = judgeWord(waiting, found, policyDigest(policy), now());
  const revoking = judge({ revocations: found.count, pruned, tracked, lately: letGo }, word);
  const id = found.count > 0 ? found.id : null;
  const counted = { id, revoking, tracked, letGoLately: letGo.permissions, revocations: found };
  await noteWaiting(deps, counted, waiting.confirmedId);
  return { id, revoking, word: word.kind === 'holds' ? word.id : null };
}

/** Carries out what was put aside of some pages, if the guard has let it through: that, and nothing that has come since. */
async function revokeWhatWasCounted(
  deps: SettleDeps,
  context: WalkContext,
  walk: PassWalk,
  stopAt: number,
): Promise<PassWalk | 'no time' | 'done'> {
  const { ledger } = deps;
  const { pause } = context;
  const { revoking = 'none', word = null } = walk.verdict ?? {};
  if (revoking !== 'allowed' && revoking !== 'confirmed') return 'done';
  const { items, cursor } = await ledger.listAside(walk.begunAt, walk.after, 1);
  const revocations = items.flatMap((page) => page.revocations);
  const records = await ledger.getCheckpoints([...new Set(revocations.map(({ checkpoint }) => checkpoint))]);
  const part = await planRecords(deps, pause, records);
  const given = word === null ? ({ kind: 'none' } as const) : ({ kind: 'holds', id: word } as const);
  const plan = { ...part, revocations, revoking, word: given };
  const settled = await settle(deps, { plan, records, pause, chosen: [], isAsked: false }, stopAt);
  if (!settled.isWhole) return 'no time';
  const after = { ...afterPart(context, walk, [], part, settled), after: cursor };
  return cursor === null ? { ...after, verdict: walk.verdict && { ...walk.verdict, revoking: 'none' } } : after;
}
