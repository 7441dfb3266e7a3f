import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';

const TRIES = 60;
const PAUSE_MS = 50;

/** Reads until it is as expected; an index may lag behind the table. The last reading is what the test fails with. */
export async function eventually<T>(read: () => Promise<T>, expected: T): Promise<void> {
  for (let tries = 1; tries < TRIES; tries++) {
    const found = await read();
    try {
      expect(found).toEqual(expected);
      return;
    } catch {
      await sleep(PAUSE_MS);
    }
  }
  expect(await read()).toEqual(expected);
}
