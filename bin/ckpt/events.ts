import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { eventEntry } from '../../lambdas/shared/contract/events.ts';
import type { EventEntry } from '../../lambdas/shared/contract/operator.ts';
import { ask, gatherPages } from './ask.ts';
import { showEvents } from './events-text.ts';
import { oneCheckpoint } from './read-selection.ts';
import type { CliCommand } from './session.ts';

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
