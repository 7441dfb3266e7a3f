import { batch, computed, signal } from '@preact/signals';
import type { News } from '../bin/ckpt/ui/changes.ts';
import type { About } from '../bin/ckpt/ui/server.ts';
import type { EventEntry, JobsPage, ListPage, Problem, Status } from '../lambdas/shared/contract/operator.ts';
import { AskError, ask, readAbout, toProblem } from './ask.ts';
import { follow } from './follow.ts';
import { EMPTY, type Ledger, rowOfShown, rowsOfPage, withJobs, withoutRow, withRows } from './model/ledger.ts';
import { columnsOf, countStates, groupRows, namesIn, narrow, placesOf } from './model/matrix.ts';
import { plural } from './model/names.ts';
import { formatRoute, parseRoute, type Route } from './route.ts';

/** What is known, in signals: whoever reads one is drawn anew when it changes. */
export const about = signal<About | null>(null);
export const ledger = signal<Ledger>(EMPTY);
export const status = signal<Status | null>(null);
/** Whether all of the ledger has been read once. */
export const loaded = signal(false);
export const live = signal(false);
/** What is wrong with reading it; null while nothing is. */
export const problem = signal<Problem | null>(null);
/** What has just changed, for those who do not see it. */
export const announcement = signal('');
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

/** Begins to read, and to follow what changes. */
export function start(): void {
  addEventListener('hashchange', () => {
    route.value = parseRoute(location.hash);
  });
  setInterval(() => {
    now.value = Date.now();
  }, 30_000);
  attempt(async () => {
    about.value = await readAbout();
  });
  attempt(readAll);
  attempt(readStatus);
  follow(hear);
}

const WRITE_ADDRESS_MS = 250;
let addressTimer: ReturnType<typeof setTimeout> | undefined;

/** Goes somewhere on the page. What is typed changes the address a little later: browsers take only so many changes. */
export function go(parts: Partial<Route>): void {
  const before = route.value;
  route.value = { ...before, ...parts };
  const isPlace = parts.view !== undefined || parts.checkpoint !== undefined || parts.project !== undefined;
  clearTimeout(addressTimer);
  if (isPlace) history.pushState(null, '', formatRoute(route.value));
  else addressTimer = setTimeout(() => history.replaceState(null, '', formatRoute(route.value)), WRITE_ADDRESS_MS);
}

async function attempt(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    problem.value = toProblem(error);
  }
}

let reading: Promise<unknown> | undefined;

/** Reads the whole ledger; what is being read already is not read twice at once. */
function readAll(): Promise<unknown> {
  reading ??= Promise.all([readPermissions(), readJobs()]).finally(() => {
    reading = undefined;
  });
  return reading;
}

/** The first time they are shown as they come, later in one go. */
async function readPermissions(): Promise<void> {
  let read = EMPTY;
  let cursor: string | null = null;
  do {
    const page: ListPage = await ask('list', { cursor, overview: true });
    read = withRows(read, rowsOfPage(page), page.overview?.projects);
    cursor = page.cursor;
    if (!loaded.value || cursor === null) ledger.value = { ...read, jobs: ledger.value.jobs };
  } while (cursor !== null);
  loaded.value = true;
}

async function readJobs(): Promise<void> {
  let cursor: string | null = null;
  do {
    const page: JobsPage = await ask('jobs', { cursor });
    ledger.value = withJobs(ledger.value, page.jobs);
    cursor = page.cursor;
  } while (cursor !== null);
}

export async function readStatus(): Promise<void> {
  status.value = await ask('status', {});
}

/** With more than this, one by one takes longer than the whole. */
const MOST_BY_ONE = 40;

let waiting = Promise.resolve();

function hear(news: News): void {
  if (news.kind === 'problem') {
    batch(() => {
      live.value = false;
      problem.value = news.problem;
    });
    return;
  }
  batch(() => {
    live.value = true;
    problem.value = null;
  });
  if (news.kind === 'well') {
    // It could not be read before.
    if (!loaded.value && reading === undefined) {
      void attempt(readAll);
      void attempt(readStatus);
    }
    return;
  }
  // One after the other: what was read later is what holds.
  waiting = waiting.then(() =>
    attempt(async () => {
      if (news.kind === 'lost' || namedIn(news.events).length > MOST_BY_ONE) await readAll();
      else await readAgain(news.events);
      heard.value++;
    }),
  );
  readStatusSoon();
}

/** It reads the whole ledger, and is not to do that with each of many changes. */
const STATUS_EVERY_MS = 15_000;
let statusTimer: ReturnType<typeof setTimeout> | undefined;

function readStatusSoon(): void {
  if (statusTimer !== undefined) return;
  statusTimer = setTimeout(() => {
    statusTimer = undefined;
    void attempt(readStatus);
  }, STATUS_EVERY_MS);
}

function namedIn(events: readonly EventEntry[]): readonly string[] {
  return [...new Set(events.flatMap(({ checkpoint }) => checkpoint ?? []))];
}

/** Reads again what these events are about, and nothing else. */
async function readAgain(events: readonly EventEntry[]): Promise<void> {
  const jobIds = new Set(events.flatMap(({ jobId }) => jobId ?? []));
  const unknown = [...jobIds].filter((jobId) => !ledger.value.jobs.has(jobId));
  for (const jobId of unknown) {
    const shown = await ask('show', { what: jobId }).catch(ifNotThere);
    if (shown?.kind === 'job') {
      const { checkpoints, ...job } = shown.job;
      ledger.value = withJobs(ledger.value, [{ ...job, checkpoints: checkpoints.length }]);
    }
  }
  await Promise.all(namedIn(events).map(readCheckpoint));
  const cells = events.flatMap(({ checkpoint, changes }) =>
    changes.map(({ projectId }) => `${checkpoint} ${projectId}`),
  );
  if (cells.length === 0) return;
  announcement.value = tell(events);
  flash(cells);
}

async function readCheckpoint(checkpoint: string): Promise<void> {
  const shown = await ask('show', { what: checkpoint }).catch(ifNotThere);
  if (shown === undefined) ledger.value = withoutRow(ledger.value, checkpoint);
  else if (shown.kind === 'checkpoint') ledger.value = withRows(ledger.value, [rowOfShown(shown.checkpoint)]);
}

/** What was forgotten since is no mistake. */
function ifNotThere(error: unknown): undefined {
  if (error instanceof AskError && error.name === 'BadRequestError') return undefined;
  throw error;
}

function tell(events: readonly EventEntry[]): string {
  const counts = new Map<string, number>();
  for (const { act } of events.flatMap(({ changes }) => changes)) counts.set(act, (counts.get(act) ?? 0) + 1);
  return [...counts].map(([act, count]) => `${plural(count, 'permission')} ${act}`).join(', ');
}

const FLASH_MS = 4_000;

function flash(cells: readonly string[]): void {
  changed.value = new Set([...changed.value, ...cells]);
  setTimeout(() => {
    const left = new Set(changed.value);
    for (const cell of cells) left.delete(cell);
    changed.value = left;
  }, FLASH_MS);
}
