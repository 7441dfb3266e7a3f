import { computed, signal } from '@preact/signals';
import type { About } from '../bin/ckpt/ui/server.ts';
import type { Problem, Status } from '../lambdas/shared/contract/operator.ts';
import { EMPTY, type Ledger } from './model/ledger.ts';
import { columnsOf, countStates, groupRows, namesIn, narrow, placesOf } from './model/matrix.ts';
import { formatRoute, parseRoute, type Route } from './route.ts';

/** What the page reads by itself. */
type Read = 'changes' | 'ledger' | 'status' | 'about';

/** What is known, in signals: whoever reads one is drawn anew when it changes. */
export const about = signal<About | null>(null);
export const ledger = signal<Ledger>(EMPTY);
export const status = signal<Status | null>(null);
/** Whether all of the ledger has been read once. */
export const loaded = signal(false);
export const live = signal(false);
/** What is wrong with each thing that is read; nothing of those with which nothing is. */
export const problems = signal<ReadonlyMap<Read, Problem>>(new Map());
export const problem = computed<Problem | null>(() => problems.value.values().next().value ?? null);
/** Cells that have just changed: `checkpoint projectId`. */
export const changed = signal<ReadonlySet<string>>(new Set());
/** Another number whenever something has happened: what is read besides the ledger is to be read again. */
export const heard = signal(0);
/** The time by this machine's clock, to the minute; ms since the epoch. */
export const now = signal(Date.now());
export const route = signal<Route>(parseRoute(location.hash));

export const groups = computed(() => groupRows(ledger.value));
export const columns = computed(() => columnsOf(ledger.value));
export const counts = computed(() => countStates(ledger.value.rows.values()));
export const places = computed(() => placesOf(ledger.value.rows.values()));
export const names = computed(() => namesIn(ledger.value.rows.values()));
const query = computed(() => route.value.query);
export const narrowed = computed(() => narrow(groups.value, query.value));

/** Says what is wrong with one thing that is read; null where nothing is any more. */
export function setProblem(read: Read, problem: Problem | null): void {
  const others = [...problems.value].filter(([each]) => each !== read);
  problems.value = new Map(problem === null ? others : [...others, [read, problem]]);
}

/** What is said to those who do not see it, each time by another text: what stands there already is not read out again. */
export const announcement = signal('');

export function announce(text: string): void {
  announcement.value = announcement.value === text ? `${text}\u00a0` : text;
}

const WRITE_ADDRESS_MS = 250;
let addressTimer: ReturnType<typeof setTimeout> | undefined;

/** Goes somewhere on the page. What is typed changes the address a little later: browsers take only so many changes. */
export function go(parts: Partial<Route>): void {
  const before = route.value;
  route.value = { ...before, ...parts };
  const isPlace = parts.view !== undefined || parts.checkpoint !== undefined || parts.project !== undefined;
  clearTimeout(addressTimer);
  const address = formatRoute(route.value);
  // Whoever is there already goes nowhere: a step back is to lead away.
  if (isPlace && address !== formatRoute(before)) history.pushState(null, '', address);
  else addressTimer = setTimeout(() => history.replaceState(null, '', formatRoute(route.value)), WRITE_ADDRESS_MS);
}
