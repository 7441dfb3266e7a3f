import type { ObserveRequest } from '../../core/model/observe-request.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import type { ShareWaker } from '../../core/ports/queue.ts';
import { measure } from '../../shared/contract/metrics.ts';
import { type ObserveDeps, observe } from './observe.ts';

export interface ObserveAndWakeDeps extends ObserveDeps {
  readonly waker: ShareWaker;
}

/**
 * Observes a job and wakes whoever shares. The wake-up only saves time: what it is for stands in the ledger, and the
 * next minute's tick finds it, so a wake-up that fails fails nothing.
 */
export async function observeAndWake(
  deps: ObserveAndWakeDeps,
  request: ObserveRequest,
  attempt: number,
): Promise<Outcome> {
  const { wanted, ...outcome } = await observe(deps, request, attempt);
  const { jobId, webhookAt, signedBy } = request;
  if (outcome.kind === 'done' && webhookAt !== null && signedBy !== 'us') {
    const seconds = Math.max(0, deps.now() - webhookAt) / 1_000;
    deps.log.info('Job of a webhook observed', { jobId, seconds, ...measure({ ObserveLag: seconds }, {}) });
  }
  if (wanted) {
    await deps.waker.wake().catch((error: unknown) => {
      deps.log.warn('The share function could not be woken; its next tick goes on', { jobId, error });
    });
  }
  return outcome;
}
