import { CHANGES, type Change } from '../../../lambdas/core/plan/change.ts';
import { asCode, type Folded, foldUpTo } from '../text/markdown.ts';
import { showDuration } from '../text/times.ts';
import type { PlanDocument } from './plan-document.ts';
import { changesOf, differing, guardInWords, isOther, SIGNS, showLately } from './plan-words.ts';

/** GitHub takes 65,536 characters a comment; some are for whoever puts words of their own around it. */
export const MOST_CHARACTERS = 60_000;

/** Of these, for the lines that are always there. */
const FRAME = 8_000;

/**
 * A plan as a comment on a pull request. Its first line does not show, and is the same for every plan of a stack: by it the
 * comment is found again.
 */
export function planAsMarkdown(plan: PlanDocument): string {
  const { stack, region, counts, leftOut } = plan;
  const folded = foldUpTo(MOST_CHARACTERS - FRAME, [...rulesOf(plan), ...changesByReason(plan)]);
  const cut = [
    folded.leftOut > 0 ? `… and ${folded.leftOut} lines more, which do not fit into a comment.` : '',
    leftOut > 0 ? `${leftOut} changes are counted above, and not shown.` : '',
  ].filter(Boolean);
  const others = CHANGES.filter((change) => !HEADED.includes(change) && counts[change] > 0);
  const lines = [
    `<!-- ckpt plan: ${stack} in ${region} -->`,
    `### Checkpoint Sharing: ${headline(plan)}`,
    '',
    `${describePolicy(plan)} ${guardOf(plan)}.${showLately(plan.guard)}`,
    ...(others.length > 0 ? [`Also: ${others.map((each) => `${counts[each]} ${SIGNS[each].word}`).join(', ')}.`] : []),
    ...newSources(plan),
    '',
    `${folded.text}${cut.join(' ')}`,
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

const HEADED: readonly Change[] = ['share', 'change', 'revoke'];

function headline(plan: PlanDocument): string {
  const { counts, calls, guard } = plan;
  const { create, list, delete: deletes, seconds } = calls;
  const all = create + list + deletes;
  const time = seconds === 0 ? 'at once' : `in ${showDuration(seconds)}`;
  const parts = [
    `+ ${counts.share} to share, ~ ${counts.change} to change, − ${counts.revoke} to revoke`,
    guard.state === 'waiting' ? '**held by the guard**' : 'not held by the guard',
    all === 0 ? 'no admin calls' : `${all} admin ${all === 1 ? 'call' : 'calls'}, the last of them ${time}`,
  ];
  return changesOf(plan) === 0 ? 'no changes' : parts.join('; ');
}

function describePolicy(plan: PlanDocument): string {
  const { stack, region, policy, policyDigest } = plan;
  const digest = asCode(policyDigest.slice(0, 12));
  const where = `${asCode(stack)} in ${asCode(region)}`;
  return isOther(plan)
    ? `What deploying ${asCode(policy.file ?? '-')} (policy ${digest}) to ${where} would do.`
    : `What the deployed policy ${digest} of ${where} has still to do.`;
}

/** The guard's words may hold what a person has to type. */
function guardOf(plan: PlanDocument): string {
  return guardInWords(plan).replace(/"(ckpt [^"]*)"/, (_, command: string) => asCode(command));
}

function newSources({ policy: { newSources: sources = [] } }: PlanDocument): readonly string[] {
  if (sources.length === 0) return [];
  const named = sources.slice(0, 20).map(asCode).join(', ');
  const more = sources.length > 20 ? ` and ${sources.length - 20} more` : '';
  return ['', `Of ${named}${more} the ledger knows no jobs yet: what they bring is not in this plan.`];
}

/** The rules that are not as they are deployed, as a table. */
function rulesOf({ rules, rulesLeftOut }: PlanDocument): readonly Folded[] {
  const different = differing(rules ?? []);
  if (different.length === 0) return [];
  const lines = different.map(({ rule, change, matches, newlyCount, noLongerCount }) => {
    return `| ${asCode(rule)} | ${change} | ${matches} | ${newlyCount} | ${noLongerCount} |`;
  });
  const more = rulesLeftOut > 0 ? `, ${rulesLeftOut} not looked at` : '';
  return [
    {
      summary: `Rules that differ: ${different.length}${more}`,
      heading: '| rule | | jobs it matches | newly | no longer |\n|---|---|--:|--:|--:|',
      lines,
    },
  ];
}

/** One part for each kind of change and each reason, which names the rule; one line for each checkpoint in it. */
function changesByReason({ checkpoints }: PlanDocument): readonly Folded[] {
  const parts = new Map<string, { change: Change; reason: string; lines: Map<string, string[]> }>();
  for (const { checkpoint, changes } of checkpoints) {
    for (const { change, reason, project, projectId, underWay } of changes) {
      const why = underWay ? `under way: ${reason}` : reason;
      const key = JSON.stringify([change, why]);
      const part = parts.get(key) ?? { change, reason: why, lines: new Map() };
      parts.set(key, part);
      part.lines.set(checkpoint, [...(part.lines.get(checkpoint) ?? []), project ?? projectId]);
    }
  }
  const order = (change: Change) => ORDER.indexOf(change);
  return [...parts.values()]
    .sort((a, b) => order(a.change) - order(b.change))
    .map(({ change, reason, lines }) => {
      const { sign, word } = SIGNS[change];
      const count = [...lines.values()].reduce((sum, projects) => sum + projects.length, 0);
      return {
        summary: `${sign} ${count} ${word}: ${asCode(reason)}`,
        lines: [...lines].map(([checkpoint, projects]) => `- ${asCode(checkpoint)}: ${inShort(projects)}`),
      };
    });
}

/** What takes something away comes first: it has to be looked at. */
const ORDER: readonly Change[] = [
  'revoke',
  'orphan',
  ...CHANGES.filter((each) => each !== 'revoke' && each !== 'orphan'),
];

/** Of many targets the first are named. */
const NAMED = 20;

function inShort(projects: readonly string[]): string {
  const more = projects.length > NAMED ? ` and ${projects.length - NAMED} projects more` : '';
  return `${projects.slice(0, NAMED).map(asCode).join(', ')}${more}`;
}
