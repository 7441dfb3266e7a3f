import { PROJECT_ID } from '../../core/model/ids.ts';
import { PERMISSION_STATES } from '../../core/model/permission.ts';
import { matchesGlob } from '../../core/policy/glob.ts';
import { nearest } from '../../core/policy/nearest.ts';
import { findProject, type Policy } from '../../core/policy/policy.ts';
import { FILTERS, type FilterName } from '../../shared/contract/commands.ts';
import type { ListedPermission, RequestOf } from '../../shared/contract/operator.ts';
import { BadRequestError } from './problem.ts';

type Filter = RequestOf<'list'>['filter'];

/** Whether a permission fits one value of a filter. */
const FITS: Readonly<Record<FilterName, (permission: ListedPermission, value: string) => boolean>> = {
  project: (permission, value) => permission.project === value || permission.projectId === value,
  source: (permission, value) => permission.source === value,
  state: (permission, value) => permission.state === value,
  rule: (permission, value) => permission.rule === value,
  job: (permission, value) => permission.jobId === value,
  checkpoint: (permission, value) => matchesGlob(value, permission.checkpoint),
};

export function fits(permission: ListedPermission, filter: Filter): boolean {
  return FILTERS.every((name) => {
    const values = filter[name];
    return values.length === 0 || values.some((value) => FITS[name](permission, value));
  });
}

/** A mistyped alias or state would list nothing, as if all were well: throws `BadRequestError` instead. */
export function checkFilter({ state, project }: Partial<Filter>, policy: Policy): void {
  const states: readonly string[] = PERMISSION_STATES;
  for (const each of state ?? []) {
    if (!states.includes(each)) throw unknownName('state', each, states);
  }
  for (const each of project ?? []) {
    if (!PROJECT_ID.test(each) && findProject(policy, each) === undefined) {
      const aliases = policy.projects.map(({ alias }) => alias);
      throw unknownName('project', each, [...aliases, 'a project id (proj_…)']);
    }
  }
}

export function unknownName(what: string, value: string, known: readonly string[]): BadRequestError {
  const near = nearest(value, known);
  const next = near === undefined ? `Name one of: ${known.join(', ')}.` : `Did you mean ${JSON.stringify(near)}?`;
  return new BadRequestError(`There is no ${what} ${JSON.stringify(value)}.`, next);
}
