import type { Command } from './command.ts';
import { toIso } from './iso-time.ts';

/** `reconcile`: starts the reconcile function now. */
export const reconcile: Command<'reconcile'> = async ({ reconciler, now }, { verifyAll }) => {
  const askedAt = now();
  await reconciler.start({ verifyAll, askedAt });
  return { askedAt: toIso(askedAt) };
};
