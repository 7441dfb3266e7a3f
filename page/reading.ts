import { batch } from '@preact/signals';
import type { News } from '../bin/ckpt/ui/changes.ts';
import type { EventEntry, JobsPage, ListedJob, ListPage } from '../lambdas/shared/contract/operator.ts';
import { AskError, ask, readAbout } from './ask.ts';
import { follow } from './follow.ts';
import {
  EMPTY,
  type Ledger,
  rowOfShown,
  rowsOfPage,
  withJobs,
  withoutJob,
  withoutRow,
  withRows,
} from './model/ledger.ts';
import { plural } from './model/names.ts';
import { aReading, readOn, readSoon } from './read-on.ts';
import { parseRoute } from './route.ts';
import { whenSeen } from './seen.ts';
import { about, announce, changed, heard, ledger, live, loaded, now, route, setProblem, status } from './store.ts';

/** Begins to read, and to follow what changes. */
export function start(): void {
  addEventListener('hashchange', () => {
    route.value = parseRoute(location.hash);
  });
  setInterval(setNow, 30_000);
  void readOn(ABOUT);
  void readOn(LEDGER);
  void readOn(STATUS);
  follow(hear);
}

function setNow(): void {
  now.value = Date.now();
}

const ABOUT = aReading('about', async () => {
  about.value = await readAbout();
});

const STATUS = aReading('status', async () => {
  status.value = await ask('status', {});
});

/** How everything stands, told again. */
export function readStatus(): Promise<void> {
  return readSoon(STATUS);
}

/** With more than this, one by one takes longer than the whole. */
const MOST_BY_ONE = 40;

/** What has happened that is not read yet; null where that is not known, so that all of the ledger is to be read. */
let unread: readonly EventEntry[] | null = null;

/** One after the other: what was read later is what holds. */
const LEDGER = aReading('ledger', async () => {
  const events = unread;
  unread = [];
  try {
    if (events === null || namedIn(events).length > MOST_BY_ONE) await readAll();
    else await readAgain(events);
  } catch (error) {
    // How much of it was read is not known.
    unread = null;
    throw error;
  }
});

/** The whole ledger. The first time it is shown as it comes, later in one go. */
async function readAll(): Promise<void> {
  const isFirst = !loaded.value;
  const read = await Promise.allSettled([readPermissions(isFirst), readJobs(isFirst)]);
  for (const each of read) if (each.status === 'rejected') throw each.reason;
  loaded.value = true;
  if (!isFirst) heard.value++;
}

async function readPermissions(isFirst: boolean): Promise<void> {
  let read = EMPTY;
  let cursor: string | null = null;
  do {
    const page: ListPage = await ask('list', { cursor, overview: true });
    read = withRows(read, rowsOfPage(page), page.overview?.projects);
    cursor = page.cursor;
    if (isFirst || cursor === null) ledger.value = { ...read, jobs: ledger.value.jobs };
  } while (cursor !== null);
}

async function readJobs(isFirst: boolean): Promise<void> {
  const read: ListedJob[] = [];
  let cursor: string | null = null;
  do {
    const page: JobsPage = await ask('jobs', { cursor });
    read.push(...page.jobs);
    cursor = page.cursor;
    if (isFirst || cursor === null) ledger.value = withJobs({ ...ledger.value, jobs: EMPTY.jobs }, read);
  } while (cursor !== null);
}

function hear(news: News): void {
  setNow();
  if (news.kind === 'problem') {
    batch(() => {
      live.value = false;
      setProblem('changes', news.problem);
    });
    return;
  }
  if (news.kind === 'lost') unread = null;
  else {
    batch(() => {
      live.value = true;
      setProblem('changes', null);
    });
    if (news.kind === 'events') unread = unread && [...unread, ...news.events];
  }
  if (news.kind !== 'well') {
    LEDGER.isDue = true;
    readStatusSoon();
  }
  // What could not be read before may be read now.
  for (const reading of [LEDGER, STATUS, ABOUT]) void readOn(reading);
}

/** It reads the whole ledger, and is not to do that with each of many changes. */
const STATUS_EVERY_MS = 15_000;
let isStatusDue = false;

function readStatusSoon(): void {
  if (isStatusDue) return;
  isStatusDue = true;
  whenSeen(() => {
    isStatusDue = false;
    void readStatus();
  }, STATUS_EVERY_MS);
}

function namedIn(events: readonly EventEntry[]): readonly string[] {
  return [...new Set(events.flatMap(({ checkpoint }) => checkpoint ?? []))];
}

/** Reads again what these events are about, and nothing else. */
async function readAgain(events: readonly EventEntry[]): Promise<void> {
  const told = events.filter(({ jobId, act }) => jobId !== null && (act !== null || !ledger.value.jobs.has(jobId)));
  const jobIds = [...new Set(told.flatMap((event) => event.jobId ?? []))];
  const changes = await Promise.all([...jobIds.map(readJob), ...namedIn(events).map(readRow)]);
  // At once: with each change everything is sorted and drawn anew.
  ledger.value = changes.reduce((before, change) => change(before), ledger.value);
  heard.value++;
  const cells = events.flatMap(({ checkpoint, changes }) =>
    changes.map(({ projectId }) => `${checkpoint} ${projectId}`),
  );
  if (cells.length === 0) return;
  announce(tell(events));
  flash(cells);
}

type Change = (ledger: Ledger) => Ledger;

/** A job that a person had forgotten is listed no more. */
async function readJob(jobId: string): Promise<Change> {
  const shown = await ask('show', { what: jobId }).catch(ifNotThere);
  if (shown?.kind !== 'job' || shown.job.forgotten !== null) return (ledger) => withoutJob(ledger, jobId);
  const { checkpoints, ...job } = shown.job;
  return (ledger) => withJobs(ledger, [{ ...job, checkpoints: checkpoints.length }]);
}

async function readRow(checkpoint: string): Promise<Change> {
  const shown = await ask('show', { what: checkpoint }).catch(ifNotThere);
  if (shown?.kind !== 'checkpoint') return (ledger) => withoutRow(ledger, checkpoint);
  return (ledger) => withRows(ledger, [rowOfShown(shown.checkpoint)]);
}

/** One checkpoint, told again. Throws `AskError`. */
export async function readCheckpoint(checkpoint: string): Promise<void> {
  const change = await readRow(checkpoint);
  ledger.value = change(ledger.value);
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
