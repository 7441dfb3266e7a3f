import type { LedgerEvent } from '../../core/events/event.ts';
import type { EventEntry } from '../../shared/contract/operator.ts';
import { fittingPage } from './answer-size.ts';
import type { OperatorCommand } from './command.ts';
import { toIso } from './iso-time.ts';
import { expectCheckpoint } from './no-such.ts';
import { allowOnly, notUnderstood, readTextOrNull } from './payload.ts';

/** The ledger gives no more than 1 MB at a time, whatever is asked for. */
const MOST = 1_000;

/** `events`: what was done, by whom and why, newest first. */
export const events: OperatorCommand<'events'> = {
  parse(fields) {
    allowOnly(fields, ['command', 'checkpoint', 'cursor', 'limit']);
    const { limit } = fields;
    const isCount = typeof limit === 'number' && Number.isInteger(limit) && limit >= 1 && limit <= MOST;
    if (!isCount) throw notUnderstood(`the field "limit", which is no whole number from 1 to ${MOST}`);
    const checkpoint = readTextOrNull(fields, 'checkpoint');
    return { command: 'events', checkpoint, cursor: readTextOrNull(fields, 'cursor'), limit };
  },

  async run({ ledger }, { checkpoint, cursor, limit }) {
    if (checkpoint !== null) expectCheckpoint(checkpoint);
    const page = fittingPage(await ledger.listEvents({ checkpoint, cursor, limit }), describeEvent, ({ id }) => id);
    return { events: page.told, cursor: page.cursor };
  },
};

export function describeEvent(event: LedgerEvent): EventEntry {
  return { ...event, at: toIso(event.at) };
}
