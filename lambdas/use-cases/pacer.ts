import { ContentionError } from '../core/errors.ts';
import type { Priority } from '../core/model/permission.ts';
import {
  currentLimit,
  DEFAULT_PACER_RULES,
  EMPTY_WINDOW,
  grantStart,
  learnFromThrottle,
  type PacerRules,
  type PacerWindow,
} from '../core/pacing/window.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { PacerStore } from '../core/ports/ledger.ts';
import type { Clock } from '../core/ports/runtime.ts';

/** The organisation-wide rate limiter of admin calls. One window an endpoint, shared by whoever uses the store. */
export interface Pacer {
  /** Asks to start one call now. `waitMs` 0 = go, else ask again after so many milliseconds. */
  start(endpoint: string, priority: Priority): Promise<SlotAnswer>;
  /** Reports a 429; the limit falls for everybody at once. */
  throttled(endpoint: string, retryAfterSeconds: number | null): Promise<void>;
}

/** `limit`: calls a window as of now. */
export interface SlotAnswer {
  readonly waitMs: number;
  readonly reason: string | null;
  readonly limit?: number;
}

/** Far more rivals than the functions of a stack can be; beyond it something is wrong. */
const MAX_TRIES = 64;

/** The pace of a stack: a policy says how many calls a minute it begins with. */
export function pacerRules({ openai }: Policy): PacerRules {
  return { ...DEFAULT_PACER_RULES, limit: openai.adminRequestsPerMinute };
}

export function createPacer(store: PacerStore, rules: PacerRules, now: Clock): Pacer {
  /** Decides on the stored window and stores the decision, again from the start when somebody came between. */
  async function decide<Result>(
    endpoint: string,
    decision: (window: PacerWindow) => { readonly save: PacerWindow | null; readonly result: Result },
  ): Promise<Result> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const { save, result } = decision((await store.read(endpoint)) ?? EMPTY_WINDOW);
      if (save === null || (await store.save(endpoint, save))) return result;
    }
    throw new ContentionError(`The pacer's window of ${endpoint} changed ${MAX_TRIES} times underneath one decision`);
  }

  return {
    async start(endpoint, priority) {
      for (;;) {
        const { waitMs, reason, grantedAt, limit } = await decide(endpoint, (window) => {
          const at = now();
          const grant = grantStart(window, rules, priority, at);
          return grant.kind === 'granted'
            ? {
                save: grant.window,
                result: { waitMs: 0, reason: null, grantedAt: at, limit: currentLimit(grant.window, rules) },
              }
            : {
                save: null,
                result: {
                  waitMs: Math.max(1, grant.ms),
                  reason: grant.reason,
                  grantedAt: at,
                  limit: currentLimit(window, rules),
                },
              };
        });
        // A grant that took long to store would start its call too late for the window: it is left unused.
        if (waitMs > 0 || now() - grantedAt <= rules.marginMs / 2) return { waitMs, reason, limit };
      }
    },
    async throttled(endpoint, retryAfterSeconds) {
      const retryAfterMs = retryAfterSeconds === null ? null : retryAfterSeconds * 1000;
      await decide(endpoint, (window) => ({
        save: learnFromThrottle(window, rules, now(), retryAfterMs),
        result: undefined,
      }));
    },
  };
}
