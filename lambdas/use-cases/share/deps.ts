import type { Ledger } from '../../core/ports/ledger.ts';
import type { AuditLogApi, OrganisationApi, PermissionApi } from '../../core/ports/openai.ts';
import type { Clock, Log, Sleep } from '../../core/ports/runtime.ts';
import type { Pacer } from '../pacer.ts';

/** What draining is wired with. */
export interface ShareDeps {
  readonly ledger: Ledger;
  readonly pacer: Pacer;
  readonly permissions: PermissionApi;
  readonly auditLog: AuditLogApi;
  readonly organisation: OrganisationApi;
  /** Some of our organisation's: they tell its admin key from another's. */
  readonly projectIds: readonly string[];
  readonly now: Clock;
  readonly sleep: Sleep;
  readonly log: Log;
  /** So many milliseconds after it was marked, a creating call certainly gets no answer any more. */
  readonly callDeadlineMs: number;
  /** The part of it that marking may take; what is left is the call's own. */
  readonly markingMs: number;
  /** Reads the admin key anew; true if it is another one than before. */
  readonly refreshKey: () => Promise<boolean>;
  /**
   * Reads the admin key anew, and gives what tells it from other keys and nothing else of it; null where there is none.
   * Left out: another key is found out when the rest of the one before is over.
   */
  readonly currentKeyMark?: () => Promise<string | null>;
}
