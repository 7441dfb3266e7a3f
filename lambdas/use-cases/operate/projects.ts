import { aliasOf, findProject, type Policy } from '../../core/policy/policy.ts';
import { checkFilter } from './filter.ts';

/** Project ids of aliases or ids, each once; throws `BadRequestError` for an alias that the policy does not have. */
export function projectIdsOf(policy: Policy, names: readonly string[]): readonly string[] {
  checkFilter({ project: names }, policy);
  return [...new Set(names.map((name) => findProject(policy, name)?.id ?? name))];
}

/** As a person calls it: its alias, or its id where it has none. */
export function nameOf(policy: Policy, projectId: string): string {
  return aliasOf(policy, projectId) ?? projectId;
}
