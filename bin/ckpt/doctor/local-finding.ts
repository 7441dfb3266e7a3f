import type { Finding } from '../../../lambdas/shared/contract/operator.ts';

/** A finding that was made on this machine. Message and mend are whole sentences. */
export function localFinding(
  check: string,
  state: 'good' | 'notice' | 'bad',
  message: string,
  mend: string | null = null,
): Finding {
  return { check, state, message, mend, retryAfterSeconds: null };
}
