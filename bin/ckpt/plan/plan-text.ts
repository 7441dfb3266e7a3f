import type { Change } from '../../../lambdas/core/plan/change.ts';
import type { PlannedCalls, PlannedCheckpoint } from '../../../lambdas/shared/contract/plan.ts';
import type { Paint, Style } from '../text/paint.ts';
import { oneLine } from '../text/paint.ts';
import { showDuration, showTime } from '../text/times.ts';
import type { PlanDocument } from './plan-document.ts';
import { guardInWords, isOther, nameOf, showDeploy, showOther } from './undeployed-text.ts';

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
export function changesOf({ counts }: Pick<PlanDocument, 'counts'>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** The plan for people, as Terraform would print it. `file` is where it was written to. */
export function showPlan(plan: PlanDocument, paint: Paint, file: string | null): string {
  const { stack, region, at, policyDigest, id, underWay } = plan;
  const of = isOther(plan) ? ` of ${nameOf(plan)}, as if it were deployed now` : '';
  const heading = `${paint('bold', stack)} in ${region}, ${showTime(at)}, policy ${policyDigest.slice(0, 12)}${of}`;
  const left = showLeft(plan);
  const unmatched = showUnmatched(plan, paint);
  const other = showOther(plan, paint);
  if (changesOf(plan) === 0) {
    const lines = [
      heading,
      '',
      paint('bold', 'No changes.'),
      showCalls(plan.calls, 'Verification takes'),
      left,
      unmatched,
      other,
    ];
    return `${lines.filter((line) => line !== null).join('\n')}\n`;
  }
  const changes = plan.checkpoints.map((checkpoint) => `\n${showCheckpoint(checkpoint, paint)}`);
  const ends = [
    plan.leftOut > 0 ? `… and ${plan.leftOut} changes more, which are counted here and not shown.\n` : null,
    `${paint('bold', 'Plan:')} ${showCounts(plan.counts)}.`,
    underWay > 0 ? `Under way already: ${underWay} of them.` : null,
    showCalls(plan.calls, 'That takes'),
    left,
    unmatched,
    other,
    showGuard(plan, paint),
    isOther(plan)
      ? showDeploy(plan)
      : file === null
        ? `Its id is ${id}.`
        : `Written to ${file} as ${id}: carry it out with "ckpt apply ${file}".`,
  ];
  return `${[heading, ...changes, '', ...ends.filter((line) => line !== null)].join('\n')}\n`;
}

function showCheckpoint({ checkpoint, jobId, source, changes }: PlannedCheckpoint, paint: Paint): string {
  const origin = [jobId, source && `of ${source}`].filter(Boolean).join(' ');
  const name = ({ project, projectId }: (typeof changes)[number]) => project ?? projectId;
  const width = changes.reduce((longest, change) => Math.max(longest, name(change).length), 0);
  const lines = changes.map((change) => {
    const { sign, style } = SIGNS[change.change];
    const id = change.permissionId === null ? '' : ` (${change.permissionId})`;
    const state = change.underWay ? 'under way: ' : '';
    return `  ${paint(style, sign)} ${name(change).padEnd(width)}  ${oneLine(`${state}${change.reason}${id}`)}`;
  });
  return [`${paint('bold', checkpoint)}${origin === '' ? '' : `  ${origin}`}`, ...lines].join('\n');
}

/** `6 to share, 0 to revoke, 1 to look up`. */
export function showCounts(counts: PlanDocument['counts']): string {
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

/** Null where there is nothing of the kind. */
function showLeft({ left }: PlanDocument): string | null {
  const { drifted, flapping, rejected, paused } = left;
  const parts = [
    drifted > 0 ? `${drifted} drifted${flapping > 0 ? ` (${flapping} flapping: see "ckpt repair")` : ''}` : '',
    rejected > 0 ? `${rejected} rejected, tried again once a day` : '',
    paused > 0 ? `${paused} paused until "ckpt resume"` : '',
  ].filter(Boolean);
  return parts.length === 0 ? null : `Left as it is: ${parts.join('; ')}.`;
}

function showGuard(plan: PlanDocument, paint: Paint): string | null {
  const { guard } = plan;
  const { id, state, revocations, tracked, voided } = guard;
  if (isOther(plan)) return paint(state === 'waiting' ? 'red' : 'dim', `${guardInWords(plan)}.${showLately(guard)}`);
  if (id === null || state === 'allowed' || state === 'none') return null;
  const share = `${revocations} of ${tracked} tracked permissions`;
  if (state === 'confirmed') return `Revoking ${share} was confirmed (${id}).`;
  const why = `${showLately(guard)}${voided ? ` ${voided}` : ''}`;
  return paint(
    'red',
    `Revoking ${share} waits for a person's word: "ckpt apply --confirm ${id}" lets it through.${why}`,
  );
}

/** What counts with a plan that waits, a sentence with a space before it. A function of an older version does not tell. */
export function showLately({ letGoLately = 0 }: PlanDocument['guard']): string {
  return letGoLately === 0 ? '' : ` ${letGoLately} more were revoked within a day, which counts with it.`;
}

/** A function of an older version does not tell; null where there are none. */
function showUnmatched({ unmatchedRules = [] }: PlanDocument, paint: Paint): string | null {
  const lines = unmatchedRules.map(({ rule, permissions }) =>
    paint('red', `Rule "${oneLine(rule)}" matches no job any more (permissions of it: ${permissions}): is that meant?`),
  );
  return lines.length === 0 ? null : lines.join('\n');
}
