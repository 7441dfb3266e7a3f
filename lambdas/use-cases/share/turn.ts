import type { KeyUnusable } from '../../core/checkpoint/answers.ts';
import { SecretUnusableError } from '../../core/errors.ts';
import type { Priority, RefusedProject } from '../../core/model/permission.ts';
import type { AuditLogApi, OrganisationApi, PermissionApi } from '../../core/openai-ports.ts';
import { type AdminCall, ENDPOINT_OF, ENDPOINTS } from '../../core/pacing/endpoints.ts';
import { KEY_REFUSED } from '../../core/pacing/window.ts';
import { NOT_PAUSED, type Pause } from '../../core/pause/pause.ts';
import type { Clock, Ledger, Log, Sleep } from '../../core/ports.ts';
import { readState } from '../change-state.ts';
import type { Pacer } from '../pacer.ts';
import { type Proof, proveKey } from './key-proof.ts';

/** What draining is wired with. */
export interface ShareDeps {
  readonly ledger: Ledger;
  readonly pacer: Pacer;
  readonly permissions: PermissionApi;
  readonly auditLog: AuditLogApi;
  readonly organisation: OrganisationApi;
  /** Of our organisation, sources first: what tells its admin key from another's. */
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
}

const LEASE = 'drain';
/** Longer than the longest that a lane goes without renewing: one nap and one call. */
const LEASE_MS = 120_000;
const RENEW_AFTER_MS = 15_000;
/** Short enough to renew the lease, and to let more urgent work in before it. */
const NAP_MS = 15_000;
/** The next slot is never further off than the window and its margin; a longer wait is a hold, and not waited for. */
const LONGEST_WAIT_MS = 65_000;
/** A refused admin key is not tried again for this long, unless a newer one is there. */
const KEY_HOLD_MS = 5 * 60_000;

/** One function's turn at the due work: its time, its lease, its slots, its key. */
export class Turn {
  readonly deps: ShareDeps;
  readonly refused = new Map<string, RefusedProject>();
  /** Why the admin key is of no use; null while it is. */
  keyProblem: KeyUnusable | null = null;
  /** How often something that was due was settled without a call. */
  settled = 0;
  /** What is paused, as of the last look. */
  pause: Pause = NOT_PAUSED;
  readonly #owner: string;
  readonly #stopAt: number;
  #leasedAt = 0;
  #lost = false;
  #abandoned = false;
  #proof: Promise<Proof> | undefined;

  /** `stopAt` (ms since the epoch): no call is begun after it. */
  constructor(deps: ShareDeps, owner: string, stopAt: number) {
    this.deps = deps;
    this.#owner = owner;
    this.#stopAt = stopAt;
  }

  /** False while another function has its turn. */
  async begin(): Promise<boolean> {
    if (!(await this.#lease())) return false;
    await this.readRefused();
    return true;
  }

  /** Sees which projects OpenAI refuses as of now. */
  async readRefused(): Promise<void> {
    const projects = await this.deps.ledger.refusedProjects();
    this.refused.clear();
    for (const project of projects) this.refused.set(project.projectId, project);
  }

  async end(): Promise<void> {
    if (!this.#lost) await this.deps.ledger.releaseLease(LEASE, this.#owner);
  }

  /** Whether to begin anything more; renews the lease on the way, and sees what is paused by now. */
  async goesOn(): Promise<boolean> {
    if (this.keyProblem !== null || this.#lost || this.#abandoned || this.deps.now() >= this.#stopAt) return false;
    if (this.deps.now() - this.#leasedAt >= RENEW_AFTER_MS) this.#lost = !(await this.#lease());
    if (this.#lost) return false;
    this.pause = await readState(this.deps.ledger, 'pause');
    return this.pause.all === null;
  }

  /** Asks for a slot. `nap` = none yet, look again at what is most urgent; `none` = none in this turn's time. */
  async slot(call: AdminCall, priority: Priority): Promise<'granted' | 'nap' | 'none'> {
    const { waitMs, reason } = await this.deps.pacer.start(ENDPOINT_OF[call], priority);
    if (waitMs === 0) return 'granted';
    if (waitMs > LONGEST_WAIT_MS || this.deps.now() + waitMs >= this.#stopAt) {
      this.deps.log.info('No slot in the time left; the next turn goes on', { call, waitMs, reason });
      return 'none';
    }
    await this.deps.sleep(Math.min(waitMs, NAP_MS));
    return 'nap';
  }

  /** Asks for a slot until there is one; false where there is none in this turn's time. */
  async waitForSlot(call: AdminCall, priority: Priority): Promise<boolean> {
    while (await this.goesOn()) {
      const slot = await this.slot(call, priority);
      if (slot !== 'nap') return slot === 'granted';
    }
    return false;
  }

  /** Whose key it is, asked once a turn: all lanes wait for the same answer. */
  proveKey(): Promise<Proof> {
    this.#proof ??= proveKey(this);
    return this.#proof;
  }

  /** Asks for a slot, and does not wait for one. */
  async slotAtOnce(call: AdminCall, priority: Priority): Promise<boolean> {
    return (await this.deps.pacer.start(ENDPOINT_OF[call], priority)).waitMs === 0;
  }

  /** The admin key is of no use: unless a newer one is there, this turn ends, and a refused one is rested. */
  async giveUpKey(error: KeyUnusable): Promise<void> {
    if (error instanceof SecretUnusableError) {
      this.keyProblem = error;
      return;
    }
    if (await this.deps.refreshKey()) return;
    this.keyProblem = error;
    const reason = `${KEY_REFUSED}: ${error.message}`;
    for (const endpoint of ENDPOINTS) await this.deps.pacer.hold(endpoint, KEY_HOLD_MS, reason);
  }

  /** Something failed that more work would not mend: the other lanes begin nothing more. */
  abandon(): void {
    this.#abandoned = true;
  }

  async #lease(): Promise<boolean> {
    const now = this.deps.now();
    const held = await this.deps.ledger.acquireLease(LEASE, this.#owner, now, LEASE_MS);
    if (held) this.#leasedAt = now;
    return held;
  }
}
