import type { Change } from '../../../lambdas/core/plan/change.ts';
import type { ComparedRule, Plan, PlannedCalls } from '../../../lambdas/shared/contract/plan.ts';
import type { Style } from '../text/paint.ts';
import { showDuration } from '../text/times.ts';

/** How each kind of change is told, in the order in which they are. */
export const SIGNS: Readonly<Record<Change, { readonly sign: string; readonly style: Style; readonly word: string }>> =
  {
    share: { sign: '+', style: 'green', word: 'to share' },
    adopt: { sign: '~', style: 'yellow', word: 'to adopt' },
    change: { sign: '~', style: 'yellow', word: 'to change' },
    revoke: { sign: '-', style: 'red', word: 'to revoke' },
    orphan: { sign: '!', style: 'yellow', word: 'to leave as orphans' },
    report: { sign: '!', style: 'yellow', word: 'to report' },
    close: { sign: 'o', style: 'dim', word: 'to close' },
    'look-up': { sign: '?', style: 'yellow', word: 'to look up' },
  };

/** These two are always told, the others when there are any. */
const ALWAYS: readonly string[] = ['share', 'revoke'] satisfies Change[];

/** All changes of a plan, those under way included. */
export function changesOf({ counts }: Pick<Plan, 'counts'>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** `6 to share, 0 to revoke, 1 to look up`. */
export function showCounts(counts: Plan['counts']): string {
  return Object.entries(SIGNS)
    .map(([change, { word }]) => ({ change, word, count: counts[change as Change] }))
    .filter(({ change, count }) => count > 0 || ALWAYS.includes(change))
    .sort((a, b) => Number(ALWAYS.includes(b.change)) - Number(ALWAYS.includes(a.change)))
    .map(({ word, count }) => `${count} ${word}`)
    .join(', ');
}

/** Null where no call is needed. */
export function showCalls({ create, list, delete: deletes, seconds }: PlannedCalls, begin: string): string | null {
  const calls = [
    [create, 'POST'],
    [list, 'LIST'],
    [deletes, 'DELETE'],
  ] as const;
  const needed = calls.filter(([count]) => count > 0).map(([count, name]) => `${count} ${name}`);
  if (needed.length === 0) return null;
  const time = seconds === 0 ? 'which can go at once' : `the last of which can go in ${showDuration(seconds)}`;
  return `${begin} ${create + list + deletes} admin calls (${needed.join(', ')}), ${time}.`;
}

/** What stays as it is until something changes; null where there is nothing of the kind. */
export function showLeft({ left }: Pick<Plan, 'left'>): string | null {
  const { drifted, flapping, rejected, paused } = left;
  const parts = [
    drifted > 0 ? `${drifted} drifted${flapping > 0 ? ` (${flapping} flapping: see "ckpt repair")` : ''}` : '',
    rejected > 0 ? `${rejected} rejected, tried again once a day` : '',
    paused > 0 ? `${paused} paused until "ckpt resume"` : '',
  ].filter(Boolean);
  return parts.length === 0 ? null : `Left as it is: ${parts.join('; ')}.`;
}

/** What counts with a plan that waits, a sentence with a space before it. A function of an older version does not tell. */
export function showLately({ letGoLately = 0 }: Plan['guard']): string {
  return letGoLately === 0 ? '' : ` ${letGoLately} more were revoked within a day, which counts with it.`;
}

/** Whether it is the plan of a policy that is not deployed. A function of an older version does not tell. */
export function isOther({ policy }: Pick<Plan, 'policy'>): boolean {
  return policy.deployed === false;
}

/** Whether the guard holds what the policy revokes, without a full stop. */
export function guardInWords(plan: Pick<Plan, 'guard' | 'policy'>): string {
  const { id, state, revocations, tracked } = plan.guard;
  const share = `revoking ${revocations} of ${tracked} tracked permissions`;
  const [holds, lets, once] = isOther(plan)
    ? ['would hold', 'would let', ', once it is deployed']
    : ['holds', 'lets', ''];
  switch (state) {
    case 'none':
      return 'The guard has nothing to hold: nothing is revoked';
    case 'waiting':
      return `The guard ${holds} it: ${share} takes a person's word ("ckpt apply --confirm ${id}"${once})`;
    default:
      return `The guard ${lets} it through: ${share}`;
  }
}

/** The rules of which something is different. */
export function differing(rules: readonly ComparedRule[]): readonly ComparedRule[] {
  return rules.filter(({ change }) => change !== 'same');
}

/** What a rule makes of the jobs, without a full stop. */
export function jobsInWords({ change, matches, newlyCount, noLongerCount }: ComparedRule): string {
  const jobs = (count: number) => `${count} ${count === 1 ? 'job' : 'jobs'}`;
  if (change === 'removed') return `it matched ${jobs(noLongerCount)}`;
  const moved = [newlyCount > 0 && `${newlyCount} newly`, noLongerCount > 0 && `${noLongerCount} no longer`];
  return [`it matches ${jobs(matches)}`, ...moved.filter((part) => part !== false)].join(', ');
}
