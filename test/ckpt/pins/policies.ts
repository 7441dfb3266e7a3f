import { parsePolicy } from '../../../lambdas/core/policy/parse.ts';
import type { Policy } from '../../../lambdas/core/policy/policy.ts';

export const A = 'ft:gpt-4o-mini-2024-07-18:org-xyz::AAAAAAAA';
export const B = 'ft:gpt-4o-mini-2024-07-18:org-xyz:support:BBBBBBBB';

/** The policy that a text says. */
export function policyIn(text: string): Policy {
  const parsed = parsePolicy(text);
  if ('policy' in parsed) return parsed.policy;
  throw new Error(JSON.stringify(parsed.mistakes));
}
