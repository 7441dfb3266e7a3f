import { setTimeout as sleep } from 'node:timers/promises';
import { ContentionError } from '../../core/errors.ts';
import type { Clock, Sleep } from '../../core/ports/runtime.ts';
import { isThrottling } from '../../core/row-failure.ts';

const MAX_TRIES = 8;
const FIRST_WAIT_MS = 100;
/** A gap begins with this, and does not grow beyond that. */
const FIRST_GAP_MS = 10;
const LONGEST_GAP_MS = 1_000;
/** Whoever lost a race waits up to so long: the next try of all who lost it is not to be one more race. */
const LONGEST_YIELD_MS = 50;
/** Slower by this each time that DynamoDB is too busy, and faster by that with each write that it takes. */
const SLOWER = 1.3;
const FASTER = 0.98;

export interface Timing {
  readonly now: Clock;
  readonly sleep: Sleep;
}

const REAL: Timing = { now: Date.now, sleep: async (ms) => void (await sleep(ms)) };

/**
 * Writes to one table as fast as it takes them. The waits of single writes are not enough: those that were not throttled
 * would take the capacity that the others wait for. So while DynamoDB is too busy all writes keep a distance from each other.
 */
export class Pace {
  readonly #timing: Timing;
  #gapMs = 0;
  #nextAt = 0;
  #slowedAt = 0;

  constructor(timing: Timing = REAL) {
    this.#timing = timing;
  }

  /**
   * Tries until it is taken; about ten seconds later it gives up with a `ContentionError`. False, that somebody else was
   * first, comes back after a moment.
   */
  async write<T>(what: string, attempt: () => Promise<T | 'busy'>): Promise<T> {
    for (let tries = 1; ; tries++) {
      await this.#distance();
      const outcome = await attempt().catch((error: unknown) => {
        if (isThrottling(error)) return 'busy' as const;
        throw error;
      });
      if (outcome !== 'busy') {
        this.#gapMs = this.#gapMs < 2 ? 0 : this.#gapMs * FASTER;
        if (outcome === false) await this.#timing.sleep(Math.random() * LONGEST_YIELD_MS);
        return outcome;
      }
      this.#slowDown();
      if (tries === MAX_TRIES) throw new ContentionError(`DynamoDB was too busy to write ${what}`);
      await this.#timing.sleep(FIRST_WAIT_MS * 2 ** (tries - 1) * (0.5 + Math.random() / 2));
    }
  }

  /** Once for all that are throttled at the same time. */
  #slowDown(): void {
    const now = this.#timing.now();
    if (now - this.#slowedAt < FIRST_WAIT_MS) return;
    this.#slowedAt = now;
    this.#gapMs = Math.min(LONGEST_GAP_MS, Math.max(FIRST_GAP_MS, this.#gapMs * SLOWER));
  }

  async #distance(): Promise<void> {
    if (this.#gapMs === 0) return;
    const now = this.#timing.now();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + this.#gapMs;
    if (at > now) await this.#timing.sleep(at - now);
  }
}
