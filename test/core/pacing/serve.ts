import {
  currentLimit,
  DEFAULT_PACER_RULES,
  EMPTY_WINDOW,
  grantStart,
  learnFromThrottle,
  type PacerRules,
  type PacerWindow,
} from '../../../lambdas/core/pacing/window.ts';
import { T0 } from '../../builders/checkpoints.ts';
import { DEFAULT_THROTTLE, Throttle, type ThrottleSettings } from '../../fake-openai/throttle.ts';

/** Every way in which OpenAI may count. */
export const KINDS = [
  { kind: 'sliding-window', refusedCount: false },
  { kind: 'sliding-window', refusedCount: true },
  { kind: 'fixed-window', refusedCount: false },
  { kind: 'fixed-window', refusedCount: true },
  { kind: 'token-bucket', refusedCount: false },
  { kind: 'token-bucket', refusedCount: true },
] as const;

export interface Load {
  readonly believed: number;
  /** Calls a minute that the server takes, so many milliseconds from the beginning. */
  readonly bears: (sinceMs: number) => number;
  readonly calls: number;
  /** Callers side by side; each makes one call after the other. */
  readonly callers: number;
  readonly latencyMs: number;
  /** By so much every other caller's clock is ahead. */
  readonly skewMs?: number;
  readonly throttle: Partial<ThrottleSettings>;
  readonly rules?: Partial<PacerRules>;
}

/** One call as the server took it. Times are milliseconds from the beginning. */
export interface Taken {
  readonly at: number;
  readonly isPassed: boolean;
  /** The limit under which it was granted. */
  readonly limit: number;
}

export interface Served {
  readonly passed: number;
  readonly refused: number;
  readonly tookMs: number;
  readonly lowest: number;
  readonly limit: number;
  readonly taken: readonly Taken[];
  /** What 429s have left of the limit, and when; milliseconds from the beginning. */
  readonly lessons: readonly { readonly at: number; readonly limit: number }[];
}

/** Calls under one pacer against a server that may bear other than the pacer believes; refused calls are made again. */
export function serve(load: Load): Served {
  const { believed, bears, callers, latencyMs, skewMs = 0, throttle } = load;
  let now = T0;
  const rules: PacerRules = { ...DEFAULT_PACER_RULES, limit: believed, ...load.rules };
  const settings = { ...DEFAULT_THROTTLE, ...throttle, requests: believed, endpoints: 'all' as const };
  const server = new Throttle(settings, () => now);
  let window: PacerWindow = EMPTY_WINDOW;
  let left = load.calls;
  const taken: Taken[] = [];
  const lessons: Served['lessons'][number][] = [];
  const events = Array.from({ length: callers }, (_, index) => ({
    at: T0,
    skew: (index % 2) * skewMs,
    answer: null as 'passed' | 'refused' | null,
  }));
  for (let steps = 0; left > 0; steps++) {
    if (steps > 100_000) throw new Error('The calls never come to their end');
    events.sort((a, b) => a.at - b.at);
    const event = events[0];
    if (event === undefined) break;
    now = event.at;
    const clock = now + event.skew;
    if (event.answer === 'refused') {
      window = learnFromThrottle(window, rules, clock, null);
      lessons.push({ at: now - T0, limit: currentLimit(window, rules) });
    } else if (event.answer === 'passed') {
      left--;
    }
    event.answer = null;
    const grant = grantStart(window, rules, 'fresh', clock);
    if (grant.kind === 'wait') {
      event.at += Math.max(1, grant.ms);
      continue;
    }
    window = grant.window;
    settings.requests = bears(now - T0);
    const isPassed = server.admit('permissions.create', true) === null;
    taken.push({ at: now - T0, isPassed, limit: currentLimit(window, rules) });
    event.answer = isPassed ? 'passed' : 'refused';
    event.at += latencyMs;
  }
  const refused = taken.filter(({ isPassed }) => !isPassed).length;
  const lowest = Math.min(believed, ...lessons.map(({ limit }) => limit));
  const limit = currentLimit(window, rules);
  return { passed: load.calls - left, refused, tookMs: now - T0, lowest, limit, taken, lessons };
}
