import type { ShownCheckpoint, ShownPermission } from '../../../lambdas/shared/contract/operator.ts';
import { showEvents } from '../system/events.ts';
import type { Paint } from '../text/paint.ts';
import { oneLine, paintState } from '../text/paint.ts';
import { table } from '../text/table.ts';
import { showTime, showTimeAndAge } from '../text/times.ts';

/** A checkpoint for people: who wants it, what is recorded, what OpenAI has, what was done. */
export function showCheckpoint(shown: ShownCheckpoint, at: string, paint: Paint, width: number | null): string {
  const { checkpoint, jobId, source, tracked, gone, listedAt } = shown;
  const origin = [jobId && `job ${jobId}`, source && `source ${source}`].filter(Boolean).join(', ');
  const lines = [
    paint('bold', checkpoint),
    origin === '' ? null : origin,
    tracked ? `last listed at OpenAI: ${showTimeAndAge(listedAt, at) ?? 'never'}` : 'not tracked',
    gone === null ? null : paint('red', `OpenAI does not know it: ${oneLine(gone)}`),
  ];
  const sections: readonly (readonly [string, string])[] = [
    ['Wanted', showWanted(shown, width)],
    ['Recorded', showRecorded(shown, at, paint, width)],
    ['Said by people', showHolds(shown, width)],
    ['At OpenAI now', showLive(shown, paint, width)],
    ['History', showEvents(shown.history, paint, width)],
  ];
  const told = sections.filter(([, text]) => text !== '').map(([title, text]) => `\n${paint('bold', title)}\n${text}`);
  return `${lines.filter((line) => line !== null).join('\n')}\n${told.join('')}`;
}

function showWanted({ wanted }: ShownCheckpoint, width: number | null): string {
  if (wanted.length === 0) return 'by nobody\n';
  return table(
    wanted,
    [
      { heading: 'PROJECT', text: ({ project, projectId }) => project ?? projectId },
      { heading: 'BY', text: ({ rule, origin }) => (rule === null ? `(${origin})` : `rule "${rule}"`) },
      { heading: 'ON DRIFT', text: ({ onDrift }) => onDrift },
      { heading: 'UNTIL', text: ({ expiresAt }) => showTime(expiresAt) },
    ],
    width,
  );
}

function showRecorded({ permissions }: ShownCheckpoint, at: string, paint: Paint, width: number | null): string {
  if (permissions.length === 0) return 'nothing\n';
  return table(
    permissions,
    [
      { heading: 'PROJECT', text: ({ project, projectId }) => project ?? projectId },
      { heading: 'STATE', text: ({ state }) => state, paint: (cell, { state }) => paintState(paint, state, cell) },
      { heading: 'PERMISSION', text: ({ permissionId }) => permissionId },
      { heading: 'SHARED', text: ({ sharedAt }) => showTime(sharedAt) },
      { heading: 'SEEN', text: ({ verifiedAt }) => showTimeAndAge(verifiedAt, at) },
      { heading: 'NEXT TRY', text: ({ dueAt }) => showTimeAndAge(dueAt, at) },
      { heading: 'HELD', text: showHold },
      { heading: 'REASON', text: ({ reason }) => reason },
    ],
    width,
  );
}

/** Empty where nobody has said anything. */
function showHolds({ holds }: ShownCheckpoint, width: number | null): string {
  if (holds.length === 0) return '';
  return table(
    holds,
    [
      { heading: 'PROJECT', text: ({ project, projectId }) => project ?? projectId },
      { heading: 'HELD', text: ({ kind }) => kind },
      { heading: 'SINCE', text: ({ at }) => showTime(at) },
      { heading: 'BY', text: ({ by }) => by },
    ],
    width,
  );
}

function showHold({ hold, paused }: ShownPermission): string | null {
  if (paused !== null) return `paused: ${paused}`;
  return hold === null ? null : [hold.kind, hold.by && `by ${hold.by}`].filter(Boolean).join(' ');
}

function showLive({ live }: ShownCheckpoint, paint: Paint, width: number | null): string {
  if (live === null) return '';
  if (live.length === 0) return 'nothing\n';
  const style = { tracked: 'green', 'other-id': 'yellow', untracked: 'yellow' } as const;
  return table(
    live,
    [
      { heading: 'PROJECT', text: ({ project, projectId }) => project ?? projectId },
      { heading: 'PERMISSION', text: ({ permissionId }) => permissionId },
      { heading: 'CREATED', text: ({ createdAt }) => showTime(createdAt) },
      { heading: 'LEDGER', text: ({ ledger }) => ledger, paint: (cell, { ledger }) => paint(style[ledger], cell) },
    ],
    width,
  );
}
