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
  policy: Pick<Policy, 'rules'>,
  jobs: readonly KnownJob[],
  records: readonly CheckpointRecord[],
  wanted: Pick<Wanted, 'jobs'>,
): ReadonlyMap<string, number> {
  const matching = new Set(jobs.flatMap((job) => rulesFor(policy, job)));
  const unmatched = new Map(policy.rules.filter((rule) => !matching.has(rule)).map(({ name }) => [name, 0]));
  for (const record of records.filter((each) => isRead(wanted, each))) {
    for (const { want, lastRule } of permissionsOf(record).filter(isTracked)) {
      const name = (want === null ? lastRule : want.rule) ?? null;
      const count = name === null ? undefined : unmatched.get(name);
      if (name !== null && count !== undefined) unmatched.set(name, count + 1);
    }
  }
  return new Map([...unmatched].filter(([, permissions]) => permissions > 0));
}
