import { batch } from '@preact/signals';
import type { News } from '../bin/ckpt/ui/changes.ts';
import type { EventEntry, JobsPage, ListPage } from '../lambdas/shared/contract/operator.ts';
import { AskError, ask, readAbout, toProblem } from './ask.ts';
import { follow } from './follow.ts';
import { EMPTY, rowOfShown, rowsOfPage, withJobs, withoutJob, withoutRow, withRows } from './model/ledger.ts';
import { plural } from './model/names.ts';
import { parseRoute } from './route.ts';
import { about, announcement, changed, heard, ledger, live, loaded, now, problem, route, status } from './store.ts';

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

/** How everything stands, told again. Throws `AskError`. */
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
  const told = events.filter(({ jobId, act }) => jobId !== null && (act !== null || !ledger.value.jobs.has(jobId)));
  for (const jobId of new Set(told.flatMap((event) => event.jobId ?? []))) await readJob(jobId);
  await Promise.all(namedIn(events).map(readCheckpoint));
  const cells = events.flatMap(({ checkpoint, changes }) =>
    changes.map(({ projectId }) => `${checkpoint} ${projectId}`),
  );
  if (cells.length === 0) return;
  announcement.value = tell(events);
  flash(cells);
}

/** A job that a person had forgotten is listed no more. */
async function readJob(jobId: string): Promise<void> {
  const shown = await ask('show', { what: jobId }).catch(ifNotThere);
  if (shown?.kind !== 'job' || shown.job.forgotten !== null) {
    ledger.value = withoutJob(ledger.value, jobId);
    return;
  }
  const { checkpoints, ...job } = shown.job;
  ledger.value = withJobs(ledger.value, [{ ...job, checkpoints: checkpoints.length }]);
}

/** One checkpoint, told again. Throws `AskError`. */
export async function readCheckpoint(checkpoint: string): Promise<void> {
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
