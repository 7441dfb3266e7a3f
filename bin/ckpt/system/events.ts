import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import type { Act, PermissionChange } from '../../../lambdas/core/events/event.ts';
import { eventEntry } from '../../../lambdas/shared/contract/events.ts';
import type { EventEntry } from '../../../lambdas/shared/contract/operator.ts';
import { ask, gatherPages } from '../ask.ts';
import { oneCheckpoint } from '../permissions/selection.ts';
import type { CliCommand } from '../session.ts';
import type { Paint, Style } from '../text/paint.ts';
import { table } from '../text/table.ts';
import { showTime } from '../text/times.ts';

const document = z.array(eventEntry).describe('What was done, by whom and why, the newest first.');

interface EventsOptions {
  readonly limit: number;
}

/** What one answer of the operator function holds at most. */
const PAGE = 200;

export const events: CliCommand<EventsOptions> = {
  document,
  define: (program) =>
    program
      .command('events')
      .description('show what was done, by whom and why, the newest first: a record that is only ever added to')
      .argument('[checkpoint]', 'only of this one, ft:…')
      .option('--limit <count>', 'so many events at most; "all" for all', readLimit, 50),

  async run(session, { limit }, args) {
    const { terminal, paint } = session;
    const checkpoint = args.length === 0 ? null : oneCheckpoint(args, 'events');
    const read = async (cursor: string | null, soFar: number) => {
      const wanted = Math.min(PAGE, limit - soFar);
      const page = await ask(session, { command: 'events', checkpoint, cursor, limit: wanted });
      return { items: page.events, cursor: page.cursor };
    };
    const found: EventEntry[] = await gatherPages(terminal, 'events', read, limit);
    return { document: found, text: () => showEvents(found, paint, terminal.columns) || 'Nothing was done yet.\n' };
  },
};

function readLimit(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A count is a whole number, or "all".');
}

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
