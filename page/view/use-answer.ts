import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../../lambdas/shared/contract/operator.ts';
import { toProblem } from '../ask.ts';

export interface Answered<Value> {
  /** The last good answer to this very question; undefined before it. */
  readonly value: Value | undefined;
  readonly problem: Problem | null;
}

/**
 * Asks, and asks again whenever `again` is another one; what was answered before is shown until then. Another `question` begins
 * anew; null asks nothing.
 */
export function useAnswer<Value>(
  question: string | null,
  ask: (signal: AbortSignal) => Promise<Value>,
  again: unknown = null,
): Answered<Value> {
  const [answered, setAnswered] = useState<Answered<Value> & { readonly question: string | null }>();
  // `ask` is another function each time; the question says which.
  useEffect(() => {
    if (question === null) return;
    const aborting = new AbortController();
    ask(aborting.signal).then(
      (value) => {
        if (!aborting.signal.aborted) setAnswered({ question, value, problem: null });
      },
      (error: unknown) => {
        if (aborting.signal.aborted) return;
        setAnswered((before) => {
          const value = before?.question === question ? before.value : undefined;
          return { question, value, problem: toProblem(error) };
        });
      },
    );
    return () => aborting.abort();
  }, [question, again]);
  return answered?.question === question ? answered : { value: undefined, problem: null };
}
