import { describe, expect, it } from 'vitest';
import { createCache } from '../../../lambdas/adapters/secrets/cache.ts';

function makeCache() {
  const clock = { ms: 0 };
  const isPassing = () => false;
  return {
    clock,
    cached: createCache<string>({ ttlMs: 100, staleMs: 100, retryMs: 10, now: () => clock.ms, isPassing }),
  };
}

describe('reads that overlap', () => {
  it('a fresh one does not wait for the answer of one before it, and the later answer stays', async () => {
    const { cached, clock } = makeCache();
    const slow = Promise.withResolvers<string>();
    const first = cached('key', false, () => slow.promise);
    clock.ms = 1;
    expect(await cached('key', true, async () => 'new')).toBe('new');
    slow.resolve('old');
    expect(await first).toBe('old');
    expect(await cached('key', false, () => Promise.reject(new Error('unprepared')))).toBe('new');
  });

  it('those of other keys are their own', async () => {
    const { cached } = makeCache();
    const slow = Promise.withResolvers<string>();
    const first = cached('one', false, () => slow.promise);
    expect(await cached('two', false, async () => '2')).toBe('2');
    slow.resolve('1');
    expect(await first).toBe('1');
  });

  it('one that failed is not what the next one gets', async () => {
    const { cached } = makeCache();
    await expect(cached('key', false, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await cached('key', false, async () => 'back')).toBe('back');
  });
});
