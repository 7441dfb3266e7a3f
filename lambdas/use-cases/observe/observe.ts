import { NotFoundError, OpenAIError, RefusedError, SecretUnusableError, ThrottledError } from '../../core/errors.ts';
import { hasEnded, type JobFacts, type JobRecord } from '../../core/model/job.ts';
import { hasFacts, mergeFacts } from '../../core/model/merge-facts.ts';
import type { ObserveRequest } from '../../core/model/observe-request.ts';
import { done, type Outcome, retry } from '../../core/model/outcome.ts';
import { readWanted } from '../../core/plan/wanted.ts';
import { mayTellMore, missingFacts, nextLook } from '../../core/policy/facts-to-come.ts';
import { policyDigest } from '../../core/policy/policy.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { JobApi } from '../../core/ports/openai.ts';
import type { Clock, Log } from '../../core/ports/runtime.ts';
import type { UnwrittenRow } from '../../core/row-failure.ts';
import { tellUnwritten, tryRow } from '../side-by-side.ts';
import { gatherJob } from './gather-job.ts';
import { lookAgain, noteOf, type WantDeps, wantCheckpoints } from './want-checkpoints.ts';

/** `wanted`: there may be work due now, so that waking the share function is worth it. */
export type Observed = Outcome & { readonly wanted: boolean };

export interface ObserveDeps extends WantDeps {
  /** The jobs of a source, by its alias; undefined when the policy has no such source. */
  readonly jobsOf: (source: string) => JobApi | undefined;
  readonly now: Clock;
}

/**
 * A job that a webhook tells of may take a moment to say itself that it has ended, to name its model, or to be there at
 * all; after some looks the scheduled sweep takes over, which finds every job there is.
 */
const LOOKS = 4;
const NOT_ENDED_RETRY_SECONDS = 30;
const FAILED_RETRY_SECONDS = 60;

/**
 * Looks at one job: gathers its facts, lets the policy decide, writes what is wanted. Looking again at what did not change
 * writes nothing, and costs no call once the job has ended and OpenAI has told all of it. Nothing is acknowledged before
 * it stands in the ledger.
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
  const look = { request, attempt, known, digest: policyDigest(policy) };
  // Known under another source, its alias was changed, or it is none of this source's jobs: OpenAI has to say.
  const ours = known?.source === source && hasEnded(known.status) ? known : undefined;
  if (ours !== undefined && !isToBeRead(deps, ours, look)) {
    return ours.plannedWith === look.digest ? { ...done, wanted: false } : planJob(deps, ours, look);
  }
  try {
    if (known !== undefined && (await hasIt(deps, known, source))) {
      log.warn('Job of another source, which has it by its own key; nothing to do', {
        source,
        jobId,
        of: known.source,
      });
      return { ...done, wanted: false };
    }
    const read = await gatherJob(api, source, jobId);
    return await planJob(deps, known === undefined ? read : mergeFacts(known, read), look);
  } catch (error) {
    if (!(error instanceof OpenAIError || error instanceof SecretUnusableError)) throw error;
    const requestId = error instanceof OpenAIError ? error.requestId : null;
    log.warn('Job could not be read', { source, jobId, requestId, error: error.name, reason: error.message });
    if (!isUnknown(error)) return { ...retry(secondsUntilRetry(error), error.message), wanted: false };
    if (ours !== undefined) return planJob(deps, ours, look);
    if (attempt < LOOKS) return { ...retry(FAILED_RETRY_SECONDS, error.message), wanted: false };
    await ledger.touchSource(source, { lastUnknownJobId: jobId, lastUnknownJobAt: deps.now() });
    log.warn('OpenAI does not have this job: it is not asked for any more', { source, jobId, reason: error.message });
    return { ...done, wanted: false };
  }
}

/**
 * Whether the job is another source's that the policy still has: then this one was given a key of that one's project, and would
 * take its jobs from it, and their targets with them, sweep by sweep. One whose alias was changed has the job no more.
 */
