import type { Page, Route } from 'playwright-core';
import type { OperatorAnswer } from '../../lambdas/shared/contract/operator.ts';

/** What the page is answered where the operator function is at its limit. */
export const FAILED = {
  ok: false,
  error: { name: 'FunctionTimeoutError', message: 'It did not finish within its time limit.', next: 'Ask again.' },
} as const satisfies OperatorAnswer;

/** Has the page's questions of this command answered by something else. */
export async function answering(page: Page, command: string, answer: (route: Route) => Promise<void>): Promise<void> {
  await page.route(`**/ask/${command}`, answer);
}
