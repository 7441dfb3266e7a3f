import { isDeepStrictEqual } from 'node:util';
import { parsePolicy } from '../../../lambdas/core/policy/parse.ts';
import { aliasOf, type Pin, type Policy } from '../../../lambdas/core/policy/policy.ts';
import { insertPins } from './insert-pins.ts';

/**
 * The text of a policy file with pins added under the file's own aliases. `policy` is what the text says now. Null
 * where that cannot be done so that the new text says exactly the same and these pins: there are more ways to write
 * YAML than anybody foresees, so the result is read again.
 */
export function addPins(text: string, policy: Policy, pins: readonly Pin[]): string | null {
  const named = pins.map(({ checkpoint, to }) => ({ checkpoint, to: to.map((id) => aliasOf(policy, id) ?? id) }));
  const added = insertPins(text, named);
  if (added === null) return null;
  const parsed = parsePolicy(added);
  const expected: Policy = { ...policy, permissions: [...policy.permissions, ...pins] };
  return 'policy' in parsed && isDeepStrictEqual(parsed.policy, expected) ? added : null;
}
