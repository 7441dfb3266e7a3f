import { parentPort, workerData } from 'node:worker_threads';
import { SABOTAGES } from './sabotage/sabotages.ts';
import { simulate } from './simulate.ts';
import type { SeedDone, Share } from './simulate-many.ts';

/** Plays its share of the seeds, and tells how each one ended. */
const { first, end, step, without } = workerData as Share;
const sabotage = without === null ? undefined : SABOTAGES[without];
for (let seed = first; seed < end; seed += step) {
  const { violation, events } = await simulate(seed, sabotage);
  parentPort?.postMessage({ seed, events, holds: violation === null } satisfies SeedDone);
}
