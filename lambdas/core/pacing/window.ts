import type { Priority } from '../model/permission.ts';

/** What is remembered of one admin endpoint. Times are milliseconds since the epoch. */
export interface PacerWindow {
  /** Counts the writes; 0 = not stored yet. */
  readonly version: number;
  /** When the calls of the last window started, ascending. */
  readonly starts: readonly number[];
  /** What a 429 taught: no more than this many calls a window. Null = nothing learned, the configured rate holds. */
  readonly learnedLimit: number | null;
  /** When `learnedLimit` was last lowered or raised. */
  readonly learnedAt: number;
  /** No call before this time. */
  readonly heldUntil: number;
  readonly holdReason: string | null;
}

/** How an endpoint is paced. */
export interface PacerRules {
  /** Calls a window: the configured guess. */
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
  /** A learned limit rises by one after each such time without a 429. */
  readonly recoverAfterMs: number;
}

/** OpenAI's admin endpoints refill in about 60 s and name neither rate nor waiting time. */
export const DEFAULT_PACER_RULES: Omit<PacerRules, 'limit'> = {
  windowMs: 60_000,
  marginMs: 1_500,
  reserve: 2,
  recoverAfterMs: 30 * 60_000,
};

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

/** Asks for the start of one call now: an exact sliding window over the starts of the calls before it. */
export function grantStart(window: PacerWindow, rules: PacerRules, priority: Priority, now: number): Grant {
  if (now < window.heldUntil) return { kind: 'wait', ms: window.heldUntil - now, reason: window.holdReason };
  const recovered = recover(window, rules, now);
  const limit = currentLimit(recovered, rules);
  const allowed = isPatient(priority) ? Math.max(1, limit - rules.reserve) : limit;
  const live = liveStarts(window, rules, now);
  if (live.length < allowed) {
    const starts = [...live, now].sort((a, b) => a - b);
    return { kind: 'granted', window: { ...recovered, starts, holdReason: null } };
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
 * would stay empty for ever.
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
  const { learnedLimit, learnedAt, starts } = window;
  if (learnedLimit !== null && starts.every((start) => start <= learnedAt)) return held;
  const borne = liveStarts(window, rules, now).length - 1;
  const lowered = Math.min(limit - 1, Math.max(Math.floor(limit / 2), borne));
  return { ...held, learnedLimit: Math.max(1, lowered), learnedAt: now };
}

/** Stops every call to the endpoint for a time, for a reason that more calls would not mend. */
export function hold(window: PacerWindow, now: number, ms: number, reason: string): PacerWindow {
  return { ...window, heldUntil: Math.max(window.heldUntil, now + ms), holdReason: reason };
}

/** Calls a window as of now: the configured limit or, below it, the learned one. */
export function currentLimit(window: PacerWindow, rules: PacerRules): number {
  return Math.min(rules.limit, window.learnedLimit ?? rules.limit);
}

function recover(window: PacerWindow, rules: PacerRules, now: number): PacerWindow {
  if (window.learnedLimit === null) return window;
  const steps = Math.floor((now - window.learnedAt) / rules.recoverAfterMs);
  if (steps <= 0) return window;
  const raised = window.learnedLimit + steps;
  if (raised >= rules.limit) return { ...window, learnedLimit: null, learnedAt: now };
  return { ...window, learnedLimit: raised, learnedAt: window.learnedAt + steps * rules.recoverAfterMs };
}

function liveStarts(window: PacerWindow, rules: PacerRules, now: number): readonly number[] {
  return window.starts.filter((start) => start > now - spanOf(rules));
}

function spanOf(rules: PacerRules): number {
  return rules.windowMs + rules.marginMs;
}

function isPatient(priority: Priority): boolean {
  return priority === 'verify' || priority === 'retry';
}
