import type { Priority } from '../model/permission.ts';

/** What is remembered of one admin endpoint. Times are milliseconds since the epoch. */
export interface PacerWindow {
  /** Counts the writes; 0 = not stored yet. */
  readonly version: number;
  /** When the calls of the last window started, ascending. */
  readonly starts: readonly number[];
  /** Calls a window, as 429s and full windows without one have taught. Null = nothing learned, the configured guess holds. */
  readonly learnedLimit: number | null;
  /** When `learnedLimit` was last lowered or raised. */
  readonly learnedAt: number;
  /** What the last 429 left of the limit; 0 = there was none. Left out: `learnedLimit`, which only 429s taught once. */
  readonly ceiling?: number;
  /** When the window was first full under the limit that holds; null or left out = not yet. */
  readonly fullAt?: number | null;
  /** The lowest guess of those who have taught `learnedLimit`: a deploy that lowers it starts from there. */
  readonly guess?: number;
  /** No call before this time. */
  readonly heldUntil: number;
  readonly holdReason: string | null;
}

/** How an endpoint is paced. */
export interface PacerRules {
  /** Calls a window to begin with: the configured guess. */
  readonly limit: number;
  readonly windowMs: number;
  /**
   * Added to the window. At most `limit` calls reach OpenAI in any `windowMs` as long as the greatest difference between
   * two functions' clocks, and that between the longest and the shortest time from a grant to its call's arrival,
   * together are no more than this. A grant that takes half of it to be stored is not used.
   */
  readonly marginMs: number;
  /** Slots that verification and the retries of refused work leave free for what is more urgent. */
  readonly reserve: number;
  /** A learned limit below the guess rises by one after each such time without a 429, asked for or not. */
  readonly recoverAfterMs: number;
  /** So long after it was first full, the window takes one call more, if somebody asks for it. */
  readonly growAfterMs: number;
  /** As `growAfterMs`, where the limit is what the last 429 left: it was one too many then, and may be so still. */
  readonly probeAfterMs: number;
}

/**
 * OpenAI's admin endpoints refill in about 60 s and name neither rate nor waiting time. Five windows after a 429 that
 * lowered the limit to 5 it is tried anew (the first of them rests), so that an endpoint that bears 10 again is used as one
 * within ten.
 */
export const DEFAULT_PACER_RULES: Omit<PacerRules, 'limit'> = {
  windowMs: 60_000,
  marginMs: 1_500,
  reserve: 2,
  recoverAfterMs: 30 * 60_000,
  growAfterMs: 60_000,
  probeAfterMs: 4 * 60_000,
};

/**
 * Growth ends at so many times the guess, and at so many calls a window unless the guess is higher: whoever guesses low is
 * careful, and nobody has seen an admin endpoint bear more than 10.
 */
const MOST = { timesGuess: 4, calls: 60 };

export type Grant =
  | { readonly kind: 'granted'; readonly window: PacerWindow }
  | { readonly kind: 'wait'; readonly ms: number; readonly reason: string | null };

export const EMPTY_WINDOW: PacerWindow = {
  version: 0,
  starts: [],
  learnedLimit: null,
  learnedAt: 0,
  heldUntil: 0,
  holdReason: null,
};

/**
 * Asks for the start of one call now: an exact sliding window over the starts of the calls before it. What is urgent, and
 * finds the window full as it was a window ago, is let in all the same: the limit grows by one.
 */
export function grantStart(window: PacerWindow, rules: PacerRules, priority: Priority, now: number): Grant {
  if (now < window.heldUntil) return { kind: 'wait', ms: window.heldUntil - now, reason: window.holdReason };
  const recovered = recover(window, rules, now);
  const limit = currentLimit(recovered, rules);
  const allowed = isPatient(priority) ? Math.max(1, limit - rules.reserve) : limit;
  const live = startsSince(window, now - spanOf(rules));
  if (live.length < allowed) return granted(recovered, live, limit, now);
  if (live.length === limit && !isPatient(priority) && mayGrow(recovered, rules, limit, now)) {
    const taught = { learnedLimit: limit + 1, learnedAt: now, ceiling: ceilingOf(recovered), fullAt: null };
    return granted({ ...recovered, ...taught, guess: guessOf(recovered, rules) }, live, limit + 1, now);
  }
  const mustAgeOut = live[live.length - allowed] ?? now;
  return { kind: 'wait', ms: mustAgeOut + spanOf(rules) - now, reason: null };
}

