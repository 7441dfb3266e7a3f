import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { asLog, createLogger } from '../shared/runtime/logger.ts';
import { loadPolicy } from '../shared/runtime/policy.ts';
import { runBatch } from '../shared/runtime/sqs-batch.ts';
import { readSettings } from './env.ts';
import { wire } from './wire.ts';

const logger = createLogger('observe');
const batch = wire(readSettings(), loadPolicy(), asLog(logger));

/** Each message names a job to look at again. What could not be done comes back; after five receives it is set aside. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  return runBatch(event, batch, () => context.getRemainingTimeInMillis());
}
