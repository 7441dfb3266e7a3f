import type { Context } from 'aws-lambda';
import { asLog, createLogger } from '../shared/runtime/logger.ts';
import { loadPolicy } from '../shared/runtime/policy.ts';
import { readSettings } from './env.ts';
import { readOrder } from './order.ts';
import { wire } from './wire.ts';

const logger = createLogger('reconcile');
const run = wire(readSettings(), loadPolicy(), asLog(logger));

/**
 * The scheduled sweep, or one that a person asked for (a `ReconcileOrder`). Fails when a source could not be swept, after
 * every other one was.
 */
export async function handler(event: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  const { verifyAll, askedAt } = readOrder(event);
  await run(verifyAll, context.getRemainingTimeInMillis(), askedAt);
}
