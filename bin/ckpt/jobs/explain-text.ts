import type { ExplainedPermission, ExplainedRule } from '../../../lambdas/shared/contract/operator.ts';
import { oneLine, type Paint, type Style } from '../text/paint.ts';
import { table } from '../text/table.ts';
import { showTime } from '../text/times.ts';
import type { ExplainDocument } from './explain-document.ts';
import { STANDING_WORDS, tellUnmet } from './explain-words.ts';

/** For people: the rules one after another, and what comes of all of them together. */
export function showExplanation(told: ExplainDocument, paint: Paint, width: number | null): string {
  const { policy, rules, rulesLeftOut, permissions, permissionsLeftOut, notes } = told;
  const file = policy.deployed
    ? 'the deployed policy'
    : `the policy of ${oneLine(policy.file ?? '-')}, which is not deployed`;
  const blocks = [
    [...subjectOf(told, paint), `by ${file} (${policy.digest.slice(0, 12)})`],
    notes.map((note) => paint('yellow', oneLine(note))),
    ...rules.map((rule) => showRule(rule, paint)),
    rulesLeftOut > 0 ? [`… and ${rulesLeftOut} rules more, which are not shown.`] : [],
    showPermissions(permissions, paint, width),
    permissionsLeftOut > 0 ? [`… and ${permissionsLeftOut} permissions more, which are not shown.`] : [],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function subjectOf({ what, job }: ExplainDocument, paint: Paint): readonly string[] {
  if (job === null) return [paint('bold', what)];
  const { jobId, source, status, baseModel, metadata } = job;
  const pairs = Object.entries(metadata).map(([key, value]) => `${key}=${value}`);
  const about = pairs.length === 0 ? '' : `; metadata ${oneLine(pairs.join(', '))}`;
  const lines = [`${jobId} of ${source}: ${status}`, `base model ${oneLine(baseModel)}${about}`];
  return what === jobId ? [paint('bold', lines[0] ?? ''), ...lines.slice(1)] : [paint('bold', what), ...lines];
}

function showRule(rule: ExplainedRule, paint: Paint): readonly string[] {
  const name = `"${oneLine(rule.rule)}"`;
  if (!rule.matches) {
    const unmet = rule.conditions.filter(({ holds }) => !holds).map((each) => `  ${oneLine(tellUnmet(each))}`);
    return [`${paint('dim', '-')} rule ${name} does not match`, ...unmet];
  }
  const { selection, shortfall, expired, expiresAt, checkpoints } = rule;
  const over = `expired ${showTime(expiresAt)}: nothing of it is wanted any more`;
  const end = expired ? [`  ${paint('red', over)}`] : expiresAt === null ? [] : [`  until ${showTime(expiresAt)}`];
  return [
    `${paint('green', '+')} rule ${name} matches`,
    ...end,
    `  checkpoints: ${selection}${shortfall === null ? '' : `; ${oneLine(shortfall)}`}`,
    ...checkpoints.map(({ checkpoint, taken, why }) => {
      return `    ${taken ? paint('green', '+') : paint('dim', '-')} ${checkpoint}  ${oneLine(why)}`;
    }),
    ...showTargets(rule),
  ];
}

function showTargets({ targets }: ExplainedRule): readonly string[] {
  const names = (owns: boolean) =>
    targets.filter((target) => target.owns === owns).map(({ project, projectId }) => project ?? projectId);
  const [owners, others] = [names(true), names(false)];
  return [
    ...(others.length > 0 ? [`  for: ${others.join(', ')}`] : []),
    ...owners.map((owner) => `  not for ${owner}: it owns the checkpoints`),
  ];
}

const STYLES: Readonly<Record<ExplainedPermission['standing'], Style>> = {
  'has-it': 'green',
  'to-share': 'yellow',
  'to-adopt': 'yellow',
  due: 'yellow',
  'in-flight': 'yellow',
  paused: 'yellow',
  refused: 'red',
  drifted: 'red',
  ignored: 'dim',
  forgotten: 'dim',
  withheld: 'dim',
  gone: 'red',
};

function showPermissions(
  permissions: readonly ExplainedPermission[],
  paint: Paint,
  width: number | null,
): readonly string[] {
  if (permissions.length === 0) return ['Nobody is to have any of it.'];
  const text = table(
    permissions,
    [
      { heading: 'CHECKPOINT', text: ({ checkpoint }) => checkpoint },
      { heading: 'PROJECT', text: ({ project, projectId }) => project ?? projectId },
      {
        heading: 'STANDING',
        text: ({ standing }) => STANDING_WORDS[standing],
        paint: (cell, { standing }) => paint(STYLES[standing], cell),
      },
      { heading: 'PERMISSION', text: ({ permissionId }) => permissionId },
      { heading: 'WANTED BY', text: ({ rule, pinned }) => [rule, pinned && 'a pin'].filter(Boolean).join(', ') },
      { heading: 'TRIED AGAIN', text: ({ until }) => showTime(until) },
      { heading: 'WHY', text: ({ reason }) => reason },
    ],
    width,
  );
  return text.trimEnd().split('\n');
}
