import type { Finding } from '../../../shared/contract/operator.ts';

/** What one check has found; whose finding it is, is said by whoever made the check. */
export type Found = Omit<Finding, 'check'>;

export function good(message: string): Found {
  return { state: 'good', message, mend: null, retryAfterSeconds: null };
}

/** Something to know of. Whole sentences, both. */
export function notice(message: string, mend: string | null): Found {
  return { state: 'notice', message, mend, retryAfterSeconds: null };
}

/** Something that does not work as it should. Whole sentences, both. */
export function bad(message: string, mend: string | null): Found {
  return { state: 'bad', message, mend, retryAfterSeconds: null };
}
