import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** What one worker plays: every `step`th seed from `first` to before `end`. */
export interface Share {
  readonly first: number;
  readonly end: number;
  readonly step: number;
  /** Name of the sabotage; null = none. */
  readonly without: string | null;
}

export interface SeedDone {
  readonly seed: number;
  readonly events: number;
  /** Whether every invariant held. */
  readonly holds: boolean;
}

/** Plays many seeds on all cores, until one fails. Resolves with that seed, or null. */
export function simulateMany(
  seeds: { readonly first: number; readonly count: number; readonly without: string | null },
  onDone: (done: SeedDone) => void,
): Promise<number | null> {
  const { first, count, without } = seeds;
  const step = Math.min(count, availableParallelism());
  return new Promise((resolve, reject) => {
    let atWork = step;
    let failing: number | null = null;
    const workers = Array.from({ length: step }, (_, index) => {
      const share: Share = { first: first + index, end: first + count, step, without };
      return new Worker(new URL('./worker.ts', import.meta.url), { workerData: share });
    });
    for (const worker of workers) {
      worker.on('message', (done: SeedDone) => {
        onDone(done);
        if (done.holds) return;
        failing ??= done.seed;
        for (const each of workers) void each.terminate();
      });
      worker.on('error', reject);
      worker.on('exit', () => {
        if (--atWork === 0) resolve(failing);
      });
    }
  });
}
