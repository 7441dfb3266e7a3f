import { toProblem } from './ask.ts';
import { whenSeen } from './seen.ts';
import { setProblem } from './store.ts';

/** Something that is read one at a time, and after a failure again. */
export interface Reading {
  readonly name: Parameters<typeof setProblem>[0];
  readonly read: () => Promise<unknown>;
  /** Whether there is anything of it that has not been read. */
  isDue: boolean;
  isUnderWay: boolean;
  /** Calls the next try off. */
  stop: () => void;
}

export function aReading(name: Reading['name'], read: Reading['read']): Reading {
  return { name, read, isDue: true, isUnderWay: false, stop: () => undefined };
}

const AFTER_FAILURE_MS = 10_000;

/** Reads while there is anything to be read: what comes up meanwhile, too, and after a failure a little later. */
export async function readOn(reading: Reading): Promise<void> {
  if (reading.isUnderWay) return;
  reading.isUnderWay = true;
  reading.stop();
  try {
    while (reading.isDue) {
      reading.isDue = false;
      await reading.read();
    }
    setProblem(reading.name, null);
  } catch (error) {
    reading.isDue = true;
    setProblem(reading.name, toProblem(error));
    reading.stop = whenSeen(() => readOn(reading), AFTER_FAILURE_MS);
  }
  reading.isUnderWay = false;
}

/** Reads it again, at once or after what is being read. */
export function readSoon(reading: Reading): Promise<void> {
  reading.isDue = true;
  return readOn(reading);
}
