import { ContentionError, RowRefusedError } from '../../../lambdas/core/errors.ts';
import type { Ledger } from '../../../lambdas/core/ports/ledger.ts';
import { Draw } from '../engine/draw.ts';

const MINUTE = 60_000;

/** What the rows depend on. `seed` draws them beside all else, so that a world without them is as it was. */
interface Weather {
  readonly seed: number;
  readonly isStormy: () => boolean;
  readonly now: () => number;
}

/** The ledger in which, while the storm lasts, a checkpoint now and then cannot be written for some minutes. */
export function withFullRows(ledger: Ledger, { seed, isStormy, now }: Weather): Ledger {
  const draw = new Draw(seed + 1_000_003);
  const chance = draw.pick([0, 0, 0.02, 0.1]);
  const full = new Map<string, { readonly until: number; readonly error: Error }>();
  return {
    ...ledger,
    async saveCheckpoint(record, before) {
      const { checkpoint } = record;
      if (isStormy() && draw.chance(chance)) {
        const error = draw.pick([
          new ContentionError('DynamoDB was too busy'),
          new RowRefusedError(checkpoint, 'too large'),
        ]);
        full.set(checkpoint, { until: now() + draw.int(0, 10 * MINUTE), error });
      }
      const found = full.get(checkpoint);
      if (found !== undefined && isStormy() && now() < found.until) throw found.error;
      return ledger.saveCheckpoint(record, before);
    },
  };
}
