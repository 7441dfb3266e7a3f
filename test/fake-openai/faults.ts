import type { Endpoint } from './endpoints.ts';
import { seededRandom } from './random.ts';

/**
 * What may go wrong with a call. `…-before`: nothing was done. `…-after`: the work is done, only the answer is not what
 * it should be.
 *
 * - `none` this call goes well (to let some pass before the next fault)
 * - `throttled` 429, nothing done
 * - `error-before`, `error-after` a 5xx
 * - `reset-before`, `reset-after` the connection is reset
 * - `hang-before`, `hang-after` no answer until the caller gives up
 * - `malformed` done, answered 200 with half of the JSON
 * - `slow` done and answered after `delayMs`; done even if the caller has given up by then
 */
export const FAULT_KINDS = [
  'none',
  'throttled',
  'error-before',
  'error-after',
  'reset-before',
  'reset-after',
  'hang-before',
  'hang-after',
  'malformed',
  'slow',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** Of `error-…`; 500 unless told. */
  readonly status?: number;
  /** Of `throttled`; no `Retry-After` unless told. */
  readonly retryAfterSeconds?: number;
  /** Of `slow`, in milliseconds; 1000 unless told. */
  readonly delayMs?: number;
}

/** Faults by chance, the same ones for the same seed and order of calls. */
export interface RandomFaults {
  /** Between 0 and 1, for each call. */
  readonly probability: number;
  /** One of these is drawn, all equally likely. */
  readonly kinds: readonly (FaultKind | Fault)[];
  /** All endpoints unless told. */
  readonly endpoints?: readonly Endpoint[];
  readonly seed?: number;
}

const NONE: Fault = { kind: 'none' };

/** Faults to come. A queued one is used up by the next call that has a good key and is not throttled. */
export class Faults {
  readonly #queues = new Map<Endpoint, Fault[]>();
  #draw: (endpoint: Endpoint) => Fault = () => NONE;

  /** Plans the next calls of an endpoint, in this order. They come before any fault by chance. */
  queue(endpoint: Endpoint, ...faults: readonly (FaultKind | Fault)[]): void {
    this.#queues.set(endpoint, [...(this.#queues.get(endpoint) ?? []), ...faults.map(toFault)]);
  }

  /** Lets calls fail by chance from now on. */
  random({ probability, kinds, endpoints, seed = 1 }: RandomFaults): void {
    const next = seededRandom(seed);
    this.#draw = (endpoint) => {
      if (endpoints && !endpoints.includes(endpoint)) return NONE;
      if (next() >= probability) return NONE;
      return toFault(kinds[Math.floor(next() * kinds.length)] ?? NONE);
    };
  }

  /** No fault any more, neither queued nor by chance. */
  clear(): void {
    this.#queues.clear();
    this.#draw = () => NONE;
  }

  /** Queued faults that no call has met yet: a test may want this to be 0 in the end. */
  get pending(): number {
    return [...this.#queues.values()].reduce((sum, queue) => sum + queue.length, 0);
  }

  /** Uses up the next fault of this endpoint. */
  next(endpoint: Endpoint): Fault {
    return this.#queues.get(endpoint)?.shift() ?? this.#draw(endpoint);
  }
}

function toFault(fault: FaultKind | Fault): Fault {
  return typeof fault === 'string' ? { kind: fault } : fault;
}
