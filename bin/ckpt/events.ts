import { InvalidArgumentError } from 'commander';
import type { EventEntry, EventsPage } from '../../lambdas/shared/contract/operator.ts';
import { showEvents } from './events-text.ts';
import { withProgress } from './progress.ts';
import { oneCheckpoint } from './read-selection.ts';
import type { CliCommand } from './session.ts';

/** What `ckpt events --json` prints, newest first. */
export type EventsDocument = readonly EventEntry[];

interface EventsOptions {
  readonly limit: number;
}

/** What one answer of the operator function holds at most. */
const PAGE = 200;

export const events: CliCommand<EventsOptions> = {
  define: (program) =>
    program
      .command('events')
      .description('show what was done, by whom and why, the newest first: a record that is only ever added to')
      .argument('[checkpoint]', 'only of this one, ft:…')
      .option('--limit <count>', 'so many events at most; "all" for all', readLimit, 50),

  async run({ operator, terminal, paint }, { limit }, args) {
    const checkpoint = args.length === 0 ? null : oneCheckpoint(args, 'events');
    const found: EventEntry[] = [];
    await withProgress(
      terminal,
      () => `${found.length} events so far …`,
      async () => {
        let cursor: string | null = null;
        do {
          const wanted = Math.min(PAGE, limit - found.length);
          const page: EventsPage = await operator.ask({ command: 'events', checkpoint, cursor, limit: wanted });
          found.push(...page.events);
          cursor = page.cursor;
        } while (cursor !== null && found.length < limit);
      },
    );
    return { document: found, text: () => showEvents(found, paint, terminal.columns) || 'Nothing was done yet.\n' };
  },
};

function readLimit(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A count is a whole number, or "all".');
}
