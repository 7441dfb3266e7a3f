import { LANES, type Lane, type PRIORITIES } from '../../lambdas/core/model/permission.ts';
import { ENDPOINT_OF } from '../../lambdas/core/pacing/endpoints.ts';
import type { EndpointStatus, ListedDue } from '../../lambdas/shared/contract/operator.ts';
import { type Cell, nameOf } from './cell.ts';
import type { Row } from './ledger.ts';

/** What people call each endpoint of the pacer, and what its calls are for. */
const ENDPOINT_NAMES: Readonly<Record<string, string>> = {
  [ENDPOINT_OF.create]: 'POST: share',
  [ENDPOINT_OF.list]: 'LIST: look',
  [ENDPOINT_OF.delete]: 'DELETE: revoke',
  [ENDPOINT_OF.audit]: 'Audit log',
  [ENDPOINT_OF['model-permissions']]: 'What projects let through',
  [ENDPOINT_OF.project]: 'Which organisation it is',
};

export function nameOfEndpoint(endpoint: string): string {
  return ENDPOINT_NAMES[endpoint] ?? endpoint;
}

/** A pacer's window at one moment. */
export interface DrawnWindow {
  readonly limit: number;
  /** Of each call that counts, the earliest first: how far it has come through the window, from 0 (just begun) to 1. */
  readonly ages: readonly number[];
  /** Ms until the next urgent call may go; 0 = at once. */
  readonly waitMs: number;
}

/** The window as it is at `now` (ms, by the operator function's clock), some time after the status was read. */
export function windowAt({ limit, windowSeconds, callsAt, nextCallAt }: EndpointStatus, now: number): DrawnWindow {
  const windowMs = windowSeconds * 1_000;
  const ages = callsAt.map((at) => (now - Date.parse(at)) / windowMs).filter((age) => age < 1);
  return { limit, ages: ages.map((age) => Math.max(0, age)), waitMs: Math.max(0, Date.parse(nextCallAt) - now) };
}

/**
 * When each of the next `count` urgent calls may go at the earliest, ms since the epoch: as the sliding window has it, if it
 * grows no further and nobody else asks for one.
 */
export function forecast(
  { limit, windowSeconds, callsAt, nextCallAt }: EndpointStatus,
  now: number,
  count: number,
): readonly number[] {
  const starts = callsAt.map((at) => Date.parse(at));
  const first = Math.max(now, Date.parse(nextCallAt));
  for (let call = 0; call < count; call++) {
    const agesOut = starts[starts.length - limit];
    starts.push(Math.max(first, agesOut === undefined ? 0 : agesOut + windowSeconds * 1_000));
  }
  return starts.slice(starts.length - count);
}

/** A checkpoint that waits for an admin call. */
export interface Waiting extends ListedDue {
  /** In its lane, from 1 on. */
  readonly place: number;
  /** The projects that it is about. */
  readonly projects: readonly string[];
}

const WAITS_IN: Readonly<Record<Lane, readonly Cell['state'][]>> = {
  create: ['pending', 'rejected'],
  list: ['unknown'],
  delete: ['revoking'],
};

/** Who waits for which call, in the order in which they go. */
export function waitingIn(
  rows: Iterable<Row>,
  places: ReadonlyMap<string, number>,
): Readonly<Record<Lane, readonly Waiting[]>> {
  const waiting: Record<Lane, Waiting[]> = { create: [], list: [], delete: [] };
  for (const { checkpoint, due, cells } of rows) {
    const place = places.get(checkpoint);
    if (due === null || place === undefined) continue;
    const own = [...cells.values()].filter(({ state }) => WAITS_IN[due.lane].includes(state));
    waiting[due.lane].push({ ...due, place, projects: own.map(nameOf) });
  }
  for (const lane of LANES) waiting[lane].sort((a, b) => a.place - b.place);
  return waiting;
}

const PRIORITY_WORDS: Readonly<Record<(typeof PRIORITIES)[number], string>> = {
  fresh: 'new',
  repair: 'to be repaired',
  retry: 'refused before',
  verify: 'to be verified',
};

export function wordFor(priority: ListedDue['priority']): string {
  return PRIORITY_WORDS[priority];
}
