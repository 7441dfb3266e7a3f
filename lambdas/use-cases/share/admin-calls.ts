import {
  DoubtedKeyError,
  MissingScopeError,
  OwningProjectError,
  SharingError,
  ThrottledError,
} from '../../core/errors.ts';
import type { Priority } from '../../core/model/permission.ts';
import type { KeyRest } from '../../core/model/rests.ts';
import { type AdminCall, ENDPOINT_OF } from '../../core/pacing/endpoints.ts';
import type { Worth } from '../../core/pacing/key-standing.ts';
import { endpointRestOf, isLetIn, keyRestOf } from '../../core/pacing/refusals.ts';
import { NOT_PAUSED, type Pause } from '../../core/pause/pause.ts';
import { measure } from '../../shared/contract/metrics.ts';
import { readState } from '../change.ts';
import type { SlotAnswer } from '../pacer.ts';
import type { ShareDeps } from './deps.ts';
import { Resting } from './resting.ts';

/** What a key must be allowed to do; looking can be done without. */
const ACTS: ReadonlySet<AdminCall> = new Set(['create', 'delete']);

const LEASE = 'drain';
/** Longer than the longest that a lane goes without renewing: one nap and one call. */
const LEASE_MS = 120_000;
const RENEW_AFTER_MS = 15_000;
/** Short enough to renew the lease, and to let more urgent work in before it. */
const NAP_MS = 15_000;
/** The next slot is never further off than the window and its margin; a longer wait is a hold, and not waited for. */
const LONGEST_WAIT_MS = 65_000;

/** The admin calls of one turn: its time, its lease, its slots, its key. */
export class AdminCalls {
  readonly deps: ShareDeps;
  readonly resting: Resting;
  /** Why the admin key is of no use; null while it is of use. */
  keyProblem: SharingError | null = null;
  /** Why something that is to be granted or revoked cannot be with this key; null while all can. */
  scopeProblem: MissingScopeError | null = null;
  /** What is paused, as of the last look. */
  pause: Pause = NOT_PAUSED;
  /** Whether a call had no slot in this turn, or rests. */
  isHeld = false;
  readonly #owner: string;
  readonly #stopAt: number;
  #leasedAt = 0;
  readonly #limits = new Map<AdminCall, number>();
  readonly #waitedMs = new Map<AdminCall, number>();
  #lost = false;
  #abandoned = false;

  /** `stopAt` (ms since the epoch): no call is begun after it. */
  constructor(deps: ShareDeps, owner: string, stopAt: number) {
    this.deps = deps;
    this.resting = new Resting(deps);
    this.#owner = owner;
    this.#stopAt = stopAt;
  }

