import type { Clock } from '../../core/ports/runtime.ts';
/** How long a value may be served, in milliseconds. */
export interface CacheRules {
  /** A value older than this is read again. */
  readonly ttlMs: number;
  /** A value older than this is never served, whatever goes wrong. */
  readonly staleMs: number;
  /** After a read that failed for a passing reason, the old value is served this long before the next try. */
  readonly retryMs: number;
  readonly now: Clock;
  /** Whether a failure says nothing of the value itself, so that the old one may still be served. */
  readonly isPassing: (error: unknown) => boolean;
}

interface Entry<Value> {
  readonly value: Value;
  /** When the read that brought it began. */
  readonly readAt: number;
  readonly refreshAt: number;
}

/**
 * A cache that keeps serving the old value for a limited time while its origin is away, and never when the origin
 * says that the value is gone or forbidden: then the failure is thrown and the old value forgotten.
 * Callers that come while a read is under way share it, except a `fresh` one, which must not see an earlier answer.
 */
export function createCache<Value>({ ttlMs, staleMs, retryMs, now, isPassing }: CacheRules) {
  const entries = new Map<string, Entry<Value>>();
  const reads = new Map<string, Promise<Value>>();

  return async (key: string, fresh: boolean, load: () => Promise<Value>): Promise<Value> => {
    const entry = entries.get(key);
    if (entry && !fresh && now() < entry.refreshAt) return entry.value;
    const shared = fresh ? undefined : reads.get(key);
    try {
      return await (shared ?? read(key, load));
    } catch (error) {
      const old = entries.get(key);
      if (fresh || !old || !isPassing(error) || now() - old.readAt > staleMs) throw error;
      entries.set(key, { ...old, refreshAt: now() + retryMs });
      return old.value;
    }
  };

  function read(key: string, load: () => Promise<Value>): Promise<Value> {
    const readAt = now();
    const reading = load().then(
      (value) => {
        // An answer that was overtaken by a later read's is out of date.
        if ((entries.get(key)?.readAt ?? readAt) <= readAt)
          entries.set(key, { value, readAt, refreshAt: readAt + ttlMs });
        return value;
      },
      (error: unknown) => {
        if (!isPassing(error)) entries.delete(key);
        throw error;
      },
    );
    const settled = reading.finally(() => {
      if (reads.get(key) === settled) reads.delete(key);
    });
    reads.set(key, settled);
    return settled;
  }
}
