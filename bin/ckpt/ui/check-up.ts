import { setTimeout } from 'node:timers/promises';
import type { Finding, Problem } from '../../../lambdas/shared/contract/operator.ts';
import { DEFAULT_TIMEOUT_MS } from '../ask.ts';
import type { Operator } from '../aws/operator-function.ts';
import { type CheckedUp, checkUp } from '../doctor/check-up.ts';
import { toCliError } from '../errors.ts';

/** What the page is told while everything is looked at, a line of JSON each; the last one is `found` or `problem`. */
export type CheckUpNews =
  | { readonly kind: 'says'; readonly line: string }
  | { readonly kind: 'so-far'; readonly findings: readonly Finding[] }
  | ({ readonly kind: 'found' } & CheckedUp)
  | { readonly kind: 'problem'; readonly problem: Problem };

/**
 * Looks at everything as `ckpt doctor` does, and tells how far it is. No test event is delivered: the page makes no calls but
 * to the operator function. Ends early, with nothing more told, when nobody listens any more.
 */
export async function tellCheckUp(
  operator: Operator,
  tell: (news: CheckUpNews) => void,
  signal: AbortSignal,
): Promise<void> {
  const err = (text: string) => tell({ kind: 'says', line: text.trim() });
  const session = {
    operator,
    terminal: { out: () => undefined, err, columns: null, color: false, watched: true, ask: null },
    now: Date.now,
    sleep: (ms: number) => setTimeout(ms, undefined, { signal }),
  };
  try {
    const soFar = (findings: readonly Finding[]) => tell({ kind: 'so-far', findings });
    const found = await checkUp(session, { webhookTest: false, timeout: DEFAULT_TIMEOUT_MS, soFar });
    tell({ kind: 'found', ...found });
  } catch (error) {
    if (signal.aborted) return;
    const { name, message, next } = toCliError(error);
    tell({ kind: 'problem', problem: { name, message, next } });
  }
}
