import { idsOf, permissionsOf } from '../../../lambdas/core/checkpoint/record.ts';
import { addTally, NO_TALLY, tallyOf } from '../../../lambdas/core/checkpoint/tally.ts';
import type { JobFacts } from '../../../lambdas/core/model/job.ts';
import type { CheckpointRecord, PermissionRecord } from '../../../lambdas/core/model/permission.ts';
import { addChanges } from '../../../lambdas/core/plan/ledger-count.ts';
import { type KnownJob, readWanted } from '../../../lambdas/core/plan/wanted.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import { describeCheckpoint } from '../engine/describe.ts';
import { factsOf } from '../openai/jobs.ts';
import type { Permission } from '../openai/organization.ts';
import { wasLost } from '../scenario/scenario.ts';
import type { World } from '../world.ts';
import { pairOf } from './pair.ts';

const CONVERGES = 'it converges to what the policy wants';
const COUNTED = 'what is told to be there is there';
/** More than a world comes to. */
const MOST_CHANGES = 100_000;
const TRACKED = 'every id that OpenAI has is tracked';

/** What has to hold once all is quiet and a day has gone by. */
export async function checkEnd(world: World): Promise<void> {
  const { policy, organization, watch, judge, scenario, scheduler, ledger } = world;
  const { isSwept } = scenario;
  // Whoever made a second one before the checkpoint was ours: the audit log does not tell of it any more, only a list.
  const isListed = isSwept && (scenario.isVerified || policy.reconcile.auditLog === 'off');
  const waiting = await ledger.getState('waitingPlan');
  const isWaiting = waiting !== undefined && waiting.id !== null;
  const jobs = await Promise.all(organization.jobs.map((job) => knownAs(factsOf(job), ledger)));
  const forgotten = new Set(jobs.flatMap((job) => (job.forgotten ? [job.jobId] : [])));
  const { wants } = readWanted(policy, jobs, scheduler.now);
  const wanted = new Set(
    [...wants].flatMap(([checkpoint, all]) => all.map((want) => pairOf(checkpoint, want.projectId))),
  );
  const isWanted = (checkpoint: string, projectId: string) => wanted.has(pairOf(checkpoint, projectId));

  for (const [checkpoint, all] of wants) {
    if (!organization.models.has(checkpoint) || isLeftForGone(checkpoint)) continue;
    for (const { projectId } of all) {
      const row = watch.records.get(checkpoint)?.permissions[projectId];
      // Without a sweep nobody takes back what somebody wished otherwise.
      const mayDiffer = !isSwept && watch.wished.has(pairOf(checkpoint, projectId));
      const isHeld = watch.words.on(checkpoint, projectId) !== undefined;
      if (mayDiffer || isHeld || (row?.want ?? null) !== null) continue;
      judge.violated(CONVERGES, `${checkpoint} with ${projectId} is not in the ledger as wanted`);
    }
  }
  for (const record of watch.records.values()) {
    if (isLeftForGone(record.checkpoint)) continue;
    for (const row of permissionsOf(record)) {
      const problem = problemWith(record, row) ?? leftOver(record, row);
      if (problem !== null) judge.violated(CONVERGES, `${problem}: ${row.projectId} of ${describeCheckpoint(record)}`);
      for (const permissionId of idsOf(row)) {
        const found = await ledger.findPermission(permissionId);
        if (found?.checkpoint === record.checkpoint && found.projectId === row.projectId) continue;
        judge.violated(TRACKED, `${permissionId} of ${describeCheckpoint(record)} is not found by its id`);
      }
    }
  }
  for (const permission of organization.permissions) {
    const { checkpoint, projectId, permissionId } = permission;
    if (wasLost(scenario, checkpoint)) continue;
    const row = watch.records.get(checkpoint)?.permissions[projectId];
    const isTracked = row !== undefined && idsOf(row).includes(permissionId);
    // What was forgotten counts as anybody’s.
    const isOurs = permission.maker === 'us' && !watch.words.disowned.has(permissionId);
    if (permission.deleted !== null || isTracked || !mustBeTracked(permission, row, isOurs)) continue;
    judge.violated(TRACKED, `${permissionId} of ${projectId} on ${checkpoint}`);
  }

  const count = await ledger.getState('count');
  // By clocks that run apart, what was written in the moment of a count may be taken for earlier or later.
  const isTold = count !== undefined && !scenario.weather.isUntraced && scenario.skewMs === 0;
  if (isTold && count.at === (await ledger.getState('pass'))?.at) {
    const told = addChanges(count, await ledger.changesSince(count.from, MOST_CHANGES)).counted.tally;
    const there = tallyOf([...watch.records.values()]);
    const [is, shouldBe] = [told, there].map((tally) => JSON.stringify(addTally(NO_TALLY, tally)));
    if (is !== shouldBe) judge.violated(COUNTED, `${is}, and there is ${shouldBe}`);
  }

  /** It was lost, and was taken for gone: nobody looks again before a week has gone by, but where a person asks for it. */
  function isLeftForGone(checkpoint: string): boolean {
    const isAskedFor = isSwept && scenario.isVerified;
    return wasLost(scenario, checkpoint) && !isAskedFor && (watch.records.get(checkpoint)?.gone ?? null) !== null;
  }

  /** Ours in any case, others' where a list shows them; of a project that OpenAI refuses, it is not asked. */
  function mustBeTracked(
    { checkpoint, projectId }: Permission,
    row: PermissionRecord | undefined,
    isOurs: boolean,
  ): boolean {
    if (!isOurs) return isListed && row?.state === 'active' && row.want !== null;
    // Another one, made while our call was in doubt, may be taken for ours until the next list.
    const others = organization.living(checkpoint).filter((other) => other.maker === 'people');
    return isSwept || !others.some((other) => other.projectId === projectId);
  }

  /** Whether what the row says is finished, and so at OpenAI. */
  function problemWith({ checkpoint }: CheckpointRecord, row: PermissionRecord): string | null {
    const { state, projectId, want, permissionId, repairs } = row;
    const isIgnored = watch.words.on(checkpoint, projectId) === 'ignored';
    const permission = permissionId === null ? undefined : organization.find(permissionId);
    const isThere = permission !== undefined && permission.deleted === null;
    switch (state) {
      case 'pending':
      case 'unknown':
      case 'revoking':
        return 'left undone';
      case 'active':
        return isThere || (permission?.deleted?.by !== 'us' && !isSwept) ? null : 'the ledger has what OpenAI has not';
      case 'revoked':
        // What a project has is closed with it, without a call.
        return isThere && isOpen(projectId) ? 'the ledger says revoked, and OpenAI has it' : null;
      case 'drifted':
        return want?.onDrift === 'report' || repairs.length > 0 || isIgnored ? null : 'not repaired';
      case 'rejected': {
        const isTaken = organization.models.has(checkpoint) && isOpen(projectId);
        return isTaken && !isIgnored && organization.owners.get(checkpoint) !== projectId
          ? 'rejected, and OpenAI would take it'
          : null;
      }
      default:
        return want === null ? null : `wanted, and ${state}`;
    }
  }

  function isOpen(projectId: string): boolean {
    return organization.projects.get(projectId) === 'active';
  }

  /** Whether the row is one that the last policy has no use for. */
  function leftOver(
    { checkpoint, gone, jobId }: CheckpointRecord,
    { projectId, want, state, lastOrigin }: PermissionRecord,
  ): string | null {
    if (watch.words.on(checkpoint, projectId) === 'ignored') return null;
    if (want?.expiresAt != null && want.expiresAt <= scheduler.now && isSwept && !isWaiting && gone === null) {
      return 'kept beyond its time';
    }
    // What the rules wanted of a forgotten job is let go of by nobody.
    const isBeside =
      want?.origin === 'operator' || want?.origin === 'adopted' || (want !== null && forgotten.has(jobId ?? ''));
    const isLeft = !isWanted(checkpoint, projectId) && !isBeside && state !== 'foreign';
    if (!isLeft || !isSwept || isWaiting || gone !== null) return null;
    if (want !== null) return 'wanted by no rule of the last policy';
    // What an emptied list held is kept.
    const isListEmpty = (lastOrigin === 'pinned' ? policy.permissions : policy.rules).length === 0;
    return policy.prune && !isListEmpty && (state === 'active' || state === 'orphaned') ? 'not pruned' : null;
  }
}

/** A job as the ledger has it where it does: forgotten, it may be. */
async function knownAs(facts: JobFacts, ledger: Pick<Ledger, 'getJob'>): Promise<KnownJob> {
  const known = await ledger.getJob(facts.jobId);
  return known?.forgotten ? { ...facts, forgotten: known.forgotten } : facts;
}
