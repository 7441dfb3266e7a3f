import type { Endpoint } from './endpoints.ts';

/** How calls are throttled, per endpoint. Mutable: read at every call. */
export interface ThrottleSettings {
  /**
   * `sliding-window`: fewer than `requests` counted in the last `windowMs`. `token-bucket`: `requests` at once, refilled
   * evenly over `windowMs`. `fixed-window`: `requests` in every window, windows starting at multiples of `windowMs`.
   */
  kind: 'off' | 'sliding-window' | 'token-bucket' | 'fixed-window';
  /** At least 1. */
  requests: number;
  windowMs: number;
  /** Whether a refused call uses up room as well: a client that keeps knocking then stays out. */
  refusedCount: boolean;
  /** Whether a 429 says in `Retry-After` when there will be room. */
  retryAfter: boolean;
  /** Which endpoints are throttled: those that need an admin key, all, or the ones named. */
  endpoints: 'admin' | 'all' | readonly Endpoint[];
}

/** Off; switched on, about what was measured of OpenAI's admin endpoints. */
export const DEFAULT_THROTTLE: Readonly<ThrottleSettings> = {
  kind: 'off',
  requests: 8,
  windowMs: 60_000,
  refusedCount: false,
  retryAfter: false,
  endpoints: 'admin',
};

/** Milliseconds to wait, or null for a call that may pass. */
type Verdict = number | null;

/** What an endpoint remembers: the times that count, oldest first, and the bucket's level. */
interface Memory {
  times: number[];
  bucket: { tokens: number; at: number } | null;
}

export class Throttle {
  readonly settings: ThrottleSettings;
  readonly #now: () => number;
  readonly #memory = new Map<Endpoint, Memory>();

  constructor(settings: ThrottleSettings, now: () => number) {
    this.settings = settings;
    this.#now = now;
  }

  /** Counts a call; says whether it may pass, or after how many milliseconds one would. */
  admit(endpoint: Endpoint, needsAdminKey: boolean): Verdict {
    const { kind, endpoints } = this.settings;
    const throttled = endpoints === 'all' || (endpoints === 'admin' ? needsAdminKey : endpoints.includes(endpoint));
    if (kind === 'off' || !throttled) return null;
    const memory = this.#memory.get(endpoint) ?? { times: [], bucket: null };
    this.#memory.set(endpoint, memory);
    return kind === 'token-bucket' ? this.#bucket(memory) : this.#window(memory, kind);
  }

  /** Forgets all calls so far. */
  reset(): void {
    this.#memory.clear();
  }

  #window(memory: Memory, kind: 'sliding-window' | 'fixed-window'): Verdict {
    const { requests, windowMs, refusedCount } = this.settings;
    const now = this.#now();
    const windowStart = now - (now % windowMs);
    memory.times = memory.times.filter((at) => (kind === 'fixed-window' ? at >= windowStart : at > now - windowMs));
    const passes = memory.times.length < requests;
    if (passes || refusedCount) memory.times.push(now);
    if (passes) return null;
    if (kind === 'fixed-window') return windowStart + windowMs - now;
    return (memory.times.at(-requests) ?? now) + windowMs - now;
  }

  #bucket(memory: Memory): Verdict {
    const { requests, windowMs, refusedCount } = this.settings;
    const now = this.#now();
    const before = memory.bucket ?? { tokens: requests, at: now };
    const tokens = Math.min(requests, before.tokens + ((now - before.at) * requests) / windowMs);
    const passes = tokens >= 1;
    const taken = passes || refusedCount ? Math.max(-requests, tokens - 1) : tokens;
    memory.bucket = { tokens: taken, at: now };
    return passes ? null : ((1 - taken) * windowMs) / requests;
  }
}
