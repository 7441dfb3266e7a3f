import type { PacerWindow } from '../../lambdas/core/pacing/window.ts';
import type { PacerStore } from '../../lambdas/core/ports/ledger.ts';

export function createInMemoryPacerStore(): PacerStore {
  const windows = new Map<string, PacerWindow>();
  return {
    async read(endpoint) {
      return windows.get(endpoint);
    },
    async save(endpoint, window) {
      if ((windows.get(endpoint)?.version ?? 0) !== window.version) return false;
      windows.set(endpoint, { ...window, version: window.version + 1 });
      return true;
    },
  };
}
