import { type Policy, sourcesOf } from '../../core/policy/policy.ts';
import type { Ledger, SourceRecord, SweepRecord } from '../../core/ports.ts';
import type { SourceStatus, SweepStatus } from '../../shared/contract/operator.ts';
import { toIso, toIsoOrNull } from './iso-time.ts';

/** The sweeps of the policy's sources, those that there have been. */
export async function readSweeps(ledger: Pick<Ledger, 'getSweep'>, policy: Policy): Promise<readonly SweepRecord[]> {
  const sweeps = await Promise.all(sourcesOf(policy).map(({ alias }) => ledger.getSweep(alias)));
  return sweeps.filter((sweep) => sweep !== undefined);
}

/** The sources as the ledger has them; one is told of no job as unknown that has come since. */
export async function readSources(ledger: Pick<Ledger, 'getSources' | 'getJob'>): Promise<readonly SourceRecord[]> {
  const sources = await ledger.getSources();
  return Promise.all(
    sources.map(async ({ lastUnknownJobId, lastUnknownJobAt, ...source }) => {
      if (lastUnknownJobId === undefined || lastUnknownJobAt === undefined) return source;
      const hasCome = (await ledger.getJob(lastUnknownJobId))?.source === source.alias;
      return hasCome ? source : { ...source, lastUnknownJobId, lastUnknownJobAt };
    }),
  );
}

/** The sources of the policy in its order, then those that the ledger still knows from before. */
export function sourceStatus(
  policy: Policy,
  recorded: readonly SourceRecord[],
  jobs: ReadonlyMap<string, number>,
  sweeps: readonly SweepRecord[],
): readonly SourceStatus[] {
  const named = sourcesOf(policy).map(({ alias, id }) => ({ alias, projectId: id }));
  const aliases = new Set(named.map(({ alias }) => alias));
  const former = [...new Set([...recorded.map(({ alias }) => alias), ...jobs.keys()])]
    .filter((alias) => !aliases.has(alias))
    .sort()
    .map((alias) => ({ alias, projectId: null }));
  return [...named, ...former].map(({ alias, projectId }) => {
    const seen = recorded.find((record) => record.alias === alias);
    return {
      alias,
      projectId,
      lastWebhookAt: toIsoOrNull(seen?.lastWebhookAt ?? null),
      lastJobId: seen?.lastJobId ?? null,
      lastJobAt: toIsoOrNull(seen?.lastJobAt ?? null),
      lastUnknownJob: unknownJob(seen),
      jobs: jobs.get(alias) ?? 0,
      sweep: sweepStatus(sweeps.find(({ source }) => source === alias)),
    };
  });
}

function sweepStatus(sweep: SweepRecord | undefined): SweepStatus | null {
  if (sweep === undefined) return null;
  const { sweptAt, walk, open, odd = [], error } = sweep;
  return {
    sweptAt: toIsoOrNull(sweptAt),
    backfill: walk && { jobs: walk.jobs },
    openJobs: open.length,
    oddJobs: odd.map(({ id, problem }) => ({ jobId: id, problem })),
    error,
  };
}

function unknownJob(seen: SourceRecord | undefined): SourceStatus['lastUnknownJob'] {
  const { lastUnknownJobId: jobId, lastUnknownJobAt: at } = seen ?? {};
  return jobId === undefined || at === undefined ? null : { jobId, at: toIso(at) };
}
