import { permissionsOf } from '../checkpoint/record.ts';
import type { ModelRecord } from '../model/openai-model.ts';
import type { CheckpointRecord, PermissionRecord } from '../model/permission.ts';
import type { Policy } from '../policy/policy.ts';
import { daysUntil } from './days.ts';
import { baseModelOf, type ShutdownSource, shutdownOf } from './shutdown-of.ts';

/** Shared checkpoints of one base model that shut down on one day. */
export interface ShutdownAhead {
  readonly baseModel: string;
  /** `YYYY-MM-DD`; it comes at 00:00 UTC. */
  readonly date: string;
  readonly source: ShutdownSource;
  /** A day that has begun counts as whole; 0 or less once the date has come. */
  readonly daysLeft: number;
  readonly checkpoints: number;
  readonly permissions: number;
  /** Projects that have any of these permissions. */
  readonly projects: number;
}

/** The permissions of a checkpoint that its shutdown takes away; those that drifted are wanted all the same. */
export function sharedOf(record: CheckpointRecord): readonly PermissionRecord[] {
  return permissionsOf(record).filter(({ state }) => ['active', 'orphaned', 'drifted'].includes(state));
}

/** What is known of one of them before all checkpoints have been seen. */
export type ShutdownGroup = Pick<ShutdownAhead, 'baseModel' | 'date' | 'source' | 'checkpoints' | 'permissions'> & {
  readonly projectIds: readonly string[];
  /** Some of the checkpoints, for a person to see which. */
  readonly examples: readonly string[];
};

/** So many checkpoints are named where a shutdown is told of; all are counted. */
const MOST_EXAMPLES = 20;

/**
 * Every known shutdown of a shared checkpoint, however far away or long past, the earliest first. `now` in milliseconds
 * since the epoch.
 */
export function shutdownsAhead(
  policy: Policy,
  records: Iterable<CheckpointRecord>,
  models: Iterable<ModelRecord>,
  now: number,
): readonly ShutdownAhead[] {
  const known = new Map([...models].map((model) => [model.model, model]));
  return tellGroups(addToGroups([], policy, records, known), now);
}

/** The groups with some more checkpoints in them, by what is known of their models and of the base models. */
export function addToGroups(
  before: readonly ShutdownGroup[],
  policy: Policy,
  records: Iterable<CheckpointRecord>,
  known: ReadonlyMap<string, ModelRecord>,
): readonly ShutdownGroup[] {
  const groups = new Map(
    before.map((group) => [`${group.baseModel} ${group.date}`, { ...group, projectIds: new Set(group.projectIds) }]),
  );
  for (const record of records) {
    const shared = sharedOf(record);
    const baseModel = baseModelOf(record.checkpoint);
    const shutdown = shutdownOf(policy, record.checkpoint, known);
    if (shared.length === 0 || baseModel === undefined || shutdown === undefined) continue;
    const { date } = shutdown;
    const group = groups.get(`${baseModel} ${date}`);
    groups.set(`${baseModel} ${date}`, {
      baseModel,
      date,
      // OpenAI's own word on one of them says more than the table on the others.
      source: group?.source === 'openai' ? 'openai' : shutdown.source,
      checkpoints: (group?.checkpoints ?? 0) + 1,
      permissions: (group?.permissions ?? 0) + shared.length,
      examples: [...(group?.examples ?? []), record.checkpoint].slice(0, MOST_EXAMPLES),
      projectIds: new Set([...(group?.projectIds ?? []), ...shared.map(({ projectId }) => projectId)]),
    });
  }
  return [...groups.values()].map((group) => ({ ...group, projectIds: [...group.projectIds] }));
}

export function tellGroups(groups: readonly ShutdownGroup[], now: number): readonly ShutdownAhead[] {
  return groups
    .map(({ projectIds, examples: _, ...group }) => ({
      ...group,
      daysLeft: daysUntil(group.date, now),
      projects: projectIds.length,
    }))
    .sort((a, b) => (`${a.date} ${a.baseModel}` < `${b.date} ${b.baseModel}` ? -1 : 1));
}
