import { useState } from 'preact/hooks';
import type { Problem } from '../../lambdas/shared/contract/operator.ts';
import { toFailure } from '../ask.ts';
import { readStatus } from '../reading.ts';
import { heard } from '../store.ts';

export interface Acting {
  readonly busy: boolean;
  /** Why it was refused, or what went wrong; null where nothing did. */
  readonly problem: Problem | null;
  /** Does it, and has read again what may be another now. */
  readonly act: (what: () => Promise<unknown>) => Promise<void>;
}

/** For what a person has done by a button: one at a time, with its refusal. */
export function useAct(): Acting {
  const [{ busy, problem }, set] = useState<Omit<Acting, 'act'>>({ busy: false, problem: null });
  return {
    busy,
    problem,
    async act(what) {
      if (busy) return;
      set({ busy: true, problem: null });
      try {
        await what();
        set({ busy: false, problem: null });
        heard.value++;
        void readStatus();
      } catch (error) {
        set({ busy: false, problem: toFailure(error) });
      }
    },
  };
}