async function hasIt({ jobsOf }: ObserveDeps, known: JobRecord, source: string): Promise<boolean> {
  const owner = known.source === source ? undefined : jobsOf(known.source);
  if (owner === undefined) return false;
  try {
    await owner.getJob(known.jobId);
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}

/** One look at a job: who asked, for the how many-th time, what the ledger has, and by which policy it is planned. */
interface Look {
  readonly request: ObserveRequest;
  readonly attempt: number;
  readonly known: JobRecord | undefined;
  readonly digest: string;
}

/** Whether OpenAI is asked again for a job that has ended: a person always may, a webhook where there may be more to tell. */
function isToBeRead({ policy, now }: ObserveDeps, known: JobRecord, { request, digest }: Look): boolean {
  if (known.plannedWith === null || request.askedAt !== undefined) return true;
  if (!mayTellMore(policy, known, now()) && known.epochs !== undefined) return false;
  const isDue = (nextLook(policy, known) ?? Number.POSITIVE_INFINITY) <= now();
  return isDue || request.webhookAt !== null || known.plannedWith !== digest;
}

async function planJob(deps: ObserveDeps, facts: JobFacts, look: Look): Promise<Observed> {
  const { ledger, policy, log, now: clock } = deps;
  const { request, attempt, known, digest } = look;
  const { source, jobId } = facts;
  const now = clock();
  const heardAt = known?.heardAt ?? known?.observedAt ?? now;
  const ended = hasEnded(facts.status);
  const missing = missingFacts(policy, facts);
  const isAwaited = !ended || (missing !== null && facts.finalModel === null);
  const outcome: Outcome =
    isAwaited && request.webhookAt !== null && attempt < LOOKS
      ? retry(NOT_ENDED_RETRY_SECONDS, ended ? `${missing}` : `the job is ${facts.status}`)
      : done;

  const isPlanned = known?.plannedWith === digest && hasFacts(known, facts);
  if (isPlanned && missing === null && known.unsureSince === undefined) return { ...outcome, wanted: false };
  const wanted = readWanted(policy, [facts], now);
  const unwritten = ended && !isPlanned ? await wantCheckpoints(deps, { ...facts, heardAt }, wanted, now) : [];
  const comeBack = lookAgain(unwritten, attempt);
  const notes = [...(wanted.notes.get(jobId) ?? []), ...missingNote(facts, missing), ...noteOf(unwritten)];
  const note = notes.join('; ') || null;
  const { askedAt = 0 } = request;
  const unsureSince = askedAt > 0 ? now : (known?.unsureSince ?? now);
  let saved = false;
  const record: JobRecord = {
    ...factsOf(facts),
    version: known?.version ?? 0,
    plannedWith: ended && comeBack === undefined ? digest : null,
    note,
    // Whoever asked waits for a look of no earlier time, by whosever clock.
    observedAt: Math.max(now, askedAt),
    heardAt,
    ...(missing !== null && { unsureSince }),
  };
  const lookAt = nextLook(policy, record);
  // Last: a job counts as planned only when everything it asks for, and can be written, is in the ledger.
  const unsaved = await tryRow(jobId, async () => {
    saved = await ledger.saveJob({ ...record, ...(lookAt !== null && { lookAt }) });
  });
  if (unsaved !== undefined) return { ...jobUnwritten(log, unsaved), wanted: true };
  if (isPlanned) return { ...outcome, wanted: false };
  await ledger.touchSource(source, { lastJobId: jobId, lastJobAt: now });
  const shared = facts.checkpoints.filter(({ checkpoint }) => wanted.wants.has(checkpoint)).length;
  log.info('Job observed', { source, jobId, status: facts.status, shared, note, missing });
  return { ...(saved ? (comeBack ?? outcome) : await giveWay(ledger, facts, digest)), wanted: shared > 0 };
}

/** What keeps the rules from matching, or from taking all that they name, without their own words telling of it. */
function missingNote({ finalModel, odd = [] }: JobFacts, missing: string | null): readonly string[] {
  return missing !== null && (finalModel === null || odd.length > 0) ? [missing] : [];
}

/** Without what only a row has. */
function factsOf(facts: JobFacts & Partial<Pick<JobRecord, 'unsureSince' | 'lookAt'>>): JobFacts {
  const { unsureSince: _, lookAt: __, ...others } = facts;
  return others;
}

/**
 * Somebody else observed the job at the same time, and was first to save it. By the same policy and facts, they planned the
 * same. By others (a deploy is under way, or OpenAI told them less) what they want of a checkpoint may just have been
 * overwritten, or what they know is less: look again.
 */
async function giveWay(ledger: Ledger, facts: JobFacts, digest: string): Promise<Outcome> {
  const stored = await ledger.getJob(facts.jobId);
  if (stored?.plannedWith === digest && hasFacts(stored, mergeFacts(stored, facts))) return done;
  if (stored !== undefined && stored.plannedWith !== null) await ledger.saveJob({ ...stored, plannedWith: null });
  return retry(1, 'the job was observed by somebody else at the same time');
}

/**
 * 404, or 400 where even the form of the id is refused: OpenAI's test event names no job that there is. What is meant for a
 * job of another project looks the same.
 */
function isUnknown(error: OpenAIError | SecretUnusableError): boolean {
  return error instanceof NotFoundError || (error instanceof RefusedError && error.status === 400);
}

/** The checkpoints are wanted all the same; of a job that is too large, nothing more can come. */
function jobUnwritten(log: Log, unsaved: UnwrittenRow): Outcome {
  tellUnwritten(log, [unsaved]);
  return unsaved.passing ? retry(FAILED_RETRY_SECONDS, unsaved.reason) : done;
}

function secondsUntilRetry(error: OpenAIError | SecretUnusableError): number {
  const asked = error instanceof ThrottledError ? (error.retryAfterSeconds ?? 0) : 0;
  return Math.max(FAILED_RETRY_SECONDS, asked);
}
