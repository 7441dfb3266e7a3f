import type { Match, Selection } from '../../../lambdas/core/policy/policy.ts';
import type { Paint } from '../text/paint.ts';
import { table } from '../text/table.ts';
import { showDuration } from '../text/times.ts';
import type { NamedProject, PolicySummary } from './policy-summary.ts';

/** The summary for people, in sections as `ckpt status` has them. `width` is the terminal's, null where there is none. */
export function showPolicySummary(summary: PolicySummary, paint: Paint, width: number | null): string {
  const sections: readonly (readonly [title: string, text: string])[] = [
    ['Sources', showProjects(summary.sources)],
    ['Targets', showProjects(summary.targets)],
    ['Rules', showRules(summary, width)],
    ['Pins', showPins(summary, width)],
    [
      'Pruning',
      summary.prune ? 'on: what no rule wants any more is revoked\n' : 'off: what no rule wants any more is kept\n',
    ],
    ['Reconcile', showReconcile(summary)],
  ];
  return sections.map(([title, text]) => `${paint('bold', title)}\n${text}`).join('\n');
}

function showProjects(projects: readonly NamedProject[]): string {
  const texts = projects.map(({ project, projectId }) => (project === null ? projectId : `${project} (${projectId})`));
  return `${texts.join(', ') || 'none'}\n`;
}

function showRules({ rules }: PolicySummary, width: number | null): string {
  if (rules.length === 0) return 'none\n';
  return table(
    rules,
    [
      { heading: 'RULE', text: ({ name }) => name },
      { heading: 'FROM', text: ({ from }) => from.join(', ') },
      { heading: 'JOBS', text: ({ match }) => showMatch(match) },
      { heading: 'CHECKPOINTS', text: ({ checkpoints }) => showSelection(checkpoints) },
      { heading: 'EXPIRES', text: ({ expireAfterDays }) => expireAfterDays && `after ${expireAfterDays} d` },
      { heading: 'DRIFT', text: ({ onDrift }) => onDrift },
      { heading: 'TO', text: ({ to }) => showNames(to) },
    ],
    width,
  );
}

function showPins({ pins }: PolicySummary, width: number | null): string {
  if (pins.length === 0) return 'none\n';
  return table(
    pins,
    [
      { heading: 'CHECKPOINT', text: ({ checkpoint }) => checkpoint },
      { heading: 'TO', text: ({ to }) => showNames(to) },
    ],
    width,
  );
}

function showNames(projects: readonly NamedProject[]): string {
  return projects.map(({ project, projectId }) => project ?? projectId).join(', ');
}

function showMatch({ baseModel, suffix, metadata }: Match): string {
  const conditions = [
    baseModel !== null && `baseModel ${baseModel}`,
    suffix !== null && `suffix ${suffix}`,
    ...Object.entries(metadata).map(([key, glob]) => `${key}=${glob}`),
  ];
  return conditions.filter((condition) => condition !== false).join(', ') || 'all';
}

function showSelection(selection: Selection): string {
  if (selection.kind === 'last') return `last ${selection.count}`;
  return selection.kind === 'best' ? `best ${selection.metric}` : selection.kind;
}

function showReconcile({ reconcile }: PolicySummary): string {
  const { everySeconds, verifyPerMinute, auditLog } = reconcile;
  return `every ${showDuration(everySeconds)}, ${verifyPerMinute} verifications a minute, audit log ${auditLog}\n`;
}
