import { heldAbsences } from '../../core/checkpoint/absence.ts';
import { IdentityRefusedError, OpenAIError, SettingsError, SharingError } from '../../core/errors.ts';
import type { AuditState, ReconcileState } from '../../core/model/system-state.ts';
import { type Policy, sourcesOf } from '../../core/policy/policy.ts';
import type { JobApi } from '../../core/ports/openai.ts';
import type { ShareWaker } from '../../core/ports/queue.ts';
import { measure } from '../../shared/contract/metrics.ts';
import { changeState } from '../change.ts';
import { everyItem } from '../pages.ts';
import { announceAbsences } from './announcements.ts';
import { checkShutdowns, lookUpNext, type ShutdownDeps, tellShutdowns } from './check-shutdowns.ts';
import { type LedgerDeps, type Look, reconcileLedger } from './reconcile-ledger.ts';
import { isPlanned, standingOf } from './sweep-record.ts';
import { recordSweepError, type SweepDeps, sweepSource } from './sweep-source.ts';
import { witnessModels } from './witness-models.ts';

export interface ReconcileDeps extends SweepDeps, LedgerDeps, ShutdownDeps {
  /** The jobs of a source, by its alias; undefined where the function was told of no key for it. */
  readonly jobsOf: (source: string) => JobApi | undefined;
  readonly waker: ShareWaker;
}

/** Some sources could not be swept; every other one was. */
export class SweepError extends SharingError {
  override readonly name = 'SweepError' as const;
  readonly sources: readonly string[];
  constructor(sources: readonly string[], options?: ErrorOptions) {
    super(`Sources that could not be swept: ${sources.join(', ')}. The log line of each says why.`, options);
    this.sources = sources;
  }
}

/** `sharing.yaml` says that the audit log is required, and OpenAI does not let it be read. */
export class AuditLogRequiredError extends SharingError {
  override readonly name = 'AuditLogRequiredError' as const;
}

/** Of the function's time: a long history must not keep the ledger from being reconciled. */
const SWEEP_SHARE = 0.6;

/** A refused audit log is asked for again once a day. */
const AUDIT_RETRY_MS = 24 * 60 * 60_000;

/**
 * Finds what was missed: jobs that no webhook told of, rows that do not fit the policy, permissions that were not looked at
 * for long; begins nothing after `stopAt` (ms since the epoch). A source that fails (a dead project key, say) stops only
 * itself; in the end it fails the function, so that its alarm rings. `askedAt`: when a person asked for it, by the clock of
 * whoever waits for it; it counts as started no earlier.
 */
export async function reconcile(deps: ReconcileDeps, verifyAll: boolean, stopAt: number, askedAt = 0): Promise<void> {
  const startedAt = Math.max(deps.now(), askedAt);
  await changeState(deps.ledger, 'reconcile', (state) => ({ ...state, begunAt: startedAt }));
  const { failure, gotThrough } = await reconcileAll(deps, verifyAll, stopAt, askedAt).then(
    (failure) => ({ failure, gotThrough: true }),
    (failure: unknown) => ({ failure, gotThrough: false }),
  );
  await recordEnd(deps, startedAt, verifyAll && gotThrough, failure).catch((error: unknown) => {
    if (gotThrough) throw error;
    deps.log.warn('The end of the reconcile could not be recorded', { error });
  });
  if (failure !== null) throw failure;
}

/** Comes back with what failed, after everything else was done; null when nothing did. */
async function reconcileAll(
  deps: ReconcileDeps,
  verifyAll: boolean,
  stopAt: number,
  askedAt: number,
): Promise<SharingError | null> {
  const { ledger, policy, now, waker, log } = deps;
  const failures = await sweepSources(deps, now() + (stopAt - now()) * SWEEP_SHARE, askedAt);
  const audit = await changeState(ledger, 'audit', (state) => dueAudit(state, policy, now()));
  const look = await reconcileLedger(deps, verifyAll, stopAt, verifyAll || askedAt > 0);
  const { records, kind, walked } = look;
  await waker.wake().catch((error: unknown) => {
    log.warn('The share function could not be woken; its next tick goes on', { error });
  });
  if (policy.reconcile.auditLog === 'required' && audit.access === 'off') {
    failures.push(new AuditLogRequiredError(`The audit log is required, and cannot be read: ${audit.refusal}`));
  }
  // Last: nobody waits for what they find.
  await witnessModels(deps, records, stopAt);
  await tellHeld(deps, look);
  tellStaleness(deps, look);
  if (kind === 'everything') await checkShutdowns(deps, records, stopAt);
  else await lookUpNext(deps, records, stopAt);
  if (walked !== null) await tellShutdowns(deps, walked, stopAt);
  return failures[0] ?? null;
}

