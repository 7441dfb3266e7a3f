import { createHash } from 'node:crypto';
import { permissionsOf } from '../checkpoint/record.ts';
import type { CheckpointRecord } from '../model/permission.ts';
import type { PassState, PassWalk, WaitingPlan } from '../model/system-state.ts';
import type { Pause } from '../pause/pause.ts';
import { canonicalJson, type Policy } from '../policy/policy.ts';
import type { PutAside } from '../ports/ledger.ts';
import type { UnwrittenRow } from '../row-failure.ts';
import { inOrder } from './guard.ts';
import { NOTHING_COUNTED } from './ledger-count.ts';
import type { PartPlan } from './ledger-plan.ts';
import type { Action } from './plan.ts';
import { isPruned } from './plan-checkpoint.ts';

const DAY_MS = 24 * 60 * 60_000;

/** So many checkpoints a sweep looks at again at most; where there are more, it takes a look at all. */
export const MOST_AGAIN = 1_000;

/** Of everything but the ledger's own rows and the time that a decision depends on: the policy, and what is paused. */
export function decisionDigest(policy: Policy, { all, rules, sources }: Pause): string {
  return createHash('sha256').update(canonicalJson({ policy, all, rules, sources })).digest('hex');
}

/**
 * Whether a sweep has to look at the whole ledger: by other rules than the last full pass, a day after it, or while a plan
 * waits for a person, or their word to be carried out, since the guard judges the whole.
 */
export function isFullPassDue(
  pass: PassState,
  digest: string,
  { id, confirmedId }: Pick<WaitingPlan, 'id' | 'confirmedId'>,
  now: number,
): boolean {
  return pass.digest !== digest || pass.nextAt <= now || id !== null || confirmedId !== null;
}

/** A checkpoint as a sweep has left it, with what it has decided on. */
export interface Looked {
  readonly record: CheckpointRecord;
  readonly actions: readonly Action[];
  /** Something of it is left to be done. */
  readonly isLeft: boolean;
}

/** When a checkpoint is to be looked at again though nothing changes; null = with the next full pass. */
export function againAt({ record, actions, isLeft }: Looked, now: number): number | null {
  if (isLeft || record.absence !== undefined) return 0;
  const wants = [...permissionsOf(record), ...actions].map((of) => ('want' in of ? of.want : null));
  const expiries = wants.flatMap((want) => want?.expiresAt ?? []).filter((at) => at > now && at <= now + DAY_MS);
  return expiries.length === 0 ? null : Math.min(...expiries);
}

/** What is to be looked at again, and when the next full pass is due: the sooner, the more there is. */
export function planAgain(again: PassState['again'], nextAt: number): Pick<PassState, 'again' | 'nextAt'> {
  const sorted = again.toSorted((a, b) => a.at - b.at);
  const beyond = sorted[MOST_AGAIN];
  return { again: sorted.slice(0, MOST_AGAIN), nextAt: Math.min(nextAt, beyond?.at ?? nextAt) };
}

/** What of a part of the ledger is to be looked at again, from when. */
export function lookAgain(
  records: readonly CheckpointRecord[],
  { changes }: Pick<PartPlan, 'changes'>,
  unwritten: readonly Pick<UnwrittenRow, 'row'>[],
  now: number,
): PassState['again'] {
  const actions = new Map(changes.map((change) => [change.record.checkpoint, change.actions]));
  const left = new Set(unwritten.map(({ row }) => row));
  const all = new Map(
    [...changes.map(({ record }) => record), ...records].map((record) => [record.checkpoint, record]),
  );
  return [...all].flatMap(([checkpoint, record]) => {
    const at = againAt({ record, actions: actions.get(checkpoint) ?? [], isLeft: left.has(checkpoint) }, now);
    return at === null ? [] : [{ checkpoint, at }];
  });
}

/** After a full pass that began then. */
export function nextFullPass(at: number): number {
  return at + DAY_MS;
}

/**
 * A rule's wish on a checkpoint of which the ledger does not know the job. Which job it is, only the whole ledger tells.
 */
export function isRootless({ jobId, ...record }: CheckpointRecord): boolean {
  if (jobId !== null) return false;
  return permissionsOf(record as CheckpointRecord).some(({ want, lastOrigin, state }) => {
    if (want !== null) return want.origin === 'policy';
    if (state === 'foreign' || state === 'revoked') return false;
    return lastOrigin !== 'pinned' && lastOrigin !== 'operator' && lastOrigin !== 'adopted';
  });
}

/** It goes on from one invocation to the next for as long as that; what it has counted is of no use any more then. */
const LONGEST_WALK_MS = 2 * DAY_MS;

export function newWalk(digest: string, begunAt: number, verifyAll: boolean): PassWalk {
  return {
    digest,
    begunAt,
    step: 0,
    part: 'jobs',
    after: null,
    verifyAll,
    checkpoints: 0,
    jobs: 0,
    tracked: 0,
    letGo: { permissions: 0, untracked: 0 },
    again: [],
    stalest: [],
    unwritten: [],
    lookups: [],
    shutdowns: [],
    bases: {},
    counted: NOTHING_COUNTED,
    verdict: null,
  };
}

/** Whether a pass that is under way goes on; by other rules, or after days, it begins anew. */
export function goesOn(walk: PassWalk | null, digest: string, verifyAll: boolean, now: number): walk is PassWalk {
  if (walk === null || walk.digest !== digest || walk.begunAt <= now - LONGEST_WALK_MS) return false;
  return walk.verifyAll || !verifyAll;
}

/** Revocations in rows that DynamoDB takes: the first page of them, then what comes after a checkpoint. */
export function pagesOf(after: string, { changes }: Pick<PartPlan, 'changes'>, now: number): readonly PutAside[] {
  const pages: PutAside[] = [];
  let page: PutAside = { after, revocations: [], pruned: 0 };
  for (const { record, actions } of changes) {
    const revoked = actions.filter(({ kind }) => kind === 'revoke').map(({ projectId }) => projectId);
    if (page.revocations.length + revoked.length > MOST_A_ROW && page.revocations.length > 0) {
      pages.push(page);
      page = { after: page.revocations.at(-1)?.checkpoint ?? after, revocations: [], pruned: 0 };
    }
    const { checkpoint } = record;
    const revocations = [...page.revocations, ...inOrder(revoked.map((projectId) => ({ checkpoint, projectId })))];
    const pruned = page.pruned + revoked.filter((projectId) => isPruned(record, projectId, now)).length;
    page = { ...page, revocations, pruned };
  }
  return page.revocations.length === 0 ? pages : [...pages, page];
}

/** Each takes some 120 bytes of a row's 400 KB. */
const MOST_A_ROW = 2_000;
