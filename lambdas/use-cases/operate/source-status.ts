import { type Policy, sourcesOf } from '../../core/policy/policy.ts';
import type { SourceRecord } from '../../core/ports.ts';
import type { SourceStatus } from '../../shared/contract/operator.ts';
import { toIsoOrNull } from './iso-time.ts';

/** The sources of the policy in its order, then those that the ledger still knows from before. */
export function sourceStatus(
  policy: Policy,
  recorded: readonly SourceRecord[],
  jobs: ReadonlyMap<string, number>,
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
      jobs: jobs.get(alias) ?? 0,
    };
  });
}
