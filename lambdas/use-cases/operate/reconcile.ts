import type { OperatorCommand } from './command.ts';
import { toIso } from './iso-time.ts';
import { allowOnly, readFlag } from './payload.ts';

/** `reconcile`: starts the reconcile function now. */
export const reconcile: OperatorCommand<'reconcile'> = {
  parse(fields) {
    allowOnly(fields, ['command', 'verifyAll']);
    return { command: 'reconcile', verifyAll: readFlag(fields, 'verifyAll') };
  },

  async run({ reconciler, now }, { verifyAll }) {
    const askedAt = now();
    await reconciler.start({ verifyAll, askedAt });
    return { askedAt: toIso(askedAt) };
  },
};
