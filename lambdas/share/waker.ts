import type { ShareWaker } from '../core/ports/queue.ts';
import { once } from '../shared/runtime/once.ts';

/** Wakes this function from another. Lambda's client is loaded with the first wake-up: most runs have nothing new to share. */
export function createWakerOnDemand(shareFunction: string): ShareWaker {
  const waker = once(async () => (await import('../adapters/queue/invoke.ts')).createShareWaker(shareFunction));
  return { wake: async () => (await waker()).wake() };
}
