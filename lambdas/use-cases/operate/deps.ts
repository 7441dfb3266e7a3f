import type { PacerRules } from '../../core/pacing/window.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Clock, Ledger, Log, PacerStore } from '../../core/ports.ts';
import type { QueueDepth } from '../../shared/contract/operator.ts';

/** What the operator's commands are wired with. They read; nothing here can write. */
export interface OperateDeps {
  readonly policy: Policy;
  readonly ledger: Pick<Ledger, 'listCheckpoints' | 'listJobs' | 'getSources' | 'refusedProjects'>;
  readonly pacerStore: Pick<PacerStore, 'read'>;
  readonly pacerRules: PacerRules;
  /** How much is in each queue; may throw. */
  readonly queues: Readonly<Record<'observe' | 'deadLetters', () => Promise<QueueDepth>>>;
  readonly now: Clock;
  readonly log: Log;
}
