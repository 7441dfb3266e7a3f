import { NoSlotError, ThrottledError } from '../../core/errors.ts';
import type { Priority } from '../../core/model/permission.ts';
import { type AdminCall, ENDPOINT_OF } from '../../core/pacing/endpoints.ts';
import { KEY_REFUSED } from '../../core/pacing/window.ts';
import type { Pacer } from '../pacer.ts';
import { tryKeyAgain } from './try-key-again.ts';

/** Carries out one admin call in a slot of its endpoint. */
export type Paced = <T>(call: AdminCall, priority: Priority, work: () => Promise<T>) => Promise<T>;

/** In how many seconds OpenAI's admin endpoints refill (measured); it names no time with a 429. */
const REFILL_SECONDS = 60;

/**
 * Admin calls that somebody waits for: they do not wait for a slot, but throw `NoSlotError` where there is none at
 * once. So does a 429, of which the pacer is told first. Anything else that the work throws passes.
 */
export function createPaced({ pacer }: { readonly pacer: Pick<Pacer, 'start' | 'throttled' | 'releaseKey'> }): Paced {
  return async (call, priority, work) => {
    const endpoint = ENDPOINT_OF[call];
    const first = await pacer.start(endpoint, priority);
    const isKey = first.reason?.startsWith(KEY_REFUSED) === true;
    if (isKey) await tryKeyAgain({ pacer });
    const { waitMs, reason } = isKey ? await pacer.start(endpoint, priority) : first;
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
  };
}
