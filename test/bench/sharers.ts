import OpenAI from 'openai';
import { drain } from '../../lambdas/use-cases/share/drain.ts';
import { createInMemoryLedger } from '../in-memory/ledger.ts';
import { inAnHour, type Scene, TARGETS } from '../use-cases/scene.ts';
import { shareAll } from './naive-script.ts';
import { onVirtualTime } from './sdk-on-virtual-time.ts';

/** A finished job and its one checkpoint. */
export interface ToShare {
  readonly id: string;
  readonly finalModel: string;
}

/** Shares each group of jobs by a copy of its own, all at once; says whether every copy came to its end. */
export type Share = (groups: readonly (readonly ToShare[])[]) => Promise<boolean>;

/** The product's use-cases. Each copy is a stack with a ledger of its own, which it keeps; the pacer is shared. */
export function ours(scene: Scene): Share {
  const ledgers = [createInMemoryLedger(), createInMemoryLedger()];
  return async (groups) => {
    await Promise.all(
      groups.map(async (jobs, copy) => {
        const ledger = ledgers[copy];
        if (ledger === undefined) throw new RangeError('There are two ledgers only.');
        for (const { id } of jobs) await scene.observe(id, ledger);
        await drain(scene.deps({ ledger }), `copy-${copy}`, inAnHour(scene));
      }),
    );
    return true;
  };
}

/** The afternoon's script on the official SDK. `maxRetries` left out: the SDK's default, two. */
export function script(scene: Scene, options: { readonly maxRetries?: number } = {}): Share {
  return async (groups) => {
    const ends = await Promise.all(
      groups.map(async (jobs) => {
        const checkpoints = jobs.map(({ finalModel }) => finalModel);
        try {
          await onVirtualTime(scene, options, (client) => shareAll(client, checkpoints, TARGETS));
          return true;
        } catch (error) {
          if (error instanceof OpenAI.RateLimitError) return false;
          throw error;
        }
      }),
    );
    return ends.every((ended) => ended);
  };
}