/**
 * Takes note of a 429. The calls of the window, less the refused one, are what the endpoint bears. If that is little,
 * others may be using the same endpoint just now: one refusal takes no more than half, or a colleague's minute at the
 * console would cost hours of slow recovery. Further refusals of the same burst teach nothing new, since none of their
 * calls started under the lowered limit. The endpoint rests for as long as OpenAI says or, where it says nothing, for
 * the window in which it refills; for two where the limit can fall no further, or a bucket that counts refused calls
 * would stay empty for ever. Where the limit is what the window bore, the refused call is not of the window.
 */
export function learnFromThrottle(
  window: PacerWindow,
  rules: PacerRules,
  now: number,
  retryAfterMs: number | null,
): PacerWindow {
  const limit = currentLimit(window, rules);
  const restMs = limit > 1 ? rules.windowMs : 2 * rules.windowMs;
  const heldUntil = Math.max(window.heldUntil, now + (retryAfterMs ?? restMs));
  const held = { ...window, heldUntil, holdReason: 'OpenAI answered 429' };
  const { learnedAt, starts } = window;
  const isLowered = window.learnedLimit !== null && limit <= ceilingOf(window);
  if (isLowered && starts.every((start) => start <= learnedAt)) return held;
  // With the whole margin a burst of a window ago would count as well.
  const borne = startsSince(window, now - rules.windowMs - rules.marginMs / 2).length - 1;
  const learnedLimit = Math.max(1, Math.min(limit - 1, Math.max(Math.floor(limit / 2), borne)));
  const taught = { learnedLimit, learnedAt: now, ceiling: learnedLimit, fullAt: null };
  const counted = learnedLimit === borne ? starts.slice(0, -1) : starts;
  return { ...held, ...taught, guess: guessOf(window, rules), starts: counted };
}

/** Calls a window as of now: what was learned or, before anything was, the configured guess. */
export function currentLimit({ learnedLimit, guess }: PacerWindow, { limit }: PacerRules): number {
  if (learnedLimit === null) return limit;
  return Math.min(learnedLimit, guess === undefined || limit < guess ? limit : mostOf(limit));
}

function granted(window: PacerWindow, live: readonly number[], limit: number, now: number): Grant {
  const starts = [...live, now].sort((a, b) => a - b);
  const fullAt = window.fullAt ?? (starts.length < limit ? null : now);
  return { kind: 'granted', window: { ...window, starts, fullAt, holdReason: null } };
}

/** Whether the limit has held for as long as shows that it is borne, and may be tried with one call more. */
function mayGrow(window: PacerWindow, rules: PacerRules, limit: number, now: number): boolean {
  const { fullAt = null } = window;
  if (fullAt === null || limit >= mostOf(rules.limit)) return false;
  return now - fullAt >= (limit > ceilingOf(window) ? rules.growAfterMs : rules.probeAfterMs);
}

function recover(window: PacerWindow, rules: PacerRules, now: number): PacerWindow {
  const limit = currentLimit(window, rules);
  const steps = Math.floor((now - window.learnedAt) / rules.recoverAfterMs);
  if (window.learnedLimit === null || limit >= rules.limit || steps <= 0) return window;
  const raised = limit + steps;
  if (raised >= rules.limit) return { ...window, learnedLimit: null, learnedAt: now, fullAt: null };
  const learnedAt = window.learnedAt + steps * rules.recoverAfterMs;
  return { ...window, learnedLimit: raised, learnedAt, ceiling: ceilingOf(window), fullAt: null };
}

function ceilingOf({ ceiling, learnedLimit }: PacerWindow): number {
  return ceiling ?? learnedLimit ?? 0;
}

function guessOf({ learnedLimit, guess = Number.POSITIVE_INFINITY }: PacerWindow, { limit }: PacerRules): number {
  return learnedLimit === null ? limit : Math.min(limit, guess);
}

function mostOf(guess: number): number {
  return Math.max(guess, Math.min(MOST.timesGuess * guess, MOST.calls));
}

function startsSince({ starts }: PacerWindow, since: number): readonly number[] {
  return starts.filter((start) => start > since);
}

function spanOf(rules: PacerRules): number {
  return rules.windowMs + rules.marginMs;
}

function isPatient(priority: Priority): boolean {
  return priority === 'verify' || priority === 'retry';
}
