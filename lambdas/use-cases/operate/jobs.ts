import { permissionsOf } from '../../core/checkpoint/record.ts';
import type { CheckpointFacts, JobRecord } from '../../core/model/job.ts';
import { sourcesOf } from '../../core/policy/policy.ts';
import type { JobCheckpoint, ListedJob, ShownJob } from '../../shared/contract/operator.ts';
import { toIso, toIsoOrNull } from './answer.ts';
import type { Command, CommandDeps } from './deps.ts';
import { unknownName } from './list.ts';
import { nameOf } from './names.ts';

/** `jobs`: the jobs of the ledger but those forgotten, one page of the ledger (1 MB) at a time. */
export const jobs: Command<'jobs'> = async ({ ledger, policy }, { source, status, cursor }) => {
  const aliases = sourcesOf(policy).map(({ alias }) => alias);
  const page = await ledger.listJobs(cursor);
  // A source that is no more in the policy may still have jobs here.
  const known = new Set([...aliases, ...page.items.map((job) => job.source)]);
  for (const alias of source) {
    if (cursor === null && page.cursor === null && !known.has(alias)) throw unknownName('source', alias, [...known]);
  }
  const fits = (values: readonly string[], value: string) => values.length === 0 || values.includes(value);
  const found = page.items.filter((job) => !job.forgotten && fits(source, job.source) && fits(status, job.status));
  return { jobs: found.map(listedJob), cursor: page.cursor };
};

/** A job with its checkpoints, each with who has it. */
export async function describeJob(deps: Pick<CommandDeps, 'ledger' | 'policy'>, job: JobRecord): Promise<ShownJob> {
  const { checkpoints: _, ...listed } = listedJob(job);
  const { metadata, forgotten } = job;
  return {
    ...listed,
    metadata,
    forgotten: forgotten === undefined ? null : { at: toIso(forgotten.at), by: forgotten.by },
    checkpoints: await Promise.all(inOrder(job.checkpoints).map((facts) => describeCheckpoint(deps, facts))),
  };
}

export function listedJob(job: JobRecord): ListedJob {
  const { jobId, source, status, baseModel, finalModel, note, checkpoints } = job;
  return {
    jobId,
    source,
    status,
    baseModel,
    finalModel,
    checkpoints: checkpoints.length,
    createdAt: toIso(job.createdAt),
    finishedAt: toIsoOrNull(job.finishedAt),
    observedAt: toIso(job.observedAt),
    note,
  };
}

/** By step; the final model, which may have none, is the last. */
function inOrder(checkpoints: readonly CheckpointFacts[]): readonly CheckpointFacts[] {
  const rank = ({ final, step }: CheckpointFacts) => (final ? Number.POSITIVE_INFINITY : (step ?? 0));
  return [...checkpoints].sort((a, b) => rank(a) - rank(b));
}

async function describeCheckpoint(
  { ledger, policy }: Pick<CommandDeps, 'ledger' | 'policy'>,
  { checkpoint, step, final, metrics }: CheckpointFacts,
): Promise<JobCheckpoint> {
  const record = await ledger.getCheckpoint(checkpoint);
  const permissions = record === undefined ? [] : permissionsOf(record);
  const named = (states: readonly string[]) =>
    permissions
      .filter(({ state }) => states.includes(state))
      .map(({ projectId }) => nameOf(policy, projectId))
      .sort();
  return {
    checkpoint,
    step,
    final,
    metrics,
    sharedWith: named(['active', 'orphaned', 'revoking', 'foreign']),
    pending: named(['pending', 'unknown', 'rejected', 'drifted']),
  };
}
