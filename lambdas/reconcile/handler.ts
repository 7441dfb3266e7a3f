import type { Context } from 'aws-lambda';
import { asLog, createLogger } from '../shared/runtime/logger.ts';
import { loadPolicy } from '../shared/runtime/policy.ts';
import { readSettings } from './env.ts';
import { wire } from './wire.ts';

const logger = createLogger('reconcile');
const run = wire(readSettings(), loadPolicy(), asLog(logger));

/** The scheduled sweep, or one that a person asked for: `{ "verifyAll": true }` lists every tracked checkpoint. Fails when a source could not be swept, after every other one was. */
export async function handler(event: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  await run(asksToVerifyAll(event), context.getRemainingTimeInMillis());
}

function asksToVerifyAll(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'verifyAll' in event && event.verifyAll === true;
}
