import { type Due, dueOf } from '../../core/checkpoint/due.ts';
import { isFlapping } from '../../core/checkpoint/flapping.ts';
import { permissionsOf } from '../../core/checkpoint/record.ts';
import { hasEnded, type JobRecord } from '../../core/model/job.ts';
import {
  type CheckpointRecord,
  LANES,
  type Lane,
  PERMISSION_STATES,
  type PermissionState,
} from '../../core/model/permission.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { aliasOf, policyDigest, sourcesOf } from '../../core/policy/policy.ts';
import { shutdownsAhead } from '../../core/shutdown/shutdowns-ahead.ts';
import type { DueStatus, JobNote, JobsStatus, QueueDepth, Status } from '../../shared/contract/operator.ts';
import { readState } from '../change.ts';
import { everyItem } from '../pages.ts';
import { toIso, toIsoOrNull } from './answer.ts';
import type { Command, OperateDeps } from './deps.ts';
import { lookAtEndpoint } from './doctor/webhook-endpoint.ts';
import { readPacer } from './endpoint-status.ts';
import { listedOf } from './list.ts';
import {
  absentStatus,
  auditLogStatus,
  gatherVerifiable,
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

/** `status`: how the system stands. Reads every checkpoint and job of the ledger, and answers with numbers. */
export const status: Command<'status'> = async (deps, asked) => {
  const { ledger, policy } = deps;
  const now = deps.now();
  const [records, models, jobs, sources, sweeps, refused, pacer, queue, deadLetters, endpoints] = await Promise.all([
    Array.fromAsync(everyItem(ledger.listCheckpoints)),
    Array.fromAsync(everyItem(ledger.listModels)),
    countJobs(everyItem(ledger.listJobs)),
    readSources(ledger),
    readSweeps(ledger, policy),
    ledger.refusedProjects(),
    readPacer(deps, now),
    depthOrNull(deps, 'observe'),
    depthOrNull(deps, 'deadLetters'),
    asked.endpoints ? endpointProblems(deps) : new Map<string, string>(),
  ]);
  const [reconcile, waitingPlan, audit, pause, aside, keyWatch] = await Promise.all([
    readState(ledger, 'reconcile'),
    readState(ledger, 'waitingPlan'),
    readState(ledger, 'audit'),
    readState(ledger, 'pause'),
    readState(ledger, 'aside'),
    readState(ledger, 'keyWatch'),
  ]);
  const verifiable = gatherVerifiable(records);
  return {
    at: toIso(now),
    policyDigest: policyDigest(policy),
    sources: sourceStatus(policy, sources, jobs.bySource, sweeps, endpoints),
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
    keys: keyWatchStatus(keyWatch, now),
    absent: absentStatus(records),
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

/**
 * Counts permissions by state and due work by lane, from the records: the index of due work may lag behind them, and
 * they are read anyway.
 */
export function countCheckpoints(
  records: Iterable<CheckpointRecord>,
  policy: Policy,
  now: number,
): Pick<Status, 'checkpoints' | 'permissions' | 'flapping' | 'due'> {
  const permissions = tally<PermissionState>(PERMISSION_STATES);
  const due: Due[] = [];
  let checkpoints = 0;
  let flapping = 0;
  for (const record of records) {
    checkpoints++;
    for (const { state } of listedOf(record, policy)) permissions[state]++;
    flapping += permissionsOf(record).filter(isFlapping).length;
    const next = dueOf(record);
    if (next !== null) due.push(next);
  }
  const lanes = LANES.map(
    (lane) =>
      [
        lane,
        dueStatus(
          due.filter((item) => item.lane === lane),
          now,
        ),
      ] as const,
  );
  return { checkpoints, permissions, flapping, due: Object.fromEntries(lanes) as Record<Lane, DueStatus> };
}

function dueStatus(due: readonly Due[], now: number): DueStatus {
  const ready = due.filter(({ at }) => at <= now);
  const later = due.filter(({ at }) => at > now);
  return {
    now: ready.length,
    oldestAt: toIsoOrNull(earliest(ready)),
    later: later.length,
    nextAt: toIsoOrNull(earliest(later)),
  };
}

function earliest(due: readonly Due[]): number | null {
  return due.reduce<number | null>((first, { at }) => (first === null || at < first ? at : first), null);
}

function tally<Key extends string>(keys: readonly Key[]): Record<Key, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<Key, number>;
}

/** Enough to see what is going on; most jobs that no rule is meant for have a note. */
const MAX_NOTES = 20;

export interface JobCounts {
  readonly jobs: JobsStatus;
  /** Jobs by the alias of their source. */
  readonly bySource: ReadonlyMap<string, number>;
}

export async function countJobs(records: AsyncIterable<JobRecord>): Promise<JobCounts> {
  const bySource = new Map<string, number>();
  let noted: (JobRecord & { readonly note: string })[] = [];
  let known = 0;
  let notEnded = 0;
  let withNotes = 0;
  for await (const job of records) {
    known++;
    if (!hasEnded(job.status)) notEnded++;
    bySource.set(job.source, (bySource.get(job.source) ?? 0) + 1);
    const { note } = job;
    if (note === null) continue;
    withNotes++;
    noted.push({ ...job, note });
    if (noted.length >= 50 * MAX_NOTES) noted = lastObserved(noted);
  }
  return { jobs: { known, notEnded, withNotes, notes: lastObserved(noted).map(noteOf) }, bySource };
}

function lastObserved<Job extends JobRecord>(jobs: readonly Job[]): Job[] {
  return [...jobs].sort((a, b) => b.observedAt - a.observedAt || (a.jobId < b.jobId ? -1 : 1)).slice(0, MAX_NOTES);
}

function noteOf({ jobId, source, status, note, observedAt }: JobRecord & { readonly note: string }): JobNote {
  return { jobId, source, status, note, observedAt: toIso(observedAt) };
}
