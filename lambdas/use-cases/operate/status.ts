import { aliasOf, policyDigest } from '../../core/policy/policy.ts';
import { shutdownsAhead } from '../../core/shutdown/shutdowns-ahead.ts';
import type { QueueDepth } from '../../shared/contract/operator.ts';
import { readState } from '../change-state.ts';
import { everyItem } from '../pages.ts';
import type { Command } from './command.ts';
import { countCheckpoints } from './count-checkpoints.ts';
import { countJobs } from './count-jobs.ts';
import type { OperateDeps } from './deps.ts';
import { readPacer } from './endpoint-status.ts';
import { toIso } from './iso-time.ts';

import { readSources, readSweeps, sourceStatus } from './source-status.ts';
import { absentStatus, pauseStatus, reconcileStatus, unwrittenStatus, waitingPlanStatus } from './state-status.ts';
import { auditLogStatus, gatherVerifiable, verificationStatus } from './verification-status.ts';

/** As far ahead as the first warning. */
const SHOWN_DAYS = 90;

/** `status`: how the system stands. Reads every checkpoint and job of the ledger, and answers with numbers. */
export const status: Command<'status'> = async (deps) => {
  const { ledger, policy } = deps;
  const now = deps.now();
  const [records, models, jobs, sources, sweeps, refused, pacer, queue, deadLetters] = await Promise.all([
    Array.fromAsync(everyItem(ledger.listCheckpoints)),
    Array.fromAsync(everyItem(ledger.listModels)),
    countJobs(everyItem(ledger.listJobs)),
    readSources(ledger),
    readSweeps(ledger, policy),
    ledger.refusedProjects(),
    readPacer(deps, now),
    depthOrNull(deps, 'observe'),
    depthOrNull(deps, 'deadLetters'),
  ]);
  const [reconcile, waitingPlan, audit, pause, aside] = await Promise.all([
    readState(ledger, 'reconcile'),
    readState(ledger, 'waitingPlan'),
    readState(ledger, 'audit'),
    readState(ledger, 'pause'),
    readState(ledger, 'aside'),
  ]);
  const verifiable = gatherVerifiable(records);
  return {
    at: toIso(now),
    policyDigest: policyDigest(policy),
    sources: sourceStatus(policy, sources, jobs.bySource, sweeps),
    ...countCheckpoints(records, policy, now),
    pacer,
    queue,
    deadLetters,
    jobs: jobs.jobs,
    refusedProjects: refused.map(({ projectId, reason, retryAt }) => {
      return { projectId, project: aliasOf(policy, projectId), reason, retryAt: toIso(retryAt) };
    }),
    reconcile: reconcileStatus(reconcile),
    verification: verificationStatus(verifiable, policy, deps.pacerRules),
    auditLog: auditLogStatus(verifiable, policy, audit),
    shutdowns: shutdownsAhead(policy, records, models, now).filter(({ daysLeft }) => daysLeft <= SHOWN_DAYS),
    waitingPlan: waitingPlanStatus(waitingPlan),
    paused: pauseStatus(pause),
    unwritten: unwrittenStatus(reconcile, aside),
    absent: absentStatus(records),
  };
};

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
