import { LANES, PERMISSION_STATES } from '../../../lambdas/core/model/permission.ts';
import type { Progress, SourceProgress, WaitingPlanStatus } from '../../../lambdas/shared/contract/operator.ts';
import type { FullPassStatus } from '../../../lambdas/shared/contract/status.ts';
import { showPaused } from '../system/pause.ts';
import type { Paint } from '../text/paint.ts';
import { paintState } from '../text/paint.ts';
import { distance, showDuration } from '../text/times.ts';

/** What `ckpt reconcile --wait` comes back with. */
export interface Settled extends Pick<Progress, 'at' | 'permissions' | 'flapping' | 'waitingPlan' | 'paused'> {
  readonly askedAt: string;
  readonly seconds: number;
}

/** One line: what the reconcile is at, and what waits for an admin call. */
export function showProgress(progress: Progress): string {
  const { nextCallAt, at } = progress;
  const next = nextCallAt === null ? '' : `; next slot ${distance(nextCallAt, at)}`;
  return `reconcile ${showState(progress)}; left: ${showLeft(progress)}${next}`;
}

function showState({ reconcile: { state }, sources }: Progress): string {
  if (state !== 'running' || sources.length === 0) return state;
  return `${state}, ${sources.filter(({ swept }) => swept).length} of ${sources.length} sources swept`;
}

/** What is waited for. */
export function showLeft({ reconcile, fullPass, sources, underWay, toVerify, auditDue, due }: Progress): string {
  const calls = LANES.filter((lane) => due[lane].now > 0).map((lane) => `${due[lane].now} ${lane}`);
  const parts = [
    reconcile.state === 'ended' ? '' : 'the reconcile itself',
    showFullPass(fullPass?.underWay ?? null),
    ...sources.map(showSource),
    ...Object.entries(underWay).map(([state, count]) => (count > 0 ? `${count} ${state}` : '')),
    toVerify > 0 ? `${toVerify} to verify` : '',
    auditDue ? 'the audit log' : '',
    calls.length > 0 ? `due now: ${calls.join(', ')}` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'nothing' : parts.join('; ');
}

/** Where a pass through the whole ledger is; empty where none is under way. */
export function showFullPass(underWay: FullPassStatus['underWay']): string {
  if (underWay === null) return '';
  const { part, jobs, checkpoints, ofCheckpoints } = underWay;
  if (part === 'jobs') return `a full pass, ${jobs} jobs so far`;
  if (part === 'revocations') return 'a full pass, at what is to be revoked';
  return `a full pass, ${checkpoints}${ofCheckpoints === null ? '' : ` of ${ofCheckpoints}`} checkpoints so far`;
}

function showSource({ alias, backfillJobs, toObserve, error }: SourceProgress): string {
  if (error !== null) return '';
  const parts = [
    backfillJobs === null ? '' : `${backfillJobs} jobs seen so far`,
    toObserve > 0 ? `${toObserve} jobs to observe` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `${alias}: ${parts.join(', ')}`;
}

/** For people, when all is done. */
export function showSettled({ seconds, permissions, flapping, waitingPlan, paused }: Settled, paint: Paint): string {
  const counts = PERMISSION_STATES.filter((state) => permissions[state] > 0).map((state) =>
    paintState(paint, state, `${permissions[state]} ${state}`),
  );
  const lines = [
    `Nothing is due, after ${showDuration(seconds)}. Permissions: ${counts.join(', ') || 'none'}.`,
    permissions.drifted > 0
      ? `Drifted permissions are left as they are${flapping > 0 ? `, ${flapping} because they are flapping` : ''}: see "ckpt list --state drifted", and "ckpt repair" to share them again.`
      : null,
    permissions.rejected > 0
      ? 'Rejected ones are tried again once a day: "ckpt list --state rejected" says why.'
      : null,
    waitingPlan === null ? null : paint('red', showWaiting(waitingPlan)),
    showPaused(paused) === '' ? null : paint('yellow', showPaused(paused).trimEnd()),
  ];
  return `${lines.filter((line) => line !== null).join('\n')}\n`;
}

/** A plan that waits for a person, and how to let it through. */
export function showWaiting({ id, revocations, tracked, confirmed }: WaitingPlanStatus): string {
  const what = `revoking ${revocations} of ${tracked} tracked permissions`;
  if (confirmed) return `A plan was confirmed, and is not carried out yet: ${what} (${id}).`;
  return `A plan waits for a person's word: ${what}. See "ckpt plan"; "ckpt apply --confirm ${id}" lets it through.`;
}
