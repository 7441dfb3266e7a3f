import type { Terminal } from './terminal.ts';

const EVERY_MS = 2_000;

/** Runs some work, and tells whoever watches every two seconds what it is at. */
export async function withProgress<Result>(
  terminal: Terminal,
  say: () => string,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!terminal.watched) return work();
  const timer = setInterval(() => terminal.err(`${say()}\n`), EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
