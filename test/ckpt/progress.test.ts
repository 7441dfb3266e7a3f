import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withProgress } from '../../bin/ckpt/ask.ts';
import type { Terminal } from '../../bin/ckpt/terminal.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets work of six seconds run, and gives back what was said meanwhile and after. */
async function watch(watched: boolean): Promise<string[]> {
  const said: string[] = [];
  const terminal: Terminal = {
    out: () => undefined,
    err: (text) => void said.push(text),
    columns: null,
    color: false,
    watched,
    ask: null,
  };
  let done = 0;
  const work = withProgress(
    terminal,
    () => `${done} done`,
    async () => {
      for (; done < 6; done++) await new Promise((resolve) => setTimeout(resolve, 1000));
      return 'result';
    },
  );
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await work).toBe('result');
  return said;
}

describe('progress', () => {
  it('is told every two seconds to whoever watches, and no longer than the work takes', async () => {
    expect(await watch(true)).toEqual(['1 done\n', '3 done\n', '5 done\n']);
  });

  it('is not told to a file', async () => {
    expect(await watch(false)).toEqual([]);
  });
});
