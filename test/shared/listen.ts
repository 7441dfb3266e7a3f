import { inspect } from 'node:util';
import { vi } from 'vitest';

/** Collects what the process writes, by whatever stream, and every error that it is told of. */
export function listen() {
  let written = '';
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      written += String(chunk);
      return true;
    });
  }
  return {
    note: (error: unknown) => {
      written += inspect(error, { depth: Infinity, showHidden: true, getters: true, maxStringLength: null });
    },
    written: () => written,
  };
}
