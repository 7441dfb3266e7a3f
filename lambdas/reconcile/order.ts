import type { ReconcileOrder } from '../core/ports/queue.ts';
/** What the function is asked for. A tick's event says nothing of it. */
export function readOrder(event: unknown): Partial<ReconcileOrder> & Pick<ReconcileOrder, 'verifyAll'> {
  const { verifyAll, askedAt } = (event ?? {}) as Readonly<Record<string, unknown>>;
  return { verifyAll: verifyAll === true, ...(typeof askedAt === 'number' && { askedAt }) };
}
