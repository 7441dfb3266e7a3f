import type { EventEntry, Problem } from '../../../lambdas/shared/contract/operator.ts';
import type { Operator } from '../aws/operator-function.ts';
import { toCliError } from '../errors.ts';

/**
 * What the pages that are open are told. `well`: the ledger can be read (again). `lost`: more has happened than can be told one by
 * one, so that all is to be read again.
 */
export type News =
  | { readonly kind: 'well' }
  | { readonly kind: 'events'; readonly events: readonly EventEntry[] }
  | { readonly kind: 'lost' }
  | { readonly kind: 'problem'; readonly problem: Problem };

export interface Feed {
  /** Tells `listener` whatever is new, until what comes back is called. Nobody is asked for anything while nobody listens. */
  listen(listener: (news: News) => void): () => void;
}

interface FeedOptions {
  /** Milliseconds between two looks. */
  readonly everyMs?: number;
  readonly now?: () => number;
}

const EVERY_MS = 2_000;
/** What has just begun to happen goes on within a second mostly: then it is looked so many times as often. */
const WHILE_BUSY = 4;
/** After a failure: credentials do not come back within seconds. */
const AFTER_FAILURE_MS = 10_000;
/** One look reads so many of the newest events; more only where all of these are new. */
const LOOK = 25;
const MOST = 500;
/** What was done just before the first look may have come after what a page has read: it is told once more. */
const OVERLAP_MS = 60_000;

/** Follows the ledger's events for all open pages together. */
export function followEvents(
  operator: Pick<Operator, 'ask'>,
  { everyMs = EVERY_MS, now = Date.now }: FeedOptions = {},
): Feed {
  const listeners = new Set<(news: News) => void>();
  let known: readonly EventEntry[] | undefined;
  /** Whether the last look came to its end, and what was wrong where it did not; undefined before the first. */
  let standing: Extract<News, { readonly kind: 'well' | 'problem' }> | undefined;
  let isBusy = false;
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;

  const tell = (news: News) => {
    for (const listener of listeners) listener(news);
  };
  const read = (limit: number) => operator.ask({ command: 'events', checkpoint: null, cursor: null, limit });

  const stand = (news: NonNullable<typeof standing>) => {
    standing = news;
    tell(news);
  };

  const freshOf = (events: readonly EventEntry[]) =>
    newerThan(known ?? events.filter(({ at }) => Date.parse(at) < now() - OVERLAP_MS), events);

  async function look(): Promise<void> {
    let newest = await read(LOOK);
    let fresh = freshOf(newest.events);
    // All of them are new, and there are more: however many were asked for, a page holds no more than 1 MB.
    const isCut = () => fresh.length === newest.events.length && newest.cursor !== null;
    if (isCut()) {
      newest = await read(MOST);
      fresh = freshOf(newest.events);
    }
    known = newest.events;
    if (standing?.kind !== 'well') stand({ kind: 'well' });
    isBusy = fresh.length > 0;
    if (isCut()) tell({ kind: 'lost' });
    else if (fresh.length > 0) tell({ kind: 'events', events: fresh });
  }

  async function turn(): Promise<void> {
    isLooking = true;
    await look().catch((error: unknown) => {
      const { name, message, next } = toCliError(error);
      stand({ kind: 'problem', problem: { name, message, next } });
    });
    isLooking = false;
    const usualMs = isBusy ? everyMs / WHILE_BUSY : everyMs;
    const isWell = standing?.kind === 'well';
    if (listeners.size > 0) timer = setTimeout(turn, isWell ? usualMs : Math.max(everyMs, AFTER_FAILURE_MS));
    else stop();
  }

  function stop(): void {
    clearTimeout(timer);
    known = undefined;
    standing = undefined;
  }

  return {
    listen(listener) {
      listeners.add(listener);
      if (listeners.size === 1 && !isLooking) void turn();
      else if (standing !== undefined) listener(standing);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop();
      };
    },
  };
}

/**
 * Those of the events, newest first, that came since. Each function writes by its own clock, so that one may appear a little
 * after a later one: it is compared with all that are known, and not only with the newest.
 */
function newerThan(known: readonly EventEntry[], events: readonly EventEntry[]): readonly EventEntry[] {
  const ids = new Set(known.map(({ id }) => id));
  const oldest = known.at(-1)?.id ?? '';
  return events.filter(({ id }) => id > oldest && !ids.has(id));
}
