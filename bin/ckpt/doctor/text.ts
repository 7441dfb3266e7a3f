import type { Finding } from '../../../lambdas/shared/contract/operator.ts';
import { oneLine } from '../one-line.ts';
import type { Paint, Style } from '../paint.ts';

const MARKS: Readonly<Record<Finding['state'], readonly [mark: string, style: Style]>> = {
  good: ['✓', 'green'],
  notice: ['!', 'yellow'],
  waiting: ['!', 'yellow'],
  bad: ['✗', 'red'],
};

/** First words of checks whose second one is a source. */
const OF_A_SOURCE = ['project-key', 'webhook-secret', 'webhook-endpoint', 'webhooks', 'sweep', 'webhook-test'];
const OF_THE_KEYS = ['admin-key', 'secrets'];
const OF_THIS_MACHINE = ['cli-version', 'policy-file', 'local-clock'];

/** The findings for people, those of one thing together, each with how to mend it below. */
export function showFindings(findings: readonly Finding[], paint: Paint): string {
  const groups = [...Map.groupBy(findings, groupOf)].map(([title, group]) => {
    return `${paint('bold', title)}\n${group.map((finding) => showFinding(finding, paint)).join('')}`;
  });
  return `${groups.join('\n')}\n${showCounts(findings, paint)}\n`;
}

function groupOf({ check }: Finding): string {
  const [first = '', second] = check.split(' ');
  if (OF_A_SOURCE.includes(first) && second !== undefined) return `Source ${second}`;
  if (OF_THE_KEYS.includes(first)) return 'Admin key and secrets';
  return OF_THIS_MACHINE.includes(first) ? 'This machine' : 'Stack';
}

function showFinding({ state, message, mend }: Finding, paint: Paint): string {
  const [mark, style] = MARKS[state];
  const line = `  ${paint(style, mark)} ${oneLine(message)}\n`;
  return mend === null ? line : `${line}      ${oneLine(mend)}\n`;
}

function showCounts(findings: readonly Finding[], paint: Paint): string {
  const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length;
  const [bad, waiting] = [count('bad'), count('waiting')];
  const parts = [
    bad === 0 ? 'Nothing is bad' : paint('red', `${bad} bad`),
    `${count('notice')} to know of`,
    `${count('good')} good`,
    ...(waiting === 0 ? [] : [paint('yellow', `${waiting} could not be checked in time: see --timeout`)]),
  ];
  return `${parts.join(', ')}.`;
}
