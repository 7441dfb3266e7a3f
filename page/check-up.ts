import { signal } from '@preact/signals';
import type { CheckUpNews } from '../bin/ckpt/ui/check-up.ts';
import type { Finding, Problem } from '../lambdas/shared/contract/operator.ts';
import { askCheckUp, toProblem } from './ask.ts';
import { announce } from './store.ts';

type Found = Extract<CheckUpNews, { readonly kind: 'found' }>;

/** The last check-up: it costs some admin calls, and so is made when somebody first looks, and when somebody asks for it. */
export interface CheckUp {
  /** What it is at; null while none is under way. */
  readonly says: string | null;
  readonly found: Found | null;
  /** What the one under way has found so far; null where nothing yet. */
  readonly soFar: readonly Finding[] | null;
  readonly problem: Problem | null;
}

export const checkUp = signal<CheckUp>({ says: null, found: null, soFar: null, problem: null });

/** Looks at everything; what was found before is shown until then. One at a time. */
export async function startCheckUp(): Promise<void> {
  if (checkUp.value.says !== null) return;
  const { found } = checkUp.value;
  checkUp.value = { says: 'Looking at keys, secrets, webhooks and permissions …', found, soFar: null, problem: null };
  try {
    await askCheckUp((news) => {
      if (news.kind === 'says') checkUp.value = { ...checkUp.value, says: news.line };
      else if (news.kind === 'so-far') checkUp.value = { ...checkUp.value, soFar: news.findings };
      else if (news.kind === 'found') checkUp.value = { ...checkUp.value, found: news, soFar: null };
      else checkUp.value = { ...checkUp.value, problem: news.problem };
    });
  } catch (error) {
    checkUp.value = { ...checkUp.value, problem: toProblem(error) };
  }
  checkUp.value = { ...checkUp.value, says: null };
  announce(checkUp.value.problem === null ? 'Checked' : 'The check-up failed');
}
