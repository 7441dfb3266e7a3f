import { NoSlotError, ThrottledError } from '../../core/errors.ts';
import type { Priority } from '../../core/model/permission.ts';
import { type AdminCall, ENDPOINT_OF } from '../../core/pacing/endpoints.ts';
import { endRests } from '../../core/pacing/rests.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { changeState } from '../change.ts';
import type { Pacer } from '../pacer.ts';

/** Carries out one admin call in a slot of its endpoint. */
export type Paced = <T>(call: AdminCall, priority: Priority, work: () => Promise<T>) => Promise<T>;

/** In how many seconds OpenAI's admin endpoints refill (measured); it names no time with a 429. */
const REFILL_SECONDS = 60;

export interface PacedDeps {
  readonly pacer: Pick<Pacer, 'start' | 'throttled'>;
  readonly ledger: Pick<Ledger, 'getState' | 'saveState'>;
}

/**
 * Carries out work in a slot of an endpoint, for somebody who waits: it does not wait for a slot, but throws `NoSlotError` where
 * there is none at once. So does a 429, of which the pacer is told first. Anything else that the work throws passes.
 */
export async function inSlot<T>(
  pacer: PacedDeps['pacer'],
  endpoint: string,
  priority: Priority,
  work: () => Promise<T>,
): Promise<T> {
  const { waitMs, reason } = await pacer.start(endpoint, priority);
  if (waitMs > 0) throw new NoSlotError({ endpoint, seconds: Math.ceil(waitMs / 1_000), reason });
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ThrottledError)) throw error;
    await pacer.throttled(endpoint, error.retryAfterSeconds);
    // To ask the pacer again would take a slot.
    const seconds = Math.max(1, error.retryAfterSeconds ?? REFILL_SECONDS);
    throw new NoSlotError({ endpoint, seconds, reason: 'OpenAI answered 429' }, { cause: error });
  }
}

/**
 * Admin calls in a slot of their endpoint. What rests since OpenAI refused it is asked for all the same: whoever asks may have
 * mended it, and what is let in rests no more.
 */
export function createPaced({ pacer, ledger }: PacedDeps): Paced {
  return async (call, priority, work) => {
    const answer = await inSlot(pacer, ENDPOINT_OF[call], priority, work);
    await changeState(ledger, 'rests', (rests) => endRests(rests, call));
    return answer;
  };
}
