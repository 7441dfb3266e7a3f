import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../lambdas/shared/contract/operator.ts';
import { AskError, toProblem } from '../ask.ts';
import { whenSeen } from '../seen.ts';
import { live } from '../store.ts';

export interface Answered<Value> {
  /** The last good answer to this very question; undefined before it. */
  readonly value: Value | undefined;
  readonly problem: Problem | null;
}

/** With the question that it is an answer to. */
interface Kept<Value> extends Answered<Value> {
  readonly question: string | null;
  /** After so many seconds it may be answered; null where nobody knows. */
  readonly retryAfterSeconds: number | null;
}

/**
 * Asks, and asks again whenever `again` is another one; what was answered before is shown until then. Another `question` begins
 * anew; null asks nothing. One at a time: what is asked while the answer is on its way is asked once more after it. What could not be answered is asked again as soon as it may be, and when all can be read again.
 */
export function useAnswer<Value>(
  question: string | null,
  ask: (signal: AbortSignal) => Promise<Value>,
  again: unknown = null,
): Answered<Value> {
  const [answered, setAnswered] = useState<Kept<Value>>();
  const [tries, setTries] = useState(0);
  const isLive = live.value;
  const asking = useRef<(() => Promise<void>) | null>(null);
  // `ask` is another function each time; the question says which.
  useEffect(() => {
    if (question === null) return;
    const aborting = new AbortController();
    const { signal } = aborting;
    asking.current = oneAtATime(async () => {
      const told = await ask(signal).then((value) => ({ value, ...NO_FAILURE }), failureOf);
      if (signal.aborted) return;
      setAnswered((before) => ({ question, value: before?.question === question ? before.value : undefined, ...told }));
    });
    return () => aborting.abort();
  }, [question]);
  useEffect(() => {
    if (question !== null) void asking.current?.();
  }, [question, again, tries]);
  useEffect(() => {
    const seconds = answered?.retryAfterSeconds ?? null;
    return seconds === null ? undefined : whenSeen(() => setTries((tried) => tried + 1), seconds * 1_000);
  }, [answered]);
  useEffect(() => {
    if (isLive && answered?.problem) setTries((tried) => tried + 1);
  }, [isLive]);
  return answered?.question === question ? answered : { value: undefined, problem: null };
}

/** Does it, and once more where it is called for while it is at it. */
function oneAtATime(act: () => Promise<void>): () => Promise<void> {
  let isUnderWay = false;
  let isDue = false;
  return async () => {
    isDue = true;
    if (isUnderWay) return;
    isUnderWay = true;
    while (isDue) {
      isDue = false;
      await act();
    }
    isUnderWay = false;
  };
}

const NO_FAILURE = { problem: null, retryAfterSeconds: null };

function failureOf(error: unknown): Pick<Kept<unknown>, 'problem' | 'retryAfterSeconds'> {
  const problem = toProblem(error);
  const retryAfterSeconds = error instanceof AskError ? error.retryAfterSeconds : null;
  if (retryAfterSeconds === null) return { problem, retryAfterSeconds };
  return { problem: { ...problem, next: 'It is asked for again by itself.' }, retryAfterSeconds };
}
