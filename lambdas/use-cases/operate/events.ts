import type { LedgerEvent } from '../../core/events/event.ts';
import type { EventEntry } from '../../shared/contract/operator.ts';
import { fittingPage, toIso } from './answer.ts';
import type { Command } from './deps.ts';
import { expectCheckpoint } from './names.ts';

/** `events`: what was done, by whom and why, newest first. */
export const events: Command<'events'> = async ({ ledger }, { checkpoint, cursor, limit }) => {
  if (checkpoint !== null) expectCheckpoint(checkpoint);
  const page = fittingPage(await ledger.listEvents({ checkpoint, cursor, limit }), describeEvent, ({ id }) => id);
  return { events: page.told, cursor: page.cursor };
};

export function describeEvent({ announcement: _, ...event }: LedgerEvent): EventEntry {
  return { ...event, at: toIso(event.at) };
}