  /** False while another function has its turn. */
  async begin(): Promise<boolean> {
    if (!(await this.#lease())) return false;
    await this.resting.read();
    return true;
  }

  async end(): Promise<void> {
    this.#tellPace();
    if (this.#lost) return;
    await this.resting.end();
    await this.deps.ledger.releaseLease(LEASE, this.#owner);
  }

  /** Whether to begin anything more; renews the lease on the way, and sees what is paused by now. */
  async goesOn(): Promise<boolean> {
    if (this.keyProblem !== null || this.#lost || this.#abandoned || this.deps.now() >= this.#stopAt) return false;
    if (this.deps.now() - this.#leasedAt >= RENEW_AFTER_MS) this.#lost = !(await this.#lease());
    if (this.#lost) return false;
    await this.resting.end();
    if (this.resting.isKeyResting()) {
      this.isHeld = true;
      return false;
    }
    this.pause = await readState(this.deps.ledger, 'pause');
    return this.pause.all === null;
  }

  /** Asks for a slot. `nap` = none yet, look again at what is most urgent; `none` = none in this turn's time. */
  async slot(call: AdminCall, priority: Priority): Promise<'granted' | 'nap' | 'none'> {
    if (this.resting.isEndpointResting(call, priority)) {
      this.isHeld = true;
      return 'none';
    }
    const { waitMs, reason } = await this.#askPacer(call, priority);
    if (waitMs === 0) return 'granted';
    if (waitMs > LONGEST_WAIT_MS || this.deps.now() + waitMs >= this.#stopAt) {
      this.isHeld = true;
      this.deps.log.info('No slot in the time left; the next turn goes on', { call, waitMs, reason });
      return 'none';
    }
    const napMs = Math.min(waitMs, NAP_MS);
    await this.deps.sleep(napMs);
    this.#waitedMs.set(call, (this.#waitedMs.get(call) ?? 0) + napMs);
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

  /** Whether the key is known to lack the scope that the call needs. */
  lacksScope(call: AdminCall): boolean {
    return this.resting.lacksScope(call);
  }

  /** Asks for a slot, and does not wait for one. */
  async slotAtOnce(call: AdminCall, priority: Priority): Promise<boolean> {
    if (this.resting.isEndpointResting(call, priority)) return false;
    return (await this.#askPacer(call, priority)).waitMs === 0;
  }

  /**
   * Makes an admin call whose slot has been granted. What its failure means for others is taken in; it fails all the same.
   * `isOurs`: whether the answer is one that no other organisation's key would be given.
   */
  async ask<Answer>(
    call: AdminCall,
    work: () => Promise<Answer>,
    isOurs: (answer: Answer) => boolean = () => false,
  ): Promise<Answer> {
    try {
      const answer = await work();
      this.resting.noteLetIn(call, isOurs(answer));
      return answer;
    } catch (error) {
      if (isLetIn(error)) this.resting.noteLetIn(call, error instanceof OwningProjectError);
      if (error instanceof SharingError) await this.#takeIn(call, error);
      throw error;
    }
  }

  /** The admin key is of no use: this turn ends, and later ones ask for nothing before the rest is over. */
  async giveUpKey(kind: KeyRest, problem: SharingError): Promise<void> {
    this.keyProblem = problem;
    await this.resting.restKey(kind, problem);
  }

  /** Checkpoints or projects were refused to a key that nobody can tell whose it is; of too many in a row it rests. */
  async noteRefused(names: readonly string[], said: string): Promise<Worth> {
    const worth = await this.resting.noteRefused(names);
    if (worth === 'many') await this.giveUpKey('key-doubted', new DoubtedKeyError(this.deps.projectIds, said));
    return worth;
  }

  /** Something failed that more work would not mend: the other lanes begin nothing more. */
  abandon(): void {
    this.#abandoned = true;
  }

  async #takeIn(call: AdminCall, error: SharingError): Promise<void> {
    if (error instanceof ThrottledError) {
      return this.deps.pacer.throttled(ENDPOINT_OF[call], error.retryAfterSeconds);
    }
    const ofKey = keyRestOf(error);
    const ofEndpoint = endpointRestOf(error);
    const isOfThisKey = ofKey === 'key-refused' || ofEndpoint === 'scope-missing';
    if (isOfThisKey && (await this.deps.refreshKey())) return;
    if (ofKey !== null) return this.giveUpKey(ofKey, error);
    // The audit log is asked for once a reconcile, and done without where the key may not read it.
    if (ofEndpoint === null || (ofEndpoint === 'scope-missing' && call === 'audit')) return;
    if (error instanceof MissingScopeError && ACTS.has(call)) this.scopeProblem = error;
    await this.resting.restEndpoint(call, ofEndpoint, error);
  }

  async #askPacer(call: AdminCall, priority: Priority): Promise<SlotAnswer> {
    const answer = await this.deps.pacer.start(ENDPOINT_OF[call], priority);
    if (answer.limit !== undefined) this.#limits.set(call, answer.limit);
    return answer;
  }

  #tellPace(): void {
    for (const [call, limit] of this.#limits) {
      const seconds = (this.#waitedMs.get(call) ?? 0) / 1_000;
      const values = { PacerLimit: limit, ...(seconds > 0 && { PacerWait: seconds }) };
      this.deps.log.info('Pace of the turn', { call, ...measure(values, { Endpoint: ENDPOINT_OF[call] }) });
    }
  }

  async #lease(): Promise<boolean> {
    const now = this.deps.now();
    const held = await this.deps.ledger.acquireLease(LEASE, this.#owner, now, LEASE_MS);
    if (held) this.#leasedAt = now;
    return held;
  }
}
