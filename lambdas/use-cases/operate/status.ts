import type { NotedJob } from '../../core/model/job-tally.ts';
import { aliasOf, policyDigest, sourcesOf } from '../../core/policy/policy.ts';
import type { JobNote, QueueDepth } from '../../shared/contract/operator.ts';
import { readState } from '../change.ts';
import { toIso, toIsoOrNull } from './answer.ts';
import { countLedger, permissionCounts } from './count.ts';
import type { Command, OperateDeps } from './deps.ts';
import { lookAtEndpoint } from './doctor/webhook-endpoint.ts';
import { readPacer } from './endpoint-status.ts';
import {
  absentStatus,
  auditLogStatus,
  fullPassStatus,
  keyWatchStatus,
  pauseStatus,
  readSources,
  readSweeps,
  reconcileStatus,
  sourceStatus,
  unwrittenStatus,
  verificationStatus,
  waitingPlanStatus,
} from './source-status.ts';

/** As far ahead as the first warning. */
const SHOWN_DAYS = 90;

/** `version`: what is deployed. Reads nothing. */
export const version: Command<'version'> = async ({ version: deployed, policy }) => {
  return { version: deployed, policyDigest: policyDigest(policy) };
};

/** `status`: how the system stands. Answers with numbers, those of a large ledger as the last full pass has counted them. */
export const status: Command<'status'> = async (deps, asked) => {
  const { ledger, policy } = deps;
  const now = deps.now();
  const [count, sources, sweeps, refused, pacer, queue, deadLetters, endpoints] = await Promise.all([
    countLedger(ledger, policy, now),
    readSources(ledger),
    readSweeps(ledger, policy),
    ledger.refusedProjects(),
    readPacer(deps, now),
    depthOrNull(deps, 'observe'),
    depthOrNull(deps, 'deadLetters'),
    asked.endpoints ? endpointProblems(deps) : new Map<string, string>(),
  ]);
  const [reconcile, pass, waitingPlan, audit, pause, aside, keyWatch] = await Promise.all([
    readState(ledger, 'reconcile'),
    readState(ledger, 'pass'),
    readState(ledger, 'waitingPlan'),
    readState(ledger, 'audit'),
    readState(ledger, 'pause'),
    readState(ledger, 'aside'),
    readState(ledger, 'keyWatch'),
  ]);
  const { tally, jobs, verifiable } = count;
  const { known, notEnded, withNotes } = jobs;
  return {
    at: toIso(now),
    policyDigest: policyDigest(policy),
    sources: sourceStatus(policy, sources, jobs.bySource, sweeps, endpoints),
    checkpoints: tally.checkpoints,
    permissions: permissionCounts(tally),
    flapping: tally.flapping,
    due: count.due,
    countedAt: toIsoOrNull(count.countedAt),
    pacer,
    queue,
    deadLetters,
    jobs: { known, notEnded, withNotes, notes: jobs.notes.map(noteOf) },
    refusedProjects: refused.map(({ projectId, reason, retryAt }) => {
      return { projectId, project: aliasOf(policy, projectId), reason, retryAt: toIso(retryAt) };
    }),
    reconcile: reconcileStatus(reconcile),
    fullPass: fullPassStatus(pass),
    verification: verificationStatus(verifiable, policy, deps.pacerRules),
    auditLog: auditLogStatus(verifiable, policy, audit),
    shutdowns: count.shutdowns.filter(({ daysLeft }) => daysLeft <= SHOWN_DAYS),
    waitingPlan: waitingPlanStatus(waitingPlan),
    paused: pauseStatus(pause),
    unwritten: unwrittenStatus(reconcile, aside),
    keys: keyWatchStatus(keyWatch, now),
    absent: absentStatus(count.records),
  };
};

/** What is known to be wrong with the webhook endpoints at OpenAI, by source. */
async function endpointProblems(deps: OperateDeps): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(
    sourcesOf(deps.policy).map(async ({ alias }) => [alias, await lookAtEndpoint(deps, alias)] as const),
  );
  return new Map(
    found.flatMap(([alias, { state, message, mend }]) => (state === 'bad' ? [[alias, `${message} ${mend}`]] : [])),
  );
}

/** What the ledger says is worth an answer also while a queue cannot be asked. */
async function depthOrNull(
  { queues, log }: OperateDeps,
  name: keyof OperateDeps['queues'],
): Promise<QueueDepth | null> {
  try {
    return await queues[name]();
  } catch (error) {
    log.warn('Queue could not be asked how much is in it', { queue: name, error });
    return null;
  }
}

function noteOf({ jobId, source, status, note, observedAt }: NotedJob): JobNote {
  return { jobId, source, status, note, observedAt: toIso(observedAt) };
}
