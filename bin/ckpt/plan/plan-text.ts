import type { PlannedCheckpoint } from '../../../lambdas/shared/contract/plan.ts';
import { oneLine, type Paint } from '../text/paint.ts';
import { showTime } from '../text/times.ts';
import type { PlanDocument } from './plan-document.ts';
import { changesOf, guardInWords, isOther, SIGNS, showCalls, showCounts, showLately, showLeft } from './plan-words.ts';
import { nameOf, showDeploy, showOther } from './undeployed-text.ts';

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

/** A function of an older version does not tell; null where there are none. */
function showUnmatched({ unmatchedRules = [] }: PlanDocument, paint: Paint): string | null {
  const lines = unmatchedRules.map(({ rule, permissions }) =>
    paint('red', `Rule "${oneLine(rule)}" matches no job any more (permissions of it: ${permissions}): is that meant?`),
  );
  return lines.length === 0 ? null : lines.join('\n');
}