/** Rings for as long as it waits. */
async function tellHeld(deps: ReconcileDeps, { records, tracked }: Look): Promise<void> {
  const held = heldAbsences(records);
  if (held === null) return;
  await announceAbsences(deps, held, tracked);
  const { records: _, ...told } = held;
  deps.log.error('More has vanished at OpenAI within a day than is believed without a person', {
    signal: 'absence-waiting',
    ...told,
  });
}

function tellStaleness({ log, now }: ReconcileDeps, { oldestSeenAt }: Look): void {
  if (oldestSeenAt === null) return;
  const seconds = Math.max(0, now() - oldestSeenAt) / 1_000;
  log.info('The longest ago that a checkpoint was seen at OpenAI', { seconds, ...measure({ Staleness: seconds }, {}) });
}

/** Where one that started later, and while this one ran, has ended already, its end stands: it found all that this one did. */
async function recordEnd({ ledger, now }: ReconcileDeps, startedAt: number, verifiedAll: boolean, failure: unknown) {
  await changeState(ledger, 'reconcile', (state): ReconcileState => {
    const verifiedAllAt = verifiedAll ? startedAt : state.verifiedAllAt;
    const isOvertaken = state.startedAt > startedAt && (state.endedAt ?? now()) > startedAt;
    if (isOvertaken) return { ...state, verifiedAllAt };
    return { ...state, verifiedAllAt, startedAt, endedAt: now(), error: failure === null ? null : textOf(failure) };
  });
}

/** What nobody foresaw may name what is not for everybody's eyes; the log has it whole. */
function textOf(failure: unknown): string {
  if (failure instanceof SharingError) return failure.message;
  return `${failure instanceof Error ? failure.name : 'Error'}. The log of the reconcile function says more.`;
}

/** Source by source; what failed comes back, after every other one was swept. */
async function sweepSources(deps: ReconcileDeps, stopAt: number, askedAt: number): Promise<SharingError[]> {
  const failures: { readonly source: string; readonly error: unknown }[] = [];
  const unsure = askedAt > 0 ? await findUnsure(deps, askedAt) : new Map<string, string[]>();
  for (const { alias: source } of sourcesOf(deps.policy)) {
    try {
      const order = { askedAt, jobIds: unsure.get(source) ?? [] };
      await sweepSource(deps, source, jobApiOf(deps, source), stopAt, order);
    } catch (error) {
      failures.push({ source, error });
      const reason = error instanceof Error ? error.message : String(error);
      const requestId = error instanceof OpenAIError ? error.requestId : null;
      // Without a stored key, what is to be mended is another thing.
      const signal = error instanceof IdentityRefusedError ? 'token-exchange-refused' : 'source-failing';
      deps.log.error('Source not swept', { signal, source, requestId, reason, error });
      await recordSweepError(deps, source, reason);
    }
  }
  const sources = failures.map(({ source }) => source);
  return failures.length === 0 ? [] : [new SweepError(sources, { cause: failures[0]?.error })];
}

/** By source, the jobs of which OpenAI may yet tell more than the ledger has: a person who asks has them read again. */
async function findUnsure({ ledger, policy, now }: ReconcileDeps, askedAt: number): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for await (const job of everyItem(ledger.listJobs)) {
    const { source, jobId } = job;
    if (!isPlanned(job, source) || standingOf(job, source, { policy, now: now(), askedAt }) !== 'due') continue;
    found.set(source, [...(found.get(source) ?? []), jobId]);
  }
  return found;
}

/** Puts the audit log up to be read by whoever has the admin key. */
function dueAudit(state: AuditState, { reconcile: { auditLog } }: Policy, now: number): AuditState {
  if (auditLog === 'off') return state.dueAt === null ? state : { ...state, dueAt: null };
  const isRested = state.access === 'off' && auditLog === 'auto' && now < (state.readAt ?? 0) + AUDIT_RETRY_MS;
  return isRested || state.dueAt !== null ? state : { ...state, dueAt: now };
}

function jobApiOf({ jobsOf }: ReconcileDeps, source: string): JobApi {
  const api = jobsOf(source);
  if (api === undefined) throw new SettingsError(`The function was told of no key for ${source}. Deploy again.`);
  return api;
}
