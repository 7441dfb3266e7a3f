import type { ReconcileOrder } from '../../core/ports/queue.ts';
import { type ReconcileDeps, reconcile } from './reconcile.ts';

/** What handing on the 100 jobs of a page may take. */
const HAND_ON_MS = 30_000;

/**
 * One run of the reconcile function, as its event asks for. `remainingMs` is what is left of its time, `callMs` the deadline
 * of a call for a page of jobs, both in milliseconds. Throws as `reconcile` does.
 */
export async function takeOrder(
  { callMs, ...deps }: ReconcileDeps & { readonly callMs: number },
  event: unknown,
  remainingMs: number,
): Promise<void> {
  const { verifyAll, askedAt } = readOrder(event);
  // One page that runs into its deadline, and handing on its jobs, still fit in.
  await reconcile(deps, verifyAll, deps.now() + remainingMs - (callMs + HAND_ON_MS), askedAt);
}

/** What the function is asked for. A tick's event says nothing of it. */
export function readOrder(event: unknown): Partial<ReconcileOrder> & Pick<ReconcileOrder, 'verifyAll'> {
  const { verifyAll, askedAt } = (event ?? {}) as Readonly<Record<string, unknown>>;
  return { verifyAll: verifyAll === true, ...(typeof askedAt === 'number' && { askedAt }) };
}
