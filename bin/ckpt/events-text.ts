import type { Act, PermissionChange } from '../../lambdas/core/events/event.ts';
import type { EventEntry } from '../../lambdas/shared/contract/operator.ts';
import type { Paint, Style } from './paint.ts';
import { table } from './table.ts';
import { showTime } from './times.ts';

interface Row {
  readonly event: EventEntry;
  readonly change: PermissionChange | null;
}

const STYLES: Partial<Record<Act, Style>> = {
  shared: 'green',
  adopted: 'green',
  found: 'green',
  drifted: 'red',
  repair: 'yellow',
  rejected: 'red',
  revoking: 'yellow',
  revoked: 'red',
};

/** Events as a table, a line a permission; empty where there are none. */
export function showEvents(events: readonly EventEntry[], paint: Paint, width: number | null): string {
  const rows = events.flatMap((event): Row[] =>
    event.changes.length === 0 ? [{ event, change: null }] : event.changes.map((change) => ({ event, change })),
  );
  if (rows.length === 0) return '';
  return table(
    rows,
    [
      { heading: 'TIME', text: ({ event }) => showTime(event.at) },
      { heading: 'BY', text: ({ event }) => event.actor },
      { heading: 'WHAT', text: whatOf, paint: (cell, { change }) => paintAct(paint, change?.act, cell) },
      { heading: 'CHECKPOINT', text: ({ event }) => event.checkpoint ?? event.jobId },
      { heading: 'PROJECT', text: ({ change }) => change?.projectId },
      {
        heading: 'PERMISSION',
        text: ({ change }) => change && [change.permissionId, ...change.duplicateIds].filter(Boolean).join(', '),
      },
      { heading: 'RULE', text: ({ change }) => change?.rule ?? (change?.origin ? `(${change.origin})` : null) },
      { heading: 'PLAN', text: ({ event }) => event.plan },
      { heading: 'WHY', text: ({ event, change }) => change?.reason ?? event.note },
    ],
    width,
  );
}

function whatOf({ event, change }: Row): string {
  return change?.act ?? event.act ?? '';
}

function paintAct(paint: Paint, act: Act | undefined, cell: string): string {
  const style = act && STYLES[act];
  return style === undefined ? cell : paint(style, cell);
}
