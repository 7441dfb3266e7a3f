import { OpenAIError, SecretUnusableError, ThrottledError } from '../../core/errors.ts';
import { hasEnded, type JobFacts, type JobRecord } from '../../core/model/job.ts';
import { done, type Outcome, retry } from '../../core/model/outcome.ts';
import type { CheckpointRecord } from '../../core/model/permission.ts';
import type { JobApi } from '../../core/openai-ports.ts';
import { heardOf } from '../../core/plan/heard-of.ts';
import { wantInto } from '../../core/plan/plan-checkpoint.ts';
import { readWanted } from '../../core/plan/wanted.ts';
import { type Policy, policyDigest } from '../../core/policy/policy.ts';
import type { Clock, Ledger, Log, ObserveRequest } from '../../core/ports.ts';
import { changeCheckpoint } from '../change-checkpoint.ts';
import { gatherJob } from './gather-job.ts';

/** `wanted`: there may be work due now, so that waking the share function is worth it. */
export type Observed = Outcome & { readonly wanted: boolean };

export interface ObserveDeps {
  readonly policy: Policy;
  readonly ledger: Ledger;
  /** The jobs of a source, by its alias; undefined when the policy has no such source. */
  readonly jobsOf: (source: string) => JobApi | undefined;
  readonly now: Clock;
  readonly log: Log;
}

/** A job that a webhook calls ended may take a moment to say so itself; after some looks the scheduled sweep takes over. */
const NOT_ENDED_RETRY_SECONDS = 30;
const NOT_ENDED_LOOKS = 4;
const FAILED_RETRY_SECONDS = 60;

/**
 * Looks at one job: gathers its facts, lets the policy decide, writes what is wanted. Looking again changes nothing,
 * and once the job has ended costs no call. Nothing is acknowledged before it stands in the ledger.
 */
export async function observe(deps: ObserveDeps, request: ObserveRequest, attempt: number): Promise<Observed> {
  const { ledger, policy, log } = deps;
  const { source, jobId, webhookAt, signedBy } = request;
  const api = deps.jobsOf(source);
  if (api === undefined) {
    log.warn('Job of a source that the policy does not have; nothing to do', { source, jobId });
    return { ...done, wanted: false };
  }
  if (webhookAt !== null && signedBy !== 'us') {
    const underPrevious = signedBy === 'previous-secret' ? { lastUnderPreviousAt: webhookAt } : {};
    await ledger.touchSource(source, { lastWebhookAt: webhookAt, ...underPrevious });
  }

  const known = await ledger.getJob(jobId);
  if (known?.forgotten) {
    log.info('Job is forgotten: a person does not want it looked at', { source, jobId });
    return { ...done, wanted: false };
  }
  const digest = policyDigest(policy);
  // Known under another source, its alias was changed, or it is none of this source's jobs: OpenAI has to say.
  const ours = known?.source === source ? known : undefined;
  if (ours?.plannedWith === digest) return { ...done, wanted: false };

  let facts: JobFacts;
  try {
    facts = ours !== undefined && hasEnded(ours.status) ? ours : await gatherJob(api, source, jobId);
  } catch (error) {
    if (!(error instanceof OpenAIError || error instanceof SecretUnusableError)) throw error;
    const requestId = error instanceof OpenAIError ? error.requestId : null;
    log.warn('Job could not be read', { source, jobId, requestId, error: error.name, reason: error.message });
    return { ...retry(secondsUntilRetry(error), error.message), wanted: false };
  }
  return planJob(deps, facts, known, digest, webhookAt !== null && attempt < NOT_ENDED_LOOKS);
}

async function planJob(
  { ledger, policy, log, now: clock }: ObserveDeps,
  facts: JobFacts,
  known: JobRecord | undefined,
  digest: string,
  awaitsEnd: boolean,
): Promise<Observed> {
  const { source, jobId } = facts;
  const now = clock();
  const heardAt = known?.heardAt ?? known?.observedAt ?? now;
  const ended = hasEnded(facts.status);
  const wanted = readWanted(policy, [facts], now);
  if (ended) {
    for (const { checkpoint } of facts.checkpoints) {
      await changeCheckpoint(ledger, heardOf(checkpoint, { ...facts, heardAt }, now), (record) =>
        wantInto(rooted(record, source, jobId), policy, wanted, now),
      );
    }
  }
  const note = wanted.notes.get(jobId)?.join('; ') || null;
  // Last: a job counts as planned only when everything it asks for is in the ledger.
  const plannedWith = ended ? digest : null;
  const saved = await ledger.saveJob({
    ...facts,
    version: known?.version ?? 0,
    plannedWith,
    note,
    observedAt: now,
    heardAt,
  });
  await ledger.touchSource(source, { lastJobId: jobId, lastJobAt: now });
  const shared = facts.checkpoints.filter(({ checkpoint }) => wanted.wants.has(checkpoint)).length;
  log.info('Job observed', { source, jobId, status: facts.status, shared, note });
  if (!saved) return { ...(await giveWay(ledger, jobId, digest)), wanted: shared > 0 };
  if (!ended && awaitsEnd) return { ...retry(NOT_ENDED_RETRY_SECONDS, `the job is ${facts.status}`), wanted: false };
  return { ...done, wanted: shared > 0 };
}

/**
 * Somebody else observed the job at the same time, and was first to save it. By the same policy, they planned the same.
 * By another one (a deploy is under way) what they want of a checkpoint may just have been overwritten: plan it again.
 */
async function giveWay(ledger: Ledger, jobId: string, digest: string): Promise<Outcome> {
  const stored = await ledger.getJob(jobId);
  if (stored?.plannedWith === digest) return done;
  if (stored !== undefined && stored.plannedWith !== null) await ledger.saveJob({ ...stored, plannedWith: null });
  return retry(1, 'the job was observed by somebody else at the same time');
}

/** A checkpoint that was known before its job (a pinned one), or by an older alias of its source, learns its origin. */
function rooted(record: CheckpointRecord, source: string, jobId: string): CheckpointRecord {
  return record.source === source && record.jobId === jobId ? record : { ...record, source, jobId };
}

function secondsUntilRetry(error: OpenAIError | SecretUnusableError): number {
  const asked = error instanceof ThrottledError ? (error.retryAfterSeconds ?? 0) : 0;
  return Math.max(FAILED_RETRY_SECONDS, asked);
}
