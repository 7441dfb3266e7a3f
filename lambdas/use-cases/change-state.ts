import { ContentionError } from '../core/errors.ts';
import type { LedgerEvent } from '../core/events/event.ts';
import { NOTHING_ASIDE } from '../core/model/aside.ts';
import type { SystemState } from '../core/model/system-state.ts';
import { NO_RESTS } from '../core/pacing/rests.ts';
import { NOT_PAUSED } from '../core/pause/pause.ts';
import type { Ledger } from '../core/ports.ts';

const MAX_TRIES = 32;

/** What stands in a state's place before it was first written. */
const INITIAL: SystemState = {
  reconcile: { version: 0, startedAt: 0, endedAt: null, verifiedAllAt: null, error: null },
  waitingPlan: { version: 0, id: null, revocations: 0, tracked: 0, since: 0, confirmedId: null },
  audit: {
    version: 0,
    dueAt: null,
    readTo: null,
    readFrom: null,
    seen: [],
    walk: null,
    access: 'unknown',
    refusal: null,
    readAt: null,
  },
  pause: NOT_PAUSED,
  absences: { version: 0, believed: [], confirmed: null },
  rests: NO_RESTS,
  aside: NOTHING_ASIDE,
};

type StateStore = Pick<Ledger, 'getState' | 'saveState'>;

export async function readState<Name extends keyof SystemState>(
  ledger: Pick<StateStore, 'getState'>,
  name: Name,
): Promise<SystemState[Name]> {
  return (await ledger.getState(name)) ?? INITIAL[name];
}

/**
 * Changes one of the system's own documents, again from the start when somebody came between. Returning the very document
 * it was given writes nothing, not the event either, which is else written with it. Throws `ContentionError`.
 */
export async function changeState<Name extends keyof SystemState>(
  ledger: StateStore,
  name: Name,
  change: (state: SystemState[Name]) => SystemState[Name],
  event?: LedgerEvent,
): Promise<SystemState[Name]> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const before = await readState(ledger, name);
    const after = change(before);
    if (after === before || (await ledger.saveState(name, { ...after, version: before.version }, event))) return after;
  }
  throw new ContentionError(`The ledger's ${name} changed ${MAX_TRIES} times underneath one change`);
}
