/**
 * What is to be done about one permission.
 *
 * - `share` a POST grants it
 * - `adopt` it is at OpenAI already, and becomes ours
 * - `change` it stays as it is, under another id, rule or other terms
 * - `revoke` a DELETE takes it away
 * - `orphan` no rule wants it any more, and it is kept: pruning is off
 * - `report` it differs from what is wanted, and is left so
 * - `close` it is gone, or was never granted, and nobody wants it
 * - `look-up` a call for it had no answer: a LIST has to tell
 */
export const CHANGES = ['share', 'adopt', 'change', 'revoke', 'orphan', 'report', 'close', 'look-up'] as const;
export type Change = (typeof CHANGES)[number];
