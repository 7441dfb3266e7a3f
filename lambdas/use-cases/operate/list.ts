import { dueOf } from '../../core/checkpoint/due.ts';
import { holdOf } from '../../core/checkpoint/hold.ts';
import { permissionsOf } from '../../core/checkpoint/record.ts';
import { PROJECT_ID } from '../../core/model/ids.ts';
import type { CheckpointRecord, PermissionRecord } from '../../core/model/permission.ts';
import { PERMISSION_STATES } from '../../core/model/permission.ts';
import { matchesGlob } from '../../core/policy/glob.ts';
import { nearest } from '../../core/policy/nearest.ts';
import { aliasOf, findProject, type Policy } from '../../core/policy/policy.ts';
import { FILTERS, type FilterName } from '../../shared/contract/commands.ts';
import type {
  ListedDue,
  ListedHold,
  ListedPermission,
  ListOverview,
  ListPage,
  RequestOf,
  ShownCheckpoint,
} from '../../shared/contract/operator.ts';
import { fittingPage, toIso, toIsoOrNull } from './answer.ts';
import type { Command } from './deps.ts';
import { BadRequestError } from './problem.ts';

/**
 * `list`: the permissions of the ledger, at most one page of the ledger (1 MB) at a time, because Lambda answers
 * with no more than 6 MB.
 */
export const list: Command<'list'> = async ({ ledger, policy }, { filter, cursor, overview }) => {
  checkFilter(filter, policy);
  const hasFilter = FILTERS.some((name) => filter[name].length > 0);
  const tell = (record: CheckpointRecord): Told => {
    const permissions = listedOf(record, policy).filter((permission) => fits(permission, filter));
    if (!overview || (hasFilter && permissions.length === 0)) return { permissions, holds: [], due: [] };
    return { permissions, holds: holdsOf(record, policy), due: dueCallOf(record) };
  };
  const page = fittingPage(await ledger.listCheckpoints(cursor), tell, ({ checkpoint }) => checkpoint);
  const permissions = page.told.flatMap((told) => told.permissions);
  if (!overview) return { permissions, cursor: page.cursor };
  const projects = policy.projects.map(({ id, alias }) => ({ projectId: id, project: alias }));
  const holds = page.told.flatMap((told) => told.holds);
  const due = page.told.flatMap((told) => told.due);
  return { permissions, cursor: page.cursor, overview: { projects, holds, due } };
};

type Told = Pick<ListPage, 'permissions'> & Omit<ListOverview, 'projects'>;

function holdsOf({ checkpoint, holds = {} }: CheckpointRecord, policy: Policy): readonly ListedHold[] {
  return Object.entries(holds).map(([projectId, { kind }]) => {
    return { checkpoint, projectId, project: aliasOf(policy, projectId), kind };
  });
}

function dueCallOf(record: CheckpointRecord): readonly ListedDue[] {
  const due = describeDue(record);
  return due === null ? [] : [{ checkpoint: record.checkpoint, ...due }];
}

/** The next admin call that a checkpoint waits for; null where it waits for none. */
export function describeDue(record: CheckpointRecord): ShownCheckpoint['due'] {
  const due = dueOf(record);
  return due && { ...due, at: toIso(due.at) };
}

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

/**
 * A checkpoint's permissions for a person or a script to read, in the order of the project ids. Where OpenAI has made
 * more than one for the same project each is listed, for each is in force until it is revoked.
 */
export function listedOf(record: CheckpointRecord, policy: Policy): readonly ListedPermission[] {
  return [...permissionsOf(record)]
    .sort((a, b) => (a.projectId < b.projectId ? -1 : 1))
    .flatMap((permission) => {
      const first = describe(record, { ...permission, reason: reasonOf(record, permission) }, policy);
      return [first, ...permission.duplicateIds.map((permissionId) => duplicateOf(first, permissionId))];
    });
}

function describe(
  { checkpoint, jobId, source }: CheckpointRecord,
  { projectId, permissionId, state, reason, want, sharedAt, verifiedAt }: PermissionRecord,
  policy: Policy,
): ListedPermission {
  return {
    checkpoint,
    projectId,
    project: aliasOf(policy, projectId),
    permissionId,
    state,
    reason,
    jobId,
    source,
    rule: want?.rule ?? null,
    origin: want?.origin ?? null,
    sharedAt: toIsoOrNull(sharedAt),
    verifiedAt: toIsoOrNull(verifiedAt),
    expiresAt: toIsoOrNull(want?.expiresAt ?? null),
  };
}

/** What a person has said goes before what the system last thought of it. */
function reasonOf(record: CheckpointRecord, { projectId, parked, reason }: PermissionRecord): string | null {
  const hold = holdOf(record, projectId);
  if (hold?.kind === 'ignored')
    return `ignored by ${hold.by ?? 'a person'} since ${toIso(hold.at)}${reason === null ? '' : `; ${reason}`}`;
  return parked ? 'its rule or source is paused' : reason;
}

function duplicateOf(first: ListedPermission, permissionId: string): ListedPermission {
  const reason = first.reason ?? `OpenAI made it beside ${first.permissionId} for the same project`;
  return { ...first, permissionId, reason, sharedAt: null, verifiedAt: null };
}
