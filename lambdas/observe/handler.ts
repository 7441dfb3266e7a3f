import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { asLog, createLogger } from '../shared/runtime/logger.ts';
import { loadPolicy } from '../shared/runtime/policy.ts';
import { runBatch } from '../shared/runtime/sqs-batch.ts';
import { readSettings } from './env.ts';
import { wire } from './wire.ts';

const logger = createLogger('observe');
const observe = wire(readSettings(), loadPolicy(), asLog(logger));

/**
 * Each message names a job to look at again. What could not be done comes back; after five receives it is set aside. A tick
 * brings no messages: it is for the jobs that are due to be read again.
 */
export async function handler(event: Partial<SQSEvent>, context: Context): Promise<SQSBatchResponse | undefined> {
  logger.addContext(context);
  const remainingMs = () => context.getRemainingTimeInMillis();
  const { Records } = event;
  if (Records !== undefined) return runBatch({ Records }, observe, remainingMs);
  await observe.lookAgain(remainingMs());
  return undefined;
}
