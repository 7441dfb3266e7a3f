import { permissionsOf } from '../checkpoint/record.ts';
import type { CheckpointRecord } from '../model/permission.ts';
import { rulesFor } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { isTracked } from './guard.ts';
import { isRead, type KnownJob, type Wanted } from './wanted.ts';

/**
 * By name, the rules that have wanted permissions in force and match no job any more, with how many these are. A forgotten
 * job still counts as matched, and what hangs on a job that was not read is no sign of anything.
 */
export function unmatchedRules(
  { rules }: Pick<Policy, 'rules'>,
  jobs: readonly KnownJob[],
  records: readonly CheckpointRecord[],
  wanted: Pick<Wanted, 'jobs'>,
): ReadonlyMap<string, number> {
  const matching = new Set(jobs.flatMap((job) => rulesFor({ rules }, job)));
  const wantedBy = records
    .filter((record) => isRead(wanted, record))
    .flatMap(permissionsOf)
    .filter(isTracked)
    .map(({ want, lastRule }) => (want === null ? lastRule : want.rule));
  const unmatched = rules
    .filter((rule) => !matching.has(rule))
    .map(({ name }) => [name, wantedBy.filter((rule) => rule === name).length] as const);
  return new Map(unmatched.filter(([, permissions]) => permissions > 0));
}
