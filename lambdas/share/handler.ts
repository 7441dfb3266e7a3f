import type { Context } from 'aws-lambda';
import { asLog, createLogger } from '../shared/runtime/logger.ts';
import { loadPolicy } from '../shared/runtime/policy.ts';
import { readSettings } from './env.ts';
import { wire } from './wire.ts';

const logger = createLogger('share');
const share = wire(readSettings(), loadPolicy(), asLog(logger));

/** A wake-up or the minute's tick: whatever it says, the work is what the ledger has due. Fails where that cannot go on. */
export async function handler(_event: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  await share(context.awsRequestId, context.getRemainingTimeInMillis());
}
