import type { PacerRules } from '../../core/pacing/window.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Clock, Ledger, Log, PacerStore, ReconcileStarter, ShareWaker } from '../../core/ports.ts';
import type { QueueDepth } from '../../shared/contract/operator.ts';

/** What the operator's commands are wired with. None has a key of OpenAI: what they change is the ledger. */
export interface OperateDeps {
  readonly policy: Policy;
  readonly ledger: Ledger;
  readonly pacerStore: Pick<PacerStore, 'read'>;
  readonly pacerRules: PacerRules;
  /** How much is in each queue; may throw. */
  readonly queues: Readonly<Record<'observe' | 'deadLetters', () => Promise<QueueDepth>>>;
  readonly waker: ShareWaker;
  readonly reconciler: ReconcileStarter;
  readonly now: Clock;
  readonly log: Log;
}

/** The share function's next tick does the same within a minute: that it cannot be woken is no reason to fail. */
export async function wakeShare({ waker, log }: OperateDeps): Promise<void> {
  await waker.wake().catch((error: unknown) => {
    log.warn('The share function could not be woken; its next tick goes on', { error });
  });
}
