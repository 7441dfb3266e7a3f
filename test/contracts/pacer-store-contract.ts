import { describe, expect, it } from 'vitest';
import { EMPTY_WINDOW, type PacerWindow } from '../../lambdas/core/pacing/window.ts';
import type { PacerStore } from '../../lambdas/core/ports/ledger.ts';
import { T0 } from '../builders/checkpoints.ts';

const WINDOW: PacerWindow = {
  version: 0,
  starts: [T0, T0 + 1, T0 + 1],
  learnedLimit: 4,
  learnedAt: T0,
  heldUntil: T0 + 60_000,
  holdReason: 'OpenAI answered 429',
};

/** What every implementation of the `PacerStore` port keeps to. */
export function describePacerStoreContract(name: string, makeStore: () => Promise<PacerStore>): void {
  describe(`${name} keeps the pacer store's contract`, () => {
    it('an endpoint that nobody has called has no window', async () => {
      const store = await makeStore();
      expect(await store.read('create')).toBeUndefined();
    });

    it('a window is read as it was stored, one version on', async () => {
      const store = await makeStore();
      expect(await store.save('create', WINDOW)).toBe(true);
      expect(await store.read('create')).toEqual({ ...WINDOW, version: 1 });
    });

    it('a window decided on an older version changes nothing', async () => {
      const store = await makeStore();
      await store.save('create', EMPTY_WINDOW);
      expect(await store.save('create', WINDOW)).toBe(false);
      expect(await store.save('create', { ...WINDOW, version: 1 })).toBe(true);
      expect(await store.save('create', { ...EMPTY_WINDOW, version: 1 })).toBe(false);
      expect(await store.read('create')).toEqual({ ...WINDOW, version: 2 });
    });

    it.each([0, 1])('of ten who decide on version %i at once exactly one has its way', async (version) => {
      const store = await makeStore();
      if (version > 0) await store.save('create', EMPTY_WINDOW);
      const rivals = Array.from({ length: 10 }, (_, index) => ({ ...WINDOW, version, starts: [T0 + index] }));
      const stood = await Promise.all(rivals.map((rival) => store.save('create', rival)));
      expect(stood.filter(Boolean)).toHaveLength(1);
      expect((await store.read('create'))?.starts).toEqual(rivals[stood.indexOf(true)]?.starts);
    });

    it('every endpoint has a window of its own', async () => {
      const store = await makeStore();
      await store.save('create', WINDOW);
      expect(await store.read('list')).toBeUndefined();
      expect(await store.save('list', EMPTY_WINDOW)).toBe(true);
      expect((await store.read('create'))?.learnedLimit).toBe(4);
    });
  });
}
